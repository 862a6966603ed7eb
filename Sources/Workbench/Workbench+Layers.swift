import Kernels
import Tensors

/// A kernel by itself, on the largest tensor that a model gives it: of a layer, or one stage of a convolution.
public struct LayerKernel: Sendable {
  public let name: String
  /// Whether a step finds its tensors in the caches, because the layer before has just written them.
  public var isCached = false
  public let make: @Sendable (Workbench) throws -> Job
}

extension Workbench {
  public static func layerKernels(batch: Int) -> [LayerKernel] {
    [
      LayerKernel(name: "ReLU gradient (vgg16 conv1_2)") { try $0.reluGradient(batch) },
      LayerKernel(name: "bias gradient (vgg16 conv1_2)") { try $0.biasGradient(batch) },
      LayerKernel(name: "residual (mobilenetv2 56x56x24)") { try $0.residual(batch) },
      LayerKernel(name: "momentum update (vgg16 fc6)") { try $0.momentumUpdate() },
      LayerKernel(name: "max pool (vgg16 pool1)") { try $0.maxPool(batch, argmax: false) },
      LayerKernel(name: "max pool with argmax (vgg16 pool1)") { try $0.maxPool(batch, argmax: true) },
      LayerKernel(name: "max pool gradient (vgg16 pool1)") { try $0.maxPoolGradient(batch) },
      LayerKernel(name: "average pool (mobilenetv2)") { try $0.averagePool(batch, gradient: false) },
      LayerKernel(name: "average pool gradient (mobilenetv2)") { try $0.averagePool(batch, gradient: true) },
      LayerKernel(name: "dropout (vgg16 fc6)", isCached: true) { try $0.dropout(batch) },
      LayerKernel(name: "softmax (1000 classes)", isCached: true) { try $0.softmax(batch) },
      // Four times the batch: more than the caches hold.
      LayerKernel(name: "LRN (alexnet norm1, batch \(4 * batch))") {
        try $0.localResponse(4 * batch, gradient: false)
      },
      LayerKernel(name: "LRN gradient (alexnet norm1, batch \(4 * batch))") {
        try $0.localResponse(4 * batch, gradient: true)
      },
      LayerKernel(name: "batch norm moments (mobilenetv2 112x112x96)") { try $0.moments(batch) },
      LayerKernel(name: "batch norm (mobilenetv2 112x112x96)") { try $0.normalization(batch) },
      LayerKernel(name: "batch norm gradient moments (mobilenetv2 112x112x96)") { try $0.gradientMoments(batch) },
      LayerKernel(name: "batch norm gradient (mobilenetv2 112x112x96)") { try $0.normalizationGradient(batch) },
    ]
  }

  /// From floats, and bytes of pooling indices.
  func job(
    reads: Int, readBytes: Int = 0, writes: Int, writtenBytes: Int = 0, _ body: @escaping @Sendable () -> Void
  ) -> Job {
    let float = MemoryLayout<Float>.stride
    return Job(read: Double(reads * float + readBytes), written: Double(writes * float + writtenBytes), body)
  }

  // MARK: Elementwise

  private func reluGradient(_ batch: Int) throws -> Job {
    let (gradient, activation) = (try values(batch * 224 * 224 * 64), try values(batch * 224 * 224 * 64))
    return job(reads: 2 * gradient.count, writes: gradient.count) { [context] in
      context.pool.split(gradient.count, grain: 16) { range in
        let first = range.lowerBound
        context.kernels.reluBackward(
          gradient.base + first, activation: activation.base + first, ceiling: .infinity, count: range.count)
      }
    }
  }

  private func biasGradient(_ batch: Int) throws -> Job {
    let (rows, columns) = (batch * 224 * 224, 64)
    let (gradient, sums) = (try values(rows * columns), try values(threads * columns))
    return job(reads: gradient.count, writes: 0) { [context] in
      context.pool.run { worker in
        let share = context.pool.share(of: rows, worker: worker)
        context.kernels.columnSums(
          gradient.base + share.lowerBound * columns, rows: share.count, columns: columns,
          into: sums.base + worker * columns)
      }
    }
  }

  private func residual(_ batch: Int) throws -> Job {
    let count = batch * 56 * 56 * 24
    let (a, b, sum) = (try values(count), try values(count), try values(count))
    return job(reads: 2 * count, writes: count) { [context] in
      context.pool.split(count, grain: 16) { range in
        let first = range.lowerBound
        context.kernels.add(a.base + first, b.base + first, into: sum.base + first, count: range.count)
      }
    }
  }

  private func momentumUpdate() throws -> Job {
    let count = 25088 * 4096
    let (parameter, velocity, gradient) = (try values(count), try values(count), try values(count))
    return job(reads: 3 * count, writes: 2 * count) { [context] in
      context.pool.split(count, grain: 16) { range in
        let first = range.lowerBound
        context.kernels.momentumUpdate(
          parameter.base + first, velocity: velocity.base + first, gradient: gradient.base + first, rate: 1e-6,
          momentum: 0.9, count: range.count)
      }
    }
  }

  private func dropout(_ batch: Int) throws -> Job {
    let count = batch * 4096
    let (x, y) = (try values(count), try values(count))
    return job(reads: count, writes: count) { [context] in
      context.pool.split(count, grain: 16) { range in
        context.kernels.dropout(x.base, into: y.base, range, seed: 1, keep: 0.5)
      }
    }
  }

  private func softmax(_ batch: Int) throws -> Job {
    let classes = 1000
    let (logits, probabilities) = (try values(batch * classes), try values(batch * classes))
    return job(reads: batch * classes, writes: batch * classes) { [context] in
      context.pool.split(batch) { images in
        for image in images {
          _ = context.kernels.softmax(
            logits.base + image * classes, into: probabilities.base + image * classes, count: classes)
        }
      }
    }
  }
}
