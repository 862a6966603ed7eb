import Foundation
import Synchronization
import Tensors
import Testing

@testable import Training

@Suite struct QueueTests {
  /// Slots and epochs: every image is read once before any is read again.
  @Test func everyEpochReadsEveryImageOnce() {
    var order = ShuffledOrder(count: 10, capacity: 4, seed: 1)
    var images = order.waiting.map(\.image)
    for _ in 0..<26 {
      let slot = order.draw()
      images.append(order.waiting[slot].image)
    }
    let epochs = stride(from: 0, to: 30, by: 10).map { Array(images[$0..<$0 + 10]) }
    for epoch in epochs { #expect(epoch.sorted() == Array(0..<10)) }
    #expect(Set(epochs).count == 3)
  }

  @Test func orderGoesOnAfterDraws() {
    var whole = ShuffledOrder(count: 50, capacity: 16, seed: 3)
    for _ in 0..<777 { _ = whole.draw() }
    var resumed = ShuffledOrder(count: 50, capacity: 16, seed: 3, draws: 777)
    #expect(resumed.waiting == whole.waiting)
    for _ in 0..<100 {
      let (first, second) = (resumed.draw(), whole.draw())
      #expect(first == second)
    }
    #expect(resumed.waiting == whole.waiting)
    let other = ShuffledOrder(count: 50, capacity: 16, seed: 4)
    #expect(other.waiting != ShuffledOrder(count: 50, capacity: 16, seed: 3).waiting)
  }

  /// A queue smaller than the batch, one larger than the set, and many readers: the same images.
  @Test(arguments: [1, 24, 100])
  func imagesDependOnNoReaders(_ capacity: Int) throws {
    let expected = try images(capacity, readers: 1)
    #expect(Set(expected.map(\.bitPattern)).count > 1000)
    for readers in [2, 16] {
      let found = try images(capacity, readers: readers)
      #expect(found == expected, "\(readers) readers")
    }
  }

  /// Five batches of 16, labels included.
  private func images(_ capacity: Int, readers: Int) throws -> [Float] {
    let queue = try queue(SyntheticImages(.training, side: 16, count: 40), capacity, readers)
    defer { queue.stop() }
    let batch = try FloatBuffer(count: 16 * 12 * 12 * 3)
    var result: [Float] = []
    for _ in 0..<5 {
      var labels = [Int32](repeating: -1, count: 16)
      try queue.next(16, into: batch.base, labels: &labels)
      result += batch.values + labels.map(Float.init)
    }
    return result
  }

  @Test func damagedImageEndsTheTraining() throws {
    let queue = try queue(CountedImages(count: 40, damaged: 25), 8, 3)
    defer { queue.stop() }
    let batch = try FloatBuffer(count: 8 * 12 * 12 * 3)
    var labels = [Int32](repeating: 0, count: 8)
    expectSentence("image 25: it is damaged.") {
      for _ in 0..<10 { try queue.next(8, into: batch.base, labels: &labels) }
    }
    // It does not hang when it is asked again.
    expectSentence("image 25") { try queue.next(8, into: batch.base, labels: &labels) }
    expectSentence("image 25") { try queue.fill() }
  }

  @Test func queueIsBounded() throws {
    let source = CountedImages(count: 40)
    let queue = try queue(source, 8, 4)
    try queue.fill()
    usleep(100_000)
    #expect(source.reads.load(ordering: .relaxed) == 8)
    queue.stop()
  }

  @Test func fillingCanBeGivenUp() throws {
    let queue = try queue(CountedImages(count: 40, delay: 50_000), 40, 1)
    var asked = 0
    try queue.fill { _ in
      asked += 1
      return asked < 3
    }
    #expect(asked == 3)
    queue.stop()
  }

  /// Who waits for whom is measured.
  @Test func slowReadersMakeTheTrainerWait() throws {
    let queue = try queue(CountedImages(count: 40, delay: 10_000), 4, 1)
    defer { queue.stop() }
    let batch = try FloatBuffer(count: 8 * 12 * 12 * 3)
    var labels = [Int32](repeating: 0, count: 8)
    try queue.fill()
    _ = queue.takeTimes()
    try queue.next(8, into: batch.base, labels: &labels)
    let times = queue.takeTimes()
    // Four of the eight images at least are read meanwhile, in 10 ms each.
    #expect(times.trainerWaited > 35_000_000 && times.readersWorked > 35_000_000, "\(times)")
    #expect(queue.takeTimes().trainerWaited == 0)
  }

  private func queue(_ source: any ImageSource, _ capacity: Int, _ readers: Int) throws -> ImageQueue {
    try ImageQueue(
      source, Distortion(side: 12, isRandom: true), capacity: capacity, readers: readers, seed: 5
    ) { DispatchTime.now().uptimeNanoseconds }
  }
}

/// A set that counts how often it is read, and of which one image may be damaged.
private final class CountedImages: ImageSource {
  let name = "counted"
  let classes = ["a", "b"]
  let count: Int
  let damaged: Int?
  /// Microseconds that an image takes.
  let delay: UInt32
  let reads = Atomic<Int>(0)

  init(count: Int, damaged: Int? = nil, delay: UInt32 = 0) {
    (self.count, self.damaged, self.delay) = (count, damaged, delay)
  }

  func read(_ index: Int) throws(DataError) -> LabelledImage {
    reads.add(1, ordering: .relaxed)
    if delay > 0 { usleep(delay) }
    if index == damaged { throw DataError("image \(index)", "it is damaged.") }
    let pixels = (0..<16 * 16 * 3).map { UInt8(truncatingIfNeeded: $0 &* (index + 7)) }
    return LabelledImage(label: index % 2, height: 16, width: 16, pixels: pixels, origin: "image \(index)")
  }
}
