import Convolution
import Networks
import Tensors
import Terms

/// A convolution or fully connected layer of a model.
public struct ConvolutionLayer: Sendable {
  public let name: String
  /// `n16c64h224w224k64r3s3u1p1`.
  public var problemText: String { problem.description }
  let problem: ConvolutionProblem
  let epilogue: Epilogue
}

extension Workbench {
  /// Every back end that can run here except the reference, which takes minutes.
  public static var backends: [String] {
    Backends.all.dropLast().filter { $0.reasonUnavailable == nil }.map(\.name)
  }
  public static var directions: [String] { Direction.allCases.map(\.description) }

  /// The convolutions and fully connected layers of a model of the zoo.
  public static func layers(of model: String, batch: Int) throws -> [ConvolutionLayer] {
    guard let network = Zoo.named(model) else { throw WorkbenchError("the zoo has no \(model)") }
    return try network.layers().compactMap { layer in
      guard let problem = layer.problem(batch: batch) else { return nil }
      let bias = layer.parameters.contains { $0.role == .biases }
      return ConvolutionLayer(
        name: layer.name, problem: problem, epilogue: Epilogue(bias: bias, activation: layer.activation))
    }
  }

  /// Whether the back end takes this layer in this direction.
  public static func canRun(_ layer: ConvolutionLayer, backend: String, direction: String) throws -> Bool {
    let (backend, direction) = try find(backend, direction)
    return backend.reasonUnsupported(layer.problem, direction) == nil
  }

  /// One run of a plan; the forward direction has the layer's bias and activation. The filter is packed beforehand.
  public func convolution(_ layer: ConvolutionLayer, backend: String, direction: String) throws -> Job {
    let (backend, direction) = try Self.find(backend, direction)
    let problem = layer.problem
    let epilogue = direction == .forward ? layer.epilogue : .none
    let request = ConvolutionRequest(
      problem, direction, epilogue: epilogue, filterIsConstant: direction == .forward)
    let planned = try PlannedConvolution(backend.plan(request, in: context))
    let (input, filter) = (try values(problem.inputCount), try values(problem.filterCount))
    let (output, bias) = (try values(problem.outputCount), try values(problem.outputChannels))
    planned.prepare(filter: filter.base)
    let written = MemoryLayout<Float>.stride * problem.resultCount(direction)
    return Job(flops: problem.flops, read: Double(problem.compulsoryBytes - written), written: Double(written)) {
      var operands = ConvolutionOperands(input: input.base, filter: filter.base, output: output.base)
      operands.bias = UnsafePointer(bias.base)
      planned.run(operands)
    }
  }

  /// Bare `cblas_sgemm` on the matrices that im2col makes of each layer: [pixels, kernel x channels] x
  /// [kernel x channels, output channels], with threads of OpenBLAS's own. All layers share one left matrix.
  public func products(_ layers: [ConvolutionLayer]) throws -> [Job] {
    let sizes = layers.map { ProductSize($0.problem) }
    let left = try values(sizes.map { $0.rows * $0.depth }.max() ?? 0)
    return try zip(layers, sizes).map { layer, size in
      let right = try values(size.depth * size.columns)
      let result = try values(size.rows * size.columns)
      return Job(flops: layer.problem.flops) { [threads] in
        // The back ends keep OpenBLAS at one thread for each of theirs.
        OpenBLAS.use(threads: threads)
        for _ in 0..<layer.problem.groups {
          multiply(
            Matrix(base: left.base, stride: size.depth), Matrix(base: right.base, stride: size.columns),
            into: Matrix(base: result.base, stride: size.columns), rows: size.rows, columns: size.columns,
            depth: size.depth)
        }
        OpenBLAS.use(threads: OpenBLAS.threads)
      }
    }
  }

  private static func find(
    _ backend: String, _ direction: String
  ) throws(WorkbenchError) -> (any ConvolutionBackend, Direction) {
    guard let found = Backends.named(backend) else { throw WorkbenchError("there is no back end \(backend)") }
    guard let named = Direction.allCases.first(where: { $0.description == direction }) else {
      throw WorkbenchError("there is no direction \(direction)")
    }
    return (found, named)
  }
}

/// The matrix product of one group.
private struct ProductSize {
  let rows: Int
  let depth: Int
  let columns: Int

  init(_ problem: ConvolutionProblem) {
    rows = problem.batch * problem.output.height * problem.output.width
    depth = problem.kernel.height * problem.kernel.width * problem.channelsPerGroup
    columns = problem.outputChannelsPerGroup
  }
}
