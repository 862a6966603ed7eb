import Kernels
import Tensors

/// A kernel by itself, on the largest tensor that a model gives it: of a layer, or one stage of a convolution.
public struct LayerKernel: Sendable {
  public let name: String
  public let make: @Sendable (Workbench) throws -> Job
}

extension Workbench {
  public static func layerKernels(batch: Int) -> [LayerKernel] {
    [
      LayerKernel(name: "ReLU gradient (vgg16 conv1_2)") { try $0.reluGradient(batch) },
      LayerKernel(name: "bias gradient (vgg16 conv1_2)") { try $0.biasGradient(batch) },
      LayerKernel(name: "residual (mobilenetv2 56x56x24)") { try $0.residual(batch) },
      LayerKernel(name: "momentum update (vgg16 fc6)") { try $0.momentumUpdate() },
      LayerKernel(name: "max pool (vgg16 pool1)") { try $0.maxPool(batch, winners: false) },
      LayerKernel(name: "max pool with winners (vgg16 pool1)") { try $0.maxPool(batch, winners: true) },
      LayerKernel(name: "max pool gradient (vgg16 pool1)") { try $0.maxPoolGradient(batch) },
      // Four times the batch: more than the caches hold.
      LayerKernel(name: "LRN (alexnet norm1, batch \(4 * batch))") {
        try $0.localResponse(4 * batch, gradient: false)
      },
      LayerKernel(name: "LRN gradient (alexnet norm1, batch \(4 * batch))") {
        try $0.localResponse(4 * batch, gradient: true)
      },
      LayerKernel(name: "batch norm moments (mobilenetv2 112x112x96)") { try $0.moments(batch) },
      LayerKernel(name: "batch norm scale and shift (mobilenetv2 112x112x96)") { try $0.scaleAndShift(batch) },
      LayerKernel(name: "batch norm gradient moments (mobilenetv2 112x112x96)") { try $0.gradientMoments(batch) },
      LayerKernel(name: "batch norm gradient (mobilenetv2 112x112x96)") { try $0.normalizationGradient(batch) },
    ]
  }

  private static let pool = PoolGeometry(inputHeight: 224, inputWidth: 224, channels: 64, size: 2, stride: 2)

