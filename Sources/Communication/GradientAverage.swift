import Networks
import Tensors

/// Averages the gradients of each step over all ranks while backward goes on.
///
/// The loss of every rank is divided by their number, so the sum is the average, and no pass over the gradients is
/// needed to divide them. A bucket is summed by a non-blocking all-reduce as soon as its last gradient is final.
///
/// The thread that computes looks after the operations between dispatches. MPI moves data only while it is called; a
/// thread for that would need a core, which the rank's workers have already.
package final class GradientAverage: GradientListener {
  private let ranks: Ranks
  private let tensors: [Tensor]
  private let buckets: [Bucket]
  /// The bucket or, of a divided tensor, the buckets of each tensor.
  private let bucketsOfTensor: [ObjectIdentifier: [Int]]

  /// How many gradients of each bucket are missing in this step.
  private var missing: [Int]
  /// Buckets whose operation runs, oldest first, from `oldest` on.
  private var running: [(bucket: Int, request: CommunicationRequest)] = []
  private var oldest = 0
  private var times = CommunicationTime()
  private var stepStart: UInt64 = 0
  private var firstStart: UInt64?
  /// When the operation of each bucket was started, in seconds from the begin of the last step.
  package private(set) var readyTimes: [Double]

  /// Of each step since the last `forget`.
  package private(set) var steps: [CommunicationTime] = []

  private struct Bucket {
    let parts: [GradientBuckets.Part]
    /// Where the parts are collected; nil for a single part, which is summed where it lies.
    let staging: FloatBuffer?
    let count: Int
  }

  /// - Parameters:
  ///   - program: allocated, with a loss divided by the number of ranks
  ///   - bucketBytes: about the most of a bucket
  /// - Throws: `AllocationError` where the system refuses the memory for buckets of several gradients
  package init(of program: Program, among ranks: Ranks, bucketBytes: Int) throws(AllocationError) {
    self.ranks = ranks
    tensors = program.finalGradients.flatMap(\.self)
    let division = GradientBuckets(tensors.map(\.count), limit: max(1, bucketBytes / MemoryLayout<Float>.stride))
    var (buckets, places) = ([Bucket](), [ObjectIdentifier: [Int]]())
    for (index, parts) in division.buckets.enumerated() {
      let count = parts.reduce(0) { $0 + $1.elements.count }
      buckets.append(
        Bucket(parts: parts, staging: parts.count > 1 ? try FloatBuffer(count: count) : nil, count: count))
      for part in parts { places[ObjectIdentifier(tensors[part.tensor]), default: []].append(index) }
    }
    (self.buckets, bucketsOfTensor) = (buckets, places)
    missing = buckets.map(\.parts.count)
    readyTimes = buckets.map { _ in 0 }
    running.reserveCapacity(buckets.count)
  }

  package func stepBegins() { stepStart = nanoseconds() }

  /// Bytes of gradients that each rank contributes to a step.
  package var bytesPerStep: Int { tensors.reduce(0) { $0 + $1.byteCount } }
  package var bucketCount: Int { buckets.count }
  /// Bytes of each bucket.
  package var bucketBytes: [Int] { buckets.map { $0.count * MemoryLayout<Float>.stride } }

  /// Forgets the steps so far: the burn-in is over.
  package func forget() { steps = [] }

  package func areFinal(_ gradients: [Tensor]) {
    measured {
      for gradient in gradients {
        for bucket in bucketsOfTensor[ObjectIdentifier(gradient)] ?? [] {
          missing[bucket] -= 1
          if missing[bucket] == 0 { start(bucket) }
        }
      }
    }
  }

  package func dispatchEnded() {
    guard oldest < running.count else { return }
    measured { finishWhatIsComplete() }
  }

  package func updateBegins() {
    guard running.count == buckets.count else { fatalError("a gradient is not final when the update begins") }
    measured {
      while oldest < running.count {
        ranks.wait(for: running[oldest].request)
        finishOldest()
      }
    }
    if let firstStart { times.inFlight = Double(nanoseconds() - firstStart) * 1e-9 }
    steps.append(times)
    (times, firstStart, oldest) = (CommunicationTime(), nil, 0)
    running.removeAll(keepingCapacity: true)
    for index in missing.indices { missing[index] = buckets[index].parts.count }
  }

  /// Counts the time of `body` as time that the step is longer by.
  private func measured(_ body: () -> Void) {
    let start = nanoseconds()
    body()
    times.exposed += Double(nanoseconds() - start) * 1e-9
  }

  private func start(_ index: Int) {
    let bucket = buckets[index]
    let now = nanoseconds()
    if firstStart == nil { firstStart = now }
    readyTimes[index] = Double(now - stepStart) * 1e-9
    var base: UnsafeMutablePointer<Float>
    if let staging = bucket.staging {
      base = staging.base
      for part in bucket.parts {
        base.update(from: tensors[part.tensor].floats + part.elements.lowerBound, count: part.elements.count)
        base += part.elements.count
      }
      base = staging.base
    } else {
      base = tensors[bucket.parts[0].tensor].floats + bucket.parts[0].elements.lowerBound
    }
    let values = UnsafeMutableBufferPointer(start: base, count: bucket.count)
    running.append((index, ranks.communicator.sum(values)))
  }

  /// Operations mostly end in the order in which they started, and a look at one lets all of them progress.
  private func finishWhatIsComplete() {
    while oldest < running.count, ranks.communicator.isComplete(&running[oldest].request) { finishOldest() }
  }

  private func finishOldest() {
    let bucket = buckets[running[oldest].bucket]
    oldest += 1
    guard var source = bucket.staging?.base else { return }
    for part in bucket.parts {
      (tensors[part.tensor].floats + part.elements.lowerBound).update(from: source, count: part.elements.count)
      source += part.elements.count
    }
  }
}

/// The communication of a step on one rank, in seconds.
package struct CommunicationTime: Equatable, Sendable {
  /// From the start of the first operation until the last one was complete.
  package var inFlight = 0.0
  /// The part of it in which the rank did not compute: it started and looked after operations, or waited for them.
  package var exposed = 0.0
}
