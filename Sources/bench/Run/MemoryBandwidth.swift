import Convolution
import Measurement
import Results
import Tensors

/// The most bytes a second that these threads read from memory: with the peak, the roof over each layer.
///
/// - Returns: nil where there is too little memory to tell it from the caches.
func memoryBandwidth(_ context: ExecutionContext, _ machine: Machine) -> Double? {
  guard
    let byteCount = MemoryRead.byteCount(available: machine.availableMemoryBytes, caches: machine.caches)
  else { return nil }
  let key = PeakCache.Key(memoryOf: machine.cpuModel ?? "unknown", threads: context.pool.count, version: 1)
  // Where the system refuses the memory there is no roof; the run goes on.
  return try? PeakCache().peak(key) {
    let memory = try Memory(byteCount: byteCount)
    // A cache line for each worker.
    let sums = try FloatBuffer(count: context.pool.count * 16)
    nonisolated(unsafe) let (base, results) = (memory.base, sums.base)
    // Pages that were never written are all the same page of zeros, which a cache holds.
    context.pool.split(memory.byteCount, grain: Memory.alignment) { memory.commit($0) }
    return withExtendedLifetime((memory, sums)) {
      // An eighth at a time: some are not interrupted. It comes again when seven others have been through the caches.
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