  /// From floats, and bytes of winners.
  private func job(
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
        context.kernels.gate(
          gradient.base + first, by: activation.base + first, ceiling: .infinity, count: range.count)
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

  // MARK: Pooling

  private func maxPool(_ batch: Int, winners: Bool) throws -> Job {
    let pool = Self.pool
    let input = try values(batch * pool.inputHeight * pool.inputWidth * pool.channels)
    let output = try values(batch * pool.outputHeight * pool.outputWidth * pool.channels)
    let bytes = try Memory(byteCount: output.count)
    let rows = batch * pool.outputHeight
    return job(reads: input.count, writes: output.count, writtenBytes: winners ? output.count : 0) { [context] in
      let indices = bytes.base.assumingMemoryBound(to: UInt8.self)
      context.pool.split(rows) { rows in
        if winners {
          context.kernels.maxPool(input.base, into: output.base, winners: indices, pool, rows: rows)
        } else {
          context.kernels.maxPool(input.base, into: output.base, pool, rows: rows)
        }
      }
    }
  }

  private func maxPoolGradient(_ batch: Int) throws -> Job {
    let pool = Self.pool
    let gradient = try values(batch * pool.inputHeight * pool.inputWidth * pool.channels)
    let output = try values(batch * pool.outputHeight * pool.outputWidth * pool.channels)
    let bytes = try Memory(byteCount: output.count)
    let indices = bytes.base.bindMemory(to: UInt8.self, capacity: output.count)
    for index in 0..<output.count { indices[index] = UInt8(truncatingIfNeeded: index % 4) }
    let streams = context.streams(gradient.count, channels: pool.channels)
    return job(reads: output.count, readBytes: output.count, writes: gradient.count) { [context] in
      let indices = bytes.base.assumingMemoryBound(to: UInt8.self)
      context.pool.split(batch * pool.inputHeight) { rows in
        context.kernels.maxPoolGradient(
          output.base, winners: indices, into: gradient.base, pool, rows: rows, streams: streams)
      }
    }
  }

  // MARK: Local response normalization

  private func localResponse(_ batch: Int, gradient: Bool) throws -> Job {
    let (pixels, channels) = (batch * 56 * 56, 96)
    let response = LocalResponse(radius: 2, bias: 1, alpha: 2e-5, beta: 0.75)
    let (x, y, dx) = (try values(pixels * channels), try values(pixels * channels), try values(pixels * channels))
    let floats = context.kernels.localResponseScratch(channels: channels, radius: response.radius)
    let scratch = try FloatBuffer(count: floats * threads)
    let streams = context.streams(x.count, channels: channels)
    return job(reads: (gradient ? 2 : 1) * x.count, writes: x.count) { [context] in
      context.pool.run { worker in
        let share = context.pool.share(of: pixels, worker: worker)
        let (first, own) = (share.lowerBound * channels, scratch.base + worker * floats)
        if gradient {
          context.kernels.localResponseGradient(
            y.base + first, input: x.base + first, into: dx.base + first, pixels: share.count, channels: channels,
            response, scratch: own, streams: streams)
        } else {
          context.kernels.localResponse(
            x.base + first, into: y.base + first, pixels: share.count, channels: channels, response, scratch: own,
            streams: streams)
        }
      }
    }
  }

  // MARK: Batch normalization

  private static let channels = 96

  /// Rows that still lie in the cache when they are read a second time.
  private static let partRows = (256 << 10) / (channels * MemoryLayout<Float>.stride)

  private func moments(_ batch: Int) throws -> Job {
    let (rows, channels, partRows) = (batch * 112 * 112, Self.channels, Self.partRows)
    let x = try values(rows * channels)
    let (means, squares) = (try values(threads * channels), try values(threads * channels))
    return job(reads: x.count, writes: 0) { [context] in
      context.pool.run { worker in
        let share = context.pool.share(of: rows, worker: worker)
        for first in stride(from: share.lowerBound, to: share.upperBound, by: partRows) {
          context.kernels.moments(
            x.base + first * channels, rows: min(partRows, share.upperBound - first), channels: channels,
            mean: means.base + worker * channels, squaredDeviations: squares.base + worker * channels)
        }
      }
    }
  }

  private func gradientMoments(_ batch: Int) throws -> Job {
    let (rows, channels) = (batch * 112 * 112, Self.channels)
    let (x, dy) = (try values(rows * channels), try values(rows * channels))
    let vectors = try (0..<3).map { _ in try values(channels) }
    let (sums, products) = (try values(threads * channels), try values(threads * channels))
    return job(reads: 2 * x.count, writes: 0) { [context] in
      context.pool.run { worker in
        let share = context.pool.share(of: rows, worker: worker)
        let first = share.lowerBound * channels
        context.kernels.gradientMoments(
          dy.base + first, input: x.base + first, rows: share.count, channels: channels, mean: vectors[0].base,
          scale: vectors[1].base, shift: vectors[2].base, floor: 0, ceiling: 6, sum: sums.base + worker * channels,
          product: products.base + worker * channels)
      }
    }
  }

  private func scaleAndShift(_ batch: Int) throws -> Job {
    let (rows, channels) = (batch * 112 * 112, Self.channels)
    let (x, y) = (try values(rows * channels), try values(rows * channels))
    let (scale, shift) = (try values(channels), try values(channels))
    return job(reads: x.count, writes: x.count) { [context] in
      context.pool.split(rows) { rows in
        let first = rows.lowerBound * channels
        context.kernels.scaleAndShift(
          x.base + first, into: y.base + first, rows: rows.count, channels: channels, scale: scale.base,
          shift: shift.base, floor: 0, ceiling: 6)
      }
    }
  }

  private func normalizationGradient(_ batch: Int) throws -> Job {
    let (rows, channels) = (batch * 112 * 112, Self.channels)
    let (x, dy, dx) = (try values(rows * channels), try values(rows * channels), try values(rows * channels))
    let vectors = try (0..<5).map { _ in try values(channels) }
    return job(reads: 2 * x.count, writes: x.count) { [context] in
      context.pool.split(rows) { rows in
        let first = rows.lowerBound * channels
        context.kernels.batchNormalizationGradient(
          dy.base + first, input: x.base + first, into: dx.base + first, rows: rows.count, channels: channels,
          mean: vectors[0].base, scale: vectors[1].base, shift: vectors[2].base, floor: 0, ceiling: 6,
          slope: vectors[3].base, offset: vectors[4].base)
      }
    }
  }
}
