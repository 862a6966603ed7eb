import CAllocationCount
import Foundation
import Testing

/// Runs a reader on damaged files. A crash ends the test process; what is too slow or takes too much memory is an issue.
///
/// `BENCH_FUZZ_INPUTS` is the number of files for each reader, and `BENCH_FUZZ_SEED` chooses others.
/// `BENCH_FUZZ_KEEP=FILE` keeps each one in FILE before it is read, so that the last one is known after a crash.
struct Fuzzing {
  /// A file of a few kilobytes is read in microseconds.
  static let longest = 1.0
  /// So many bytes for each one of the file, and besides what a reader takes for an empty one. All allocations count,
  /// freed ones too, and each number of a JSON file becomes several on its way.
  static let allocationFactor = 64
  static let usualAllocationBase = 1 << 20

  let name: String
  let corpus: [[UInt8]]
  let allocationBase: Int

  init(name: String, corpus: [[UInt8]], allocationBase: Int = usualAllocationBase) {
    (self.name, self.corpus, self.allocationBase) = (name, corpus, allocationBase)
  }

  private static let environment = ProcessInfo.processInfo.environment
  private static let count = environment["BENCH_FUZZ_INPUTS"].flatMap { Int($0) } ?? 3000
  private static let seed = environment["BENCH_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
  private static let kept = environment["BENCH_FUZZ_KEEP"]

  /// - Parameters:
  ///   - refuses: whether damage is noticed; where each part of a file may be missing, it is not
  ///   - read: what it throws is a refusal
  ///   - use: what is done with a file that was taken
  func run<Value>(
    refuses: Bool = true, _ read: ([UInt8]) throws -> Value, use: (Value) throws -> Void = { _ in }
  ) {
    for file in corpus {
      do { try use(read(file)) } catch { Issue.record("\(name): a sound file is refused: \(error)") }
    }
    var mutator = Mutator(seed: Self.seed)
    var (refused, slowest, largest) = (0, 0.0, 0)
    allocation_count_start()
    for number in 0..<Self.count {
      let file = mutator.next(corpus)
      if let path = Self.kept { FileManager.default.createFile(atPath: path, contents: Data(file)) }
      let (clock, before) = (ContinuousClock(), allocation_count_of_thread().bytes)
      let begin = clock.now
      var (value, bytes): (Value?, Int)
      do {
        value = try read(file)
        bytes = allocation_count_of_thread().bytes - before
        try use(value!)
      } catch {
        bytes = allocation_count_of_thread().bytes - before
        refused += 1
        let sentence = "\(error)"
        if !sentence.hasSuffix(".") { report("is refused without a sentence: \(sentence.prefix(200))", number) }
      }
      let duration = (clock.now - begin) / .seconds(1)
      (slowest, largest) = (max(slowest, duration), max(largest, bytes))
      if duration > Self.longest { report("took \(duration) s", number) }
      if bytes > allocationBase + Self.allocationFactor * file.count {
        report("allocated \(bytes) bytes for a file of \(file.count)", number)
      }
    }
    // If nothing were refused, nothing would have been damaged.
    #expect(!refuses || refused > Self.count / 20, "\(name): \(refused) of \(Self.count) files were refused")
    print("\(name): \(Self.count) files, \(refused) refused, slowest \(Int(slowest * 1e6)) us, most \(largest) bytes")
  }

  private func report(_ what: String, _ number: Int) {
    Issue.record("\(name): file \(number) of seed \(Self.seed) \(what)")
  }
}
