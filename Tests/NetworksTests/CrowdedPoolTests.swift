import Convolution
import Networks
import Tensors
import Terms
import Testing

/// Many more workers than cores and than most layers have work for: `--threads` of a large machine, tried on a small one.
@Suite struct CrowdedPoolTests {
  static let threads = [16, 64, 128]

  /// Networks that hold all kinds of layers; the others would take minutes in which workers wait for each other.
  @Test(arguments: ["alexnet", "vgg16", "mobilenetv2", "googlenet"])
  func logitsAndGradientsHaveTheBitsOfOneThread(_ model: String) throws {
    let layers = try #require(Zoo.named(model)).narrowLayers()
    for pass in [Pass.forward, .forwardBackward] {
      let expected = try values(layers, pass, threads: 1)
      #expect(expected.count > 1 || pass == .forward)
      for threads in Self.threads {
        for (name, values) in try values(layers, pass, threads: threads) {
          #expect(values.bits == expected[name]?.bits, "\(model) \(pass.rawValue), \(name) on \(threads) threads")
        }
      }
    }
  }

  /// OpenBLAS adds up matrices of other sizes in another order, so im2col promises less: the same bits with the same
  /// number of threads, and the tolerance of a convolution with any.
  @Test(arguments: threads) func im2colRepeatsItself(_ threads: Int) throws {
    let layers = try Network.vgg16.narrowLayers()
    func logits(_ threads: Int) throws -> [Float] {
      try #require(try values(layers, .forward, backend: "im2col", threads: threads)["logits"])
    }
    let (found, expected) = (try logits(threads), try logits(1))
    #expect(try found.bits == logits(threads).bits)
    // Each of the sixteen layers may add the relative error of one.
    let largest = expected.map(abs).max() ?? 0
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 16 * 5e-6 * largest }, "on \(threads) threads")
  }

  /// The logits and, where there are any, the gradients of every parameter.
  private func values(
    _ layers: [Layer], _ pass: Pass, backend: String = BackendChoice.automatic, threads: Int
  ) throws -> [String: [Float]] {
    let program = try Program.ready(layers, pass, batch: 2, backend: backend, in: context(threads: threads))
    program.run()
    var values = pass.hasGradients ? program.gradients.mapValues(\.values) : [:]
    values["logits"] = program.logits.values
    return values
  }
}
