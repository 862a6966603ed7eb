import Glibc
import Measurement
import Tensors

extension Workbench {
  private static let memoryBytes = 512 << 20

  /// Adds up far more floats than the caches hold: as fast as memory can be read on these threads.
  public func memoryRead() throws -> Job {
    let (tensor, sums) = (try values(Self.memoryBytes / MemoryLayout<Float>.stride), try values(threads))
    return Job(read: Double(Self.memoryBytes)) { [context] in
      context.pool.run { worker in
        let share = context.pool.share(of: tensor.count, grain: 64, worker: worker)
        sums.base[worker] = context.kernels.sum(tensor.base + share.lowerBound, count: share.count, rounds: 1)
      }
    }
  }

  /// Fills as much: as fast as memory can be written without being read. Not with zeros, nor with what is there
  /// already: some machines do not write that at all and seem twice as fast.
  public func memoryWrite() throws -> Job {
    let memory = try Memory(byteCount: Self.memoryBytes)
    return Job(written: Double(Self.memoryBytes)) { [context] in
      let value = Int32(memory.base.load(as: UInt8.self)) % 100 + 1
      context.pool.split(Self.memoryBytes, grain: 4096) { range in
        memset(memory.base + range.lowerBound, value, range.count)
      }
    }
  }
}
