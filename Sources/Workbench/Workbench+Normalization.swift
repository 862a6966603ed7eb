import Kernels
import Tensors

extension Workbench {
  // MARK: Local response normalization

  func localResponse(_ batch: Int, gradient: Bool) throws -> Job {
    let (pixels, channels) = (batch * 56 * 56, 96)
    let response = LocalResponse(radius: 2, bias: 1, alpha: 2e-5, beta: 0.75)
    let (x, y, dx) = (try values(pixels * channels), try values(pixels * channels), try values(pixels * channels))
    let floats = context.kernels.localResponseScratch(channels: channels, radius: response.radius)
    let scratch = try FloatBuffer(count: floats * threads)
    let nonTemporal = context.storesNonTemporally(x.count, channels: channels)
    return job(reads: (gradient ? 2 : 1) * x.count, writes: x.count) { [context] in
      context.pool.run { worker in
        let share = context.pool.share(of: pixels, worker: worker)
        let (first, own) = (share.lowerBound * channels, scratch.base + worker * floats)
        if gradient {
          context.kernels.localResponseGradient(
            y.base + first, input: x.base + first, into: dx.base + first, pixels: share.count, channels: channels,
            response, scratch: own, nonTemporal: nonTemporal)
        } else {
          context.kernels.localResponse(
            x.base + first, into: y.base + first, pixels: share.count, channels: channels, response, scratch: own,
            nonTemporal: nonTemporal)
        }
      }
    }
  }

  // MARK: Batch normalization

  private static let channels = 96

  /// Rows that still lie in the cache when they are read a second time.
  private static let partRows = (256 << 10) / (channels * MemoryLayout<Float>.stride)

  func moments(_ batch: Int) throws -> Job {
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

  func gradientMoments(_ batch: Int) throws -> Job {
    let (rows, channels) = (batch * 112 * 112, Self.channels)
    let (x, dy) = (try values(rows * channels), try values(rows * channels))
    let normalization = try normalization()
    let (sums, products) = (try values(threads * channels), try values(threads * channels))
    return job(reads: 2 * x.count, writes: 0) { [context] in
      context.pool.run { worker in
        let share = context.pool.share(of: rows, worker: worker)
        let first = share.lowerBound * channels
        context.kernels.gradientMoments(
          dy.base + first, input: x.base + first, rows: share.count, normalization.channels,
          sum: sums.base + worker * channels, product: products.base + worker * channels)
      }
    }
  }

  func normalization(_ batch: Int) throws -> Job {
    let (rows, channels) = (batch * 112 * 112, Self.channels)
    let (x, y) = (try values(rows * channels), try values(rows * channels))
    let normalization = try normalization()
    return job(reads: x.count, writes: x.count) { [context] in
      context.pool.split(rows) { rows in
        let first = rows.lowerBound * channels
        context.kernels.normalize(x.base + first, into: y.base + first, rows: rows.count, normalization.channels)
      }
    }
  }

  func normalizationGradient(_ batch: Int) throws -> Job {
    let (rows, channels) = (batch * 112 * 112, Self.channels)
    let (x, dy, dx) = (try values(rows * channels), try values(rows * channels), try values(rows * channels))
    let normalization = try normalization()
    let (slope, offset) = (try values(channels), try values(channels))
    return job(reads: 2 * x.count, writes: x.count) { [context] in
      context.pool.split(rows) { rows in
        let first = rows.lowerBound * channels
        context.kernels.normalizationGradient(
          dy.base + first, input: x.base + first, into: dx.base + first, rows: rows.count, normalization.channels,
          slope: slope.base, offset: offset.base)
      }
    }
  }

  private func normalization() throws -> RandomNormalization {
    RandomNormalization(
      mean: try values(Self.channels), scale: try values(Self.channels), shift: try values(Self.channels))
  }
}

/// A batch norm with ReLU6, and the memory of its channel vectors.
private struct RandomNormalization {
  let mean: FloatBuffer
  let scale: FloatBuffer
  let shift: FloatBuffer

  var channels: ChannelNormalization {
    ChannelNormalization(
      channels: mean.count, mean: mean.base, scale: scale.base, shift: shift.base, floor: 0, ceiling: 6)
  }
}
