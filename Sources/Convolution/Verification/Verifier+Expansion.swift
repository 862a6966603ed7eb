import Tensors

extension Verifier {
  /// Runs the plan of a 1x1 convolution and the depthwise convolution behind it, in all directions, on random data, and
  /// compares its results with those of a plan for each of them. Those plans are to be verified by themselves.
  ///
  /// Output and input gradient must have the same bits; the gradients of filters and bias are sums in another order.
  ///
  /// - Returns: the comparison, as one of the expansion's filter gradient; nil where the back end has no plan for both.
  /// - Throws: `AllocationError`.
  package func verify(
    _ backend: any ConvolutionBackend, expansion: ConvolutionRequest, depthwise: ConvolutionRequest
  ) throws(AllocationError) -> Verification? {
    guard let plan = backend.plan(expansion: expansion, depthwise: depthwise, in: context) else { return nil }
    let trial = try ExpansionTrial(expansion: expansion, depthwise: depthwise, seed: seed)
    let results = try trial.run(plan)
    let expected = try trial.run(singlePlansOf: backend, in: context)
    var findings: [String] = []
    for (name, values, exact) in [
      ("output", results.output, expected.output), ("input gradient", results.inputGradient, expected.inputGradient),
    ] {
      // Everything was NaN, which equals nothing.
      if !values.buffer.elementsEqual(exact.buffer) { findings.append("\(name) has other bits than single plans give") }
    }
    let direct = backend.tolerance(expansion.problem, .filterGradient)
    let tolerance = Tolerance(
      max: 2 * direct.max, relativeL2: 2 * direct.relativeL2,
      because: "both sums have their error, the plan's and that which it is compared with")
    var worst = RelativeError(max: 0, relativeL2: 0)
    for (name, values, exact) in [
      ("filter gradient", results.filterGradient, expected.filterGradient),
      ("bias gradient", results.biasGradient, expected.biasGradient),
      ("depthwise filter gradient", results.depthwiseGradient, expected.depthwiseGradient),
    ] {
      let error = RelativeError(of: values.values, from: exact.values.map(Double.init))
      if !tolerance.admits(error) { findings.append("\(name) is off by \(error)") }
      if !(error.relativeL2 <= worst.relativeL2) { worst = error }
    }
    var request = expansion
    (request.direction, request.epilogue) = (.filterGradient, .none)
    let compared = results.output.count + results.inputGradient.count + results.filterGradient.count
    return Verification(
      request: request, backend: "\(backend.name), \(plan.algorithm)", error: worst, tolerance: tolerance,
      compared: compared, total: compared, findings: findings)
  }
}
