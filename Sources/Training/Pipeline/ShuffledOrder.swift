import Tensors

/// Which image is read next, and which of those that are read is trained with next.
///
/// Every epoch reads all images once in an order of its own. What is read waits in one of `capacity` slots; a random slot
/// is drawn, and the next image that is read takes its place. Both depend on the seed alone, so that no thread decides
/// anything, and the state after any number of draws can be had without reading an image.
package struct ShuffledOrder: Sendable {
  package let count: Int
  package let capacity: Int
  private let seed: UInt64
  private var slots: Random
  /// The number of the next image that is read, from 0 on.
  private var next = 0
  /// The images of the epoch of `next`, in order.
  private var epoch: [Int32] = []
  /// The image of each slot.
  package private(set) var waiting: [Reading] = []

  /// One reading of one image.
  package struct Reading: Equatable, Sendable {
    /// Of all images that are read; its distortion depends on it.
    package let number: Int
    package let image: Int
  }

  /// - Parameters:
  ///   - count: images of the set
  ///   - draws: how many were drawn before
  package init(count: Int, capacity: Int, seed: UInt64, draws: Int = 0) {
    self.count = count
    self.capacity = capacity
    self.seed = seed
    slots = Random(seed: seed, stream: "queue")
    waiting.reserveCapacity(capacity)
    for _ in 0..<capacity { waiting.append(read()) }
    for _ in 0..<draws { _ = draw() }
  }

  /// Draws a slot and assigns it the next image. `waiting` holds that from here on.
  package mutating func draw() -> Int {
    let slot = slots.below(capacity)
    waiting[slot] = read()
    return slot
  }

  private mutating func read() -> Reading {
    let (number, position) = next.quotientAndRemainder(dividingBy: count)
    if position == 0 { shuffle(number) }
    defer { next += 1 }
    return Reading(number: next, image: Int(epoch[position]))
  }

  /// Source: Durstenfeld 1964, Algorithm 235: Random permutation.
  private mutating func shuffle(_ number: Int) {
    var random = Random(seed: seed, stream: "epoch \(number)")
    epoch = (0..<Int32(count)).map(\.self)
    for last in stride(from: count - 1, to: 0, by: -1) { epoch.swapAt(last, random.below(last + 1)) }
  }
}
