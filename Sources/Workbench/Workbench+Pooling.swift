import Kernels
import Networks
import Tensors

extension Workbench {
  private static let pool = PoolGeometry(inputHeight: 224, inputWidth: 224, channels: 64, size: 2, stride: 2)

  func maxPool(_ batch: Int, argmax: Bool) throws -> Job {
    let pool = Self.pool
    let input = try values(batch * pool.inputHeight * pool.inputWidth * pool.channels)
    let output = try values(batch * pool.outputHeight * pool.outputWidth * pool.channels)
    let indices = try Argmax(count: output.count)
    let rows = batch * pool.outputHeight
    return job(reads: input.count, writes: output.count, writtenBytes: argmax ? output.count : 0) { [context] in
      context.pool.split(rows) { rows in
        if argmax {
          context.kernels.maxPool(input.base, into: output.base, argmax: indices.bytes, pool, rows: rows)
        } else {
          context.kernels.maxPool(input.base, into: output.base, pool, rows: rows)
        }
      }
    }
  }

  func maxPoolGradient(_ batch: Int) throws -> Job {
    let pool = Self.pool
    let gradient = try values(batch * pool.inputHeight * pool.inputWidth * pool.channels)
    let output = try values(batch * pool.outputHeight * pool.outputWidth * pool.channels)
    let argmax = try Argmax(count: output.count)
    let nonTemporal = context.storesNonTemporally(gradient.count, channels: pool.channels)
    return job(reads: output.count, readBytes: output.count, writes: gradient.count) { [context] in
      context.pool.split(batch * pool.inputHeight) { rows in
        context.kernels.maxPoolGradient(
          output.base, argmax: argmax.bytes, into: gradient.base, pool, rows: rows, nonTemporal: nonTemporal)
      }
    }
  }

  func averagePool(_ batch: Int, gradient: Bool) throws -> Job {
    let shape = ImageShape(height: 7, width: 7, channels: 1280)
    let average = ImageAverage(shape: shape, context: context)
    let (images, means) = (try values(batch * shape.count), try values(batch * shape.channels))
    if gradient {
      return job(reads: means.count, writes: images.count) {
        average.gradient(means.base, into: images.base, batch: batch)
      }
    }
    return job(reads: images.count, writes: means.count) {
      average.forward(images.base, into: means.base, batch: batch)
    }
  }
}
