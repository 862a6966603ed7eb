import Foundation
import Testing
import Threads

@testable import Profiles

@Suite struct LabelTests {
  @Test func digitsAreFunctions() {
    #expect(OperationLabels.digit("cclosure_digit_0") == 0 && OperationLabels.digit("cclosure_digit_f") == 15)
    for other in ["cclosure_digit_", "cclosure_digit_10", "cclosure_digit_g", "cclosure_call"] {
      #expect(OperationLabels.digit(other) == nil)
    }
  }

  /// Of all lengths: a label is whole or is none.
  @Test func labelIsTheInnermostThreeDigits() {
    for length in 0..<OperationLabels.digitCount {
      #expect(OperationLabels.label(in: [nil] + Array(repeating: 1, count: length) + [nil]) == nil)
    }
    let outer: [Int?] = [nil, 0, 0, 1, nil]
    #expect(OperationLabels.label(in: outer)! == (1, 4))
    #expect(OperationLabels.label(in: outer + [0xa, 0xb, 0xc, nil, nil])! == (0xabc, 8))
    #expect(OperationLabels.label(in: outer + [0xa, 0xb])! == (1, 4), "a sample on the way to the inner label")
    #expect(OperationLabels.label(in: [0, 0, 1, 0xf, 0xf, 0xf])! == (0xfff, 6))
  }

  /// What the frames spell on real stacks, of the caller and of a worker.
  @Test(arguments: 1...2)
  func labelsAreFoundOnTheStack(_ threads: Int) throws {
    let pool = ThreadPool(count: threads)
    let symbolizer = Symbolizer(try mappingsOfThisProcess())
    // 27 has no factor in common with 16, so every digit is at every place.
    for label in stride(from: 1, through: ThreadPool.largestLabel, by: 27) + [ThreadPool.largestLabel] {
      nonisolated(unsafe) var stacks = [[UInt64]](repeating: [], count: threads)
      nonisolated(unsafe) var current = [UInt32](repeating: 0, count: threads)
      stacks.withUnsafeMutableBufferPointer { stacks in
        current.withUnsafeMutableBufferPointer { current in
          pool.labelled(label) {
            pool.run { worker in
              stacks[worker] = callers()
              current[worker] = ThreadPool.currentLabel()
            }
          }
        }
      }
      for worker in 0..<threads {
        let symbols = stacks[worker].reversed().map { symbolizer.symbol(at: $0, isReturn: true).name }
        let found = OperationLabels.label(in: symbols.map { $0.flatMap(OperationLabels.digit) })
        try #require(found?.number == Int(label), "worker \(worker): \(symbols)")
        try #require(current[worker] == label)
      }
      try #require(ThreadPool.currentLabel() == 0)
    }
  }

  @Test func unlabelledJobsHaveNoDigits() throws {
    let symbolizer = Symbolizer(try mappingsOfThisProcess())
    let pool = ThreadPool(count: 1)
    pool.run { _ in
      let symbols = callers().map { symbolizer.symbol(at: $0, isReturn: true).name }
      #expect(!symbols.contains { $0?.hasPrefix("cclosure_digit_") == true })
    }
  }

  /// The return addresses on this thread's stack, innermost first.
  private func callers() -> [UInt64] {
    var addresses = [UnsafeMutableRawPointer?](repeating: nil, count: 64)
    let count = backtrace(&addresses, 64)
    return addresses.prefix(Int(count)).map { UInt64(UInt(bitPattern: $0)) }
  }
}

@_silgen_name("backtrace")
private func backtrace(_ addresses: UnsafeMutablePointer<UnsafeMutableRawPointer?>, _ count: Int32) -> Int32
