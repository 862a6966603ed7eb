import CBenchBackend
import Terms

extension bench_problem {
  /// - Parameter fused: `BENCH_BIAS` and others, what the plan has to do besides
  init(_ request: ConvolutionRequest, fused: UInt32 = 0) {
    self.init(request.problem, request.direction, fused: fused, filterIsConstant: request.filterIsConstant)
  }

  init(_ problem: ConvolutionProblem, _ direction: Direction, fused: UInt32 = 0, filterIsConstant: Bool = false) {
    self.init()
    version = UInt32(BENCH_BACKEND_VERSION)
    struct_size = UInt32(MemoryLayout<bench_problem>.size)
    self.direction = direction.pluginNumber
    filter_is_constant = filterIsConstant ? 1 : 0
    (n, g) = (Int64(problem.batch), Int64(problem.groups))
    (c, h, w) = (Int64(problem.input.channels), Int64(problem.input.height), Int64(problem.input.width))
    (k, r, s) = (Int64(problem.outputChannels), Int64(problem.kernel.height), Int64(problem.kernel.width))
    (stride_h, stride_w) = (Int64(problem.stride.height), Int64(problem.stride.width))
    (pad_top, pad_bottom) = (Int64(problem.padding.top), Int64(problem.padding.bottom))
    (pad_left, pad_right) = (Int64(problem.padding.left), Int64(problem.padding.right))
    (dilation_h, dilation_w) = (Int64(problem.dilation.height), Int64(problem.dilation.width))
    (output_h, output_w) = (Int64(problem.output.height), Int64(problem.output.width))
    self.fused = fused
    activation = Int32(
      fused & Capability.relu != 0
        ? BENCH_ACTIVATION_RELU
        : fused & Capability.relu6 != 0 ? BENCH_ACTIVATION_RELU6 : BENCH_ACTIVATION_NONE)
  }
}

/// The bits of `capabilities` and `fused`.
enum Capability {
  static let bias = UInt32(BENCH_BIAS)
  static let residual = UInt32(BENCH_RESIDUAL)
  static let relu = UInt32(BENCH_RELU)
  static let relu6 = UInt32(BENCH_RELU6)
  static let maxPool = UInt32(BENCH_MAX_POOL)
  static let reluMask = UInt32(BENCH_RELU_MASK)
  static let biasGradient = UInt32(BENCH_BIAS_GRADIENT)

  static func bits(_ activation: Activation) -> UInt32 {
    switch activation {
    case .none: 0
    case .relu: relu
    case .relu6: relu6
    }
  }

  static func bits(_ fusions: Fusions) -> UInt32 {
    (fusions.contains(.maxPool) ? maxPool : 0) | (fusions.contains(.reluBackward) ? reluMask : 0)
      | (fusions.contains(.biasGradient) ? biasGradient : 0)
  }
}

extension Direction {
  fileprivate var pluginNumber: Int32 {
    switch self {
    case .forward: Int32(BENCH_FORWARD)
    case .inputGradient: Int32(BENCH_INPUT_GRADIENT)
    case .filterGradient: Int32(BENCH_FILTER_GRADIENT)
    }
  }
}

/// Calls `body` with room for a sentence and returns its status and the sentence.
func withPluginText(
  _ body: (UnsafeMutablePointer<CChar>, Int) -> Int32
) -> (status: Int32, text: String) {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
    buffer.initialize(repeating: 0)
    let status = body(buffer.baseAddress!, buffer.count)
    buffer[buffer.count - 1] = 0
    // A step that ends well has no text, and making a string of it could allocate.
    return (status, buffer[0] == 0 ? "" : String(cString: buffer.baseAddress!))
  }
}
