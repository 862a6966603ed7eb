import Tensors
import Testing
import Threads

@testable import Convolution

/// Means and covariances against the two-pass definition in double.
@Suite struct ColumnCovarianceTests {
  private struct Result: Equatable {
    var mean: [Float]
    var covariance: [Float]
  }

  private func covariance(
    _ matrix: [Float], rows: Int, columns: Int, threads: Int, _ set: InstructionSet
  ) throws -> Result {
    let plan = ColumnCovariance(
      rows: rows, columns: columns, in: ExecutionContext(pool: ThreadPool(count: threads), instructionSet: set))
    let workspace = try FloatBuffer(count: plan.workspaceBytes / MemoryLayout<Float>.stride)
    workspace.fill(.nan)
    var result = Result(
      mean: [Float](repeating: .nan, count: columns), covariance: [Float](repeating: .nan, count: columns * columns))
    matrix.withUnsafeBufferPointer { matrix in
      plan.run(matrix.baseAddress!, mean: &result.mean, covariance: &result.covariance, workspace: workspace.base)
    }
    return result
  }

  /// One row, fewer rows than columns, several parts of which the last is short; whole vectors and not.
  @Test(
    arguments: InstructionSet.allCases.filter(\.isAvailable),
    [(1, 5), (20, 33), (3000, 16), (2500, 37), (700, 160)])
  func covarianceFollowsTheDefinition(_ set: InstructionSet, _ size: (rows: Int, columns: Int)) throws {
    let (rows, columns) = size
    for offset in [0, 10, 1000] as [Float] {
      var random = Random(seed: 7, stream: "\(size) \(offset)")
      let matrix = (0..<rows * columns).map { _ in offset + Float(random.normal()) }
      let result = try covariance(matrix, rows: rows, columns: columns, threads: 2, set)
      let exact = definition(matrix, rows: rows, columns: columns)
      let mean = RelativeError(of: result.mean, from: exact.mean)
      #expect(mean.relativeL2 < 1e-6, "\(size), offset \(offset): \(mean)")
      // Values are rounded at their offset, the same in both, and deviations from it are not.
      let error = RelativeError(of: result.covariance, from: exact.covariance, typical: 1e-3)
      #expect(error.relativeL2 < 2e-6, "\(size), offset \(offset): \(error)")
      for threads in [1, 3, 5] {
        #expect(try covariance(matrix, rows: rows, columns: columns, threads: threads, set) == result)
      }
    }
  }

  private func definition(_ matrix: [Float], rows: Int, columns: Int) -> (mean: [Double], covariance: [Double]) {
    var mean = [Double](repeating: 0, count: columns)
    for index in matrix.indices { mean[index % columns] += Double(matrix[index]) / Double(rows) }
    var covariance = [Double](repeating: 0, count: columns * columns)
    for row in 0..<rows {
      let deviations = (0..<columns).map { Double(matrix[row * columns + $0]) - mean[$0] }
      for a in 0..<columns {
        for b in 0..<columns { covariance[a * columns + b] += deviations[a] * deviations[b] / Double(rows) }
      }
    }
    return (mean, covariance)
  }
}
