import Convolution
import Measurement
import Results
import Tensors

/// The most bytes per second that these threads read from memory. Together with the peak it bounds the rate of a layer.
///
/// - Returns: nil where there is too little memory to measure it and not the caches
func memoryBandwidth(_ context: ExecutionContext, _ machine: Machine) -> Double? {
  guard
    let byteCount = MemoryRead.byteCount(available: machine.availableMemoryBytes, caches: machine.caches)
  else { return nil }
  let key = PeakCache.Key(memoryOf: machine.cpuModel ?? "unknown", threads: context.pool.count, version: 1)
  // The run goes on without a bandwidth where the system refuses the memory.
  return try? PeakCache().peak(key) {
    let memory = try Memory(byteCount: byteCount)
    // Each worker has a cache line for its sum.
    let sums = try FloatBuffer(count: context.pool.count * 16)
    nonisolated(unsafe) let (base, results) = (memory.base, sums.base)
    // Pages that were never written all map to one page of zeros, which a cache holds.
    context.pool.split(memory.byteCount, grain: Memory.alignment) { memory.commit($0) }
    return withExtendedLifetime((memory, sums)) {
      // Each sample reads an eighth, so that some samples are not interrupted. An eighth is read again only after seven
      // others have gone through the caches.
      let (part, parts) = (memory.byteCount / 8, 8)
      var reads = 0
      return bestRate(duration: 0.2) {
        let start = base + reads % parts * part
        context.pool.run { worker in
          let share = context.pool.share(of: part, grain: 4096, worker: worker)
          results[worker * 16] = MemoryRead.sum(start + share.lowerBound, byteCount: share.count)
        }
        reads += 1
        return Double(part)
      }
    }
  }
}
