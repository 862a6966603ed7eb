import Kernels
import Tensors

/// A kernel that is no convolution, on the largest tensor that a model gives it.
public struct LayerKernel: Sendable {
  public let name: String
  public let make: @Sendable (Workbench) throws -> Job
}

extension Workbench {
  public static func layerKernels(batch: Int) -> [LayerKernel] {
    [
      LayerKernel(name: "max pool (vgg16 pool1)") { try $0.maxPool(batch, winners: false) },
      LayerKernel(name: "max pool with winners (vgg16 pool1)") { try $0.maxPool(batch, winners: true) },
      LayerKernel(name: "max pool gradient (vgg16 pool1)") { try $0.maxPoolGradient(batch) },
      LayerKernel(name: "LRN (alexnet norm1)") { try $0.localResponse(batch, gradient: false) },
      LayerKernel(name: "LRN gradient (alexnet norm1)") { try $0.localResponse(batch, gradient: true) },
      LayerKernel(name: "batch norm moments (mobilenetv2 112x112x96)") { try $0.moments(batch) },
      LayerKernel(name: "batch norm scale and shift (mobilenetv2 112x112x96)") { try $0.scaleAndShift(batch) },
      LayerKernel(name: "batch norm gradient (mobilenetv2 112x112x96)") { try $0.normalizationGradient(batch) },
    ]
  }

  private static let pool = PoolGeometry(inputHeight: 224, inputWidth: 224, channels: 64, size: 2, stride: 2)

  /// Four bytes for each float.
  private func job(floats: Int, bytes: Int = 0, _ body: @escaping @Sendable () -> Void) -> Job {
    Job(bytes: Double(floats * MemoryLayout<Float>.stride + bytes), body)
  }

  private func maxPool(_ batch: Int, winners: Bool) throws -> Job {
    let pool = Self.pool
    let input = try values(batch * pool.inputHeight * pool.inputWidth * pool.channels)
    let output = try values(batch * pool.outputHeight * pool.outputWidth * pool.channels)
    let bytes = try Memory(byteCount: output.count)
    let rows = batch * pool.outputHeight
    return job(floats: input.count + output.count, bytes: winners ? output.count : 0) { [context] in
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
    return job(floats: gradient.count + output.count, bytes: output.count) { [context] in
      let indices = bytes.base.assumingMemoryBound(to: UInt8.self)
      context.pool.split(batch) { images in
        context.kernels.maxPoolGradient(output.base, winners: indices, into: gradient.base, pool, images: images)
      }
    }
  }

  private func localResponse(_ batch: Int, gradient: Bool) throws -> Job {
    let (pixels, channels) = (batch * 56 * 56, 96)
    let response = LocalResponse(radius: 2, bias: 1, alpha: 2e-5, beta: 0.75)
    let (x, y, dx) = (try values(pixels * channels), try values(pixels * channels), try values(pixels * channels))
    let floats = context.kernels.localResponseScratch(channels: channels, radius: response.radius)
    let scratch = try FloatBuffer(count: floats * threads)
    return job(floats: (gradient ? 3 : 2) * x.count) { [context] in
      context.pool.run { worker in
        let share = context.pool.share(of: pixels, worker: worker)
        let (first, own) = (share.lowerBound * channels, scratch.base + worker * floats)
        if gradient {
          context.kernels.localResponseGradient(
            y.base + first, input: x.base + first, into: dx.base + first, pixels: share.count, channels: channels,
            response, scratch: own)
        } else {
          context.kernels.localResponse(
            x.base + first, into: y.base + first, pixels: share.count, channels: channels, response, scratch: own)
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
    return job(floats: x.count) { [context] in
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

  private func scaleAndShift(_ batch: Int) throws -> Job {
    let (rows, channels) = (batch * 112 * 112, Self.channels)
    let (x, y) = (try values(rows * channels), try values(rows * channels))
    let (scale, shift) = (try values(channels), try values(channels))
    return job(floats: 2 * x.count) { [context] in
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
    return job(floats: 3 * x.count) { [context] in
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
