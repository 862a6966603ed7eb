import CBenchBackend
import Tensors
import Terms

// What the host does before and after a library's run, as phases of its own.

extension PluginPlan {
  private var problem: ConvolutionProblem { request.problem }

  /// Copies what the library reads into its layouts, and keeps a residual that it would write over.
  func reorder(_ operands: ConvolutionOperands, _ tensors: inout bench_tensors) {
    let (pool, batch) = (context.pool, problem.batch)
    if memory.input > 0, request.direction != .inputGradient {
      memory.inputLayout.reorder(from: operands.input, into: tensors.input, batch, problem.input, on: pool)
    }
    if memory.reluMask > 0, let mask = operands.reluMask {
      memory.inputLayout.reorder(
        from: mask, into: UnsafeMutablePointer(mutating: tensors.relu_mask), batch, problem.input, on: pool)
    }
    let stored = problem.storedOutput(request.fusions)
    if memory.output > 0, request.direction != .forward {
      memory.outputLayout.reorder(from: operands.output, into: tensors.output, batch, stored, on: pool)
      if memory.argmax > 0, let argmax = operands.argmax {
        memory.outputLayout.reorder(from: argmax, into: tensors.argmax, batch, stored, on: pool)
      }
    }
    if memory.residual > 0, let residual = operands.residual {
      memory.outputLayout.reorder(
        from: residual, into: UnsafeMutablePointer(mutating: tensors.residual), batch, stored, on: pool)
    }
  }

  /// Copies the library's result back.
  func restore(_ tensors: bench_tensors, _ operands: ConvolutionOperands) {
    let (pool, batch) = (context.pool, problem.batch)
    switch request.direction {
    case .forward:
      let stored = problem.storedOutput(request.fusions)
      if memory.output > 0 {
        memory.outputLayout.restore(from: tensors.output, into: operands.output, batch, stored, on: pool)
      }
      if memory.argmax > 0, let argmax = operands.argmax {
        memory.outputLayout.restore(from: tensors.argmax, into: argmax, batch, stored, on: pool)
      }
    case .inputGradient:
      if memory.input > 0 {
        memory.inputLayout.restore(from: tensors.input, into: operands.input, batch, problem.input, on: pool)
      }
    case .filterGradient: break
    }
  }

  /// Saves a residual from being written over, where it is the output itself and the host adds it.
  func keepResidual(_ operands: ConvolutionOperands, _ workspace: UnsafeMutableRawPointer) {
    guard rest.residual, let residual = operands.residual, residual == UnsafePointer(operands.output) else { return }
    nonisolated(unsafe) let (copy, source) = (memory.residualCopy(workspace), residual)
    context.pool.split(problem.outputCount, grain: 1024, as: .epilogue) { range in
      (copy + range.lowerBound).update(from: source + range.lowerBound, count: range.count)
    }
  }

  /// Applies what the library cannot.
  func apply(_ rest: Epilogue, _ operands: ConvolutionOperands, _ workspace: UnsafeMutableRawPointer) {
    guard rest != .none else { return }
    let channels = problem.outputChannels
    let residual = operands.residual.map {
      rest.residual && $0 == UnsafePointer(operands.output) ? UnsafePointer(memory.residualCopy(workspace)) : $0
    }
    nonisolated(unsafe) let (output, bias, added) = (operands.output, operands.bias, residual)
    context.pool.split(problem.outputCount / channels, as: .epilogue) { range in
      for pixel in range {
        rest.apply(
          to: output + pixel * channels, bias: bias, residual: added.map { $0 + pixel * channels }, count: channels)
      }
    }
  }
}
