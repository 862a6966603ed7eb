import Communication
import Foundation
import Testing

/// Ranks that are threads of one process, for tests without MPI. A rank sees that an operation is complete when all
/// have started it and it has looked `lag` times more.
final class ThreadCommunicator: Communicator {
  let rank: Int
  var count: Int { room.count }
  let library = "threads"
  private let room: Room
  private var started: UInt64 = 0
  private var looks: [UInt64: Int] = [:]
  private let lag = 3

  /// What the ranks share.
  final class Room: @unchecked Sendable {
    let count: Int
    private let lock = NSLock()
    private var arrived: [UInt64: [Int: UnsafeMutableRawBufferPointer]] = [:]
    private var done = Set<UInt64>()
    private var ended = 0
    private var errors: [String] = []

    init(count: Int) { self.count = count }

    /// Waits for nobody: the last rank to arrive calls `finish` with the memory of all.
    func arrive(
      _ number: UInt64, _ rank: Int, _ bytes: UnsafeMutableRawBufferPointer,
      _ finish: ([UnsafeMutableRawBufferPointer]) -> Void
    ) {
      lock.lock()
      defer { lock.unlock() }
      arrived[number, default: [:]][rank] = bytes
      guard let all = arrived[number], all.count == count else { return }
      finish((0..<count).map { all[$0]! })
      done.insert(number)
      arrived[number] = nil
    }

    func isDone(_ number: UInt64) -> Bool {
      lock.lock()
      defer { lock.unlock() }
      return done.contains(number)
    }

    func end(_ error: String?) {
      lock.lock()
      defer { lock.unlock() }
      ended += 1
      if let error { errors.append(error) }
    }

    /// The errors of all ranks; nil until all have ended.
    var outcome: [String]? {
      lock.lock()
      defer { lock.unlock() }
      return ended == count ? errors : nil
    }
  }

  private init(_ rank: Int, in room: Room) { (self.rank, self.room) = (rank, room) }

  /// Runs `body` on so many ranks, each on a thread; rank 0 has the caller's, to which a test's expectations belong.
  static func run(_ count: Int, _ body: @escaping @Sendable (Ranks) throws -> Void) {
    let room = Room(count: count)
    let take: @Sendable (Int) -> Void = { rank in
      do {
        try body(Ranks(ThreadCommunicator(rank, in: room)))
        room.end(nil)
      } catch { room.end("\(error)") }
    }
    for rank in stride(from: 1, to: count, by: 1) {
      let thread = Thread { take(rank) }
      thread.stackSize = 8 << 20
      thread.start()
    }
    take(0)
    while room.outcome == nil { usleep(500) }
    #expect(room.outcome == [])
  }

  private func start(
    _ bytes: UnsafeMutableRawBufferPointer, _ finish: ([UnsafeMutableRawBufferPointer]) -> Void
  ) -> CommunicationRequest {
    let number = started
    started += 1
    room.arrive(number, rank, bytes, finish)
    return CommunicationRequest(word: number)
  }

  func sum(_ values: UnsafeMutableBufferPointer<Float>) -> CommunicationRequest {
    start(UnsafeMutableRawBufferPointer(values)) { all in
      let lists = all.map { $0.bindMemory(to: Float.self) }
      for index in lists[0].indices {
        let sum = lists.reduce(Float(0)) { $0 + $1[index] }
        for list in lists { list[index] = sum }
      }
    }
  }

  func maximum(_ values: UnsafeMutableBufferPointer<Double>) -> CommunicationRequest {
    start(UnsafeMutableRawBufferPointer(values)) { all in
      let lists = all.map { $0.bindMemory(to: Double.self) }
      for index in lists[0].indices {
        let largest = lists.map { $0[index] }.max()!
        for list in lists { list[index] = largest }
      }
    }
  }

  func broadcast(_ bytes: UnsafeMutableRawBufferPointer) -> CommunicationRequest {
    start(bytes) { all in for other in all.dropFirst() { other.copyMemory(from: UnsafeRawBufferPointer(all[0])) } }
  }

  func gather(_ bytes: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer) -> CommunicationRequest {
    let size = bytes.count
    UnsafeMutableRawBufferPointer(rebasing: all[rank * size..<(rank + 1) * size]).copyMemory(from: bytes)
    return start(all) { all in
      for (source, from) in all.enumerated() {
        for to in all {
          guard to.baseAddress != from.baseAddress else { continue }
          let part = source * size..<(source + 1) * size
          UnsafeMutableRawBufferPointer(rebasing: to[part]).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: from[part]))
        }
      }
    }
  }

  func isComplete(_ request: inout CommunicationRequest) -> Bool {
    guard room.isDone(request.word) else { return false }
    looks[request.word, default: 0] += 1
    return looks[request.word]! > lag
  }

  func leave() {}
  func abort(_ status: Int32) -> Never { fatalError("a rank has ended the run with code \(status)") }
}
