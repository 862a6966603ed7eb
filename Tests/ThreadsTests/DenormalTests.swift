import Testing
import Threads

@Suite struct DenormalTests {
  #if arch(x86_64) || arch(arm64)
    @Test func processorIsSaidToFlush() { #expect(ThreadPool(count: 1).flushesDenormals) }
  #endif

  @Test(arguments: threadCounts)
  func denormalProductsAreZeroOnEveryWorker(_ threads: Int) {
    let pool = ThreadPool(count: threads)
    guard pool.flushesDenormals else { return }
    #expect(products(of: .leastNormalMagnitude, 0.5, on: pool).allSatisfy { $0 == 0 })
  }

  @Test(arguments: threadCounts)
  func denormalOperandsAreZeroOnEveryWorker(_ threads: Int) {
    let pool = ThreadPool(count: threads)
    guard pool.flushesDenormals else { return }
    #expect(products(of: .leastNonzeroMagnitude, 0x1p100, on: pool).allSatisfy { $0 == 0 })
  }

  @Test func normalProductsAreKept() {
    let pool = ThreadPool(count: 3)
    let smallest = Float.leastNormalMagnitude
    #expect(products(of: smallest * 2, 0.5, on: pool).allSatisfy { $0.bitPattern == smallest.bitPattern })
  }

  /// The product that each worker computes.
  private func products(of a: Float, _ b: Float, on pool: ThreadPool) -> [Float] {
    var factors = [a, b]
    var results = [Float](repeating: .nan, count: pool.count)
    factors.withUnsafeMutableBufferPointer { factors in
      results.withUnsafeMutableBufferPointer { results in
        nonisolated(unsafe) let (factors, results) = (factors, results)
        pool.run { results[$0] = factors[0] * factors[1] }
      }
    }
    return results
  }
}
