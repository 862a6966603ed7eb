import Foundation
import Tensors

/// A bounded queue of distorted images that reader threads fill and a trainer empties in random order.
///
/// Each slot holds one image. The trainer draws slots as `ShuffledOrder` says, waits where a drawn one is not filled
/// yet, and leaves it to the readers with the next image. The images and their order depend on the seed, not on the
/// number of readers or their speed.
package final class ImageQueue: @unchecked Sendable {
  package let capacity: Int
  private let source: any ImageSource
  private let distortion: Distortion
  private let seed: UInt64
  private let clock: @Sendable () -> UInt64
  private let images: FloatBuffer

  /// It guards everything below.
  private let monitor = Monitor()
  private var order: ShuffledOrder
  private var labels: [Int32]
  /// Only the trainer touches a slot that is full, and only the reader that has its job one that is not.
  private var isFull: [Bool]
  /// What is to be read, from `taken` on.
  private var jobs: [Job]
  private var taken = 0
  private var filled = 0
  private var failure: DataError?
  private var isStopped = false
  private var running = 0
  private var times = PipelineTimes()

  private struct Job {
    let slot: Int
    let reading: ShuffledOrder.Reading
  }

  /// - Parameters:
  ///   - capacity: images that wait, at least 1
  ///   - draws: how many were drawn in the runs before that this one continues
  ///   - clock: counts nanoseconds
  /// - Throws: `AllocationError` where the system refuses the memory
  package init(
    _ source: any ImageSource, _ distortion: Distortion, capacity: Int, readers: Int, seed: UInt64, draws: Int = 0,
    clock: @escaping @Sendable () -> UInt64
  ) throws(AllocationError) {
    self.source = source
    self.distortion = distortion
    self.seed = seed
    self.clock = clock
    self.capacity = capacity
    images = try FloatBuffer(count: capacity * distortion.floatCount)
    order = ShuffledOrder(count: source.count, capacity: capacity, seed: seed, draws: draws)
    labels = [Int32](repeating: 0, count: capacity)
    isFull = [Bool](repeating: false, count: capacity)
    jobs = order.waiting.enumerated().map { Job(slot: $0, reading: $1) }
    running = readers
    for _ in 0..<readers {
      let thread = Thread { [self] in serve() }
      thread.name = "reader"
      thread.start()
    }
  }

  /// Ends the readers. Images that are being read are finished first.
  package func stop() {
    monitor.lock()
    isStopped = true
    monitor.signal(monitor.hasWork)
    while running > 0 { monitor.wait(for: monitor.hasResult) }
    monitor.unlock()
  }

  /// Waits until every slot is filled.
  ///
  /// - Parameter goesOn: is told ten times a second how many slots are; waiting ends early where it returns false
  package func fill(while goesOn: (Int) -> Bool = { _ in true }) throws(DataError) {
    monitor.lock()
    defer { monitor.unlock() }
    while filled < capacity, failure == nil, goesOn(filled) { monitor.waitBriefly(for: monitor.hasResult) }
    if let failure { throw failure }
  }

  /// Takes the next images out of the queue.
  ///
  /// - Parameters:
  ///   - result: [count, side, side, 3]
  ///   - classes: [count]
  /// - Throws: what a reader has met
  package func next(
    _ count: Int, into result: UnsafeMutablePointer<Float>, labels classes: UnsafeMutablePointer<Int32>
  ) throws(DataError) {
    let size = distortion.floatCount
    monitor.lock()
    defer { monitor.unlock() }
    for position in 0..<count {
      let slot = order.draw()
      if !isFull[slot] { waitForReader(of: slot) }
      if let failure { throw failure }
      (result + position * size).update(from: images.base + slot * size, count: size)
      classes[position] = labels[slot]
      isFull[slot] = false
      filled -= 1
      jobs.append(Job(slot: slot, reading: order.waiting[slot]))
    }
    monitor.signal(monitor.hasWork)
  }

  private func waitForReader(of slot: Int) {
    monitor.signal(monitor.hasWork)
    let start = clock()
    while !isFull[slot], failure == nil { monitor.wait(for: monitor.hasResult) }
    times.trainerWaited += clock() - start
  }

  /// The times since the last call.
  package func takeTimes() -> PipelineTimes {
    monitor.lock()
    defer {
      times = PipelineTimes()
      monitor.unlock()
    }
    return times
  }

  // MARK: Readers

  private func serve() {
    monitor.lock()
    while let job = nextJob() {
      monitor.unlock()
      let start = clock()
      let outcome = Result { () throws(DataError) in try read(job) }
      let spent = clock() - start
      monitor.lock()
      times.readersWorked += spent
      switch outcome {
      case .success(let label):
        labels[job.slot] = Int32(label)
        isFull[job.slot] = true
        filled += 1
      case .failure(let error): failure = failure ?? error
      }
      monitor.signal(monitor.hasResult)
    }
    running -= 1
    monitor.signal(monitor.hasResult)
    monitor.unlock()
  }

  /// Waits for a job; nil where there is nothing more to do.
  private func nextJob() -> Job? {
    while taken == jobs.count, !isStopped { monitor.wait(for: monitor.hasWork) }
    guard !isStopped, failure == nil else { return nil }
    let job = jobs[taken]
    taken += 1
    if taken == jobs.count {
      jobs.removeAll(keepingCapacity: true)
      taken = 0
    }
    return job
  }

  private func read(_ job: Job) throws(DataError) -> Int {
    let image = try source.read(job.reading.image)
    var random = Random(seed: seed, stream: "image \(job.reading.number)")
    try distortion.apply(to: image, &random, into: images.base + job.slot * distortion.floatCount)
    return image.label
  }
}

/// Times of an input pipeline, in nanoseconds.
package struct PipelineTimes: Equatable, Sendable {
  /// The trainer waited for images.
  package var trainerWaited: UInt64 = 0
  /// The readers read and distorted, all of them together.
  package var readersWorked: UInt64 = 0
}
