import Kernels
import Networks
import Tensors
import Threads

/// Gradient descent with weight decay, momentum and moving averages of the parameters, in one pass over them.
///
///     velocity = momentum * velocity + gradient + weightDecay * parameter
///     parameter -= rate * velocity
///     average -= (1 - decay) * (average - parameter),  decay = min(averageDecay, (1 + n) / (10 + n))
///
/// n counts the updates, this one included; the averages are of all trained parameters and begin with their initial
/// values. Moving statistics of batch norm have no average: they are averages already.
package final class GradientDescent {
  package let recipe: Recipe
  private let pool: ThreadPool
  package let trained: [Trained]

  /// A parameter and what belongs to it.
  package struct Trained {
    package let parameter: Parameter
    let tensor: Tensor
    let gradient: Tensor
    /// nil without momentum.
    package let velocity: FloatBuffer?
    package let average: FloatBuffer
    let weightDecay: Float
  }

  /// Parameters go through the caches in blocks, whose sums of squares are added in order: the sum does not depend on the
  /// number of threads.
  private static let block = 16_384

  /// - Parameter program: allocated and initialised; the averages begin with its parameters
  /// - Throws: `AllocationError`
  package init(_ program: Program, _ recipe: Recipe) throws(AllocationError) {
    self.recipe = recipe
    pool = program.context.pool
    var trained: [Trained] = []
    for (parameter, tensor) in program.parameters {
      guard let gradient = program.gradients[parameter.name] else { continue }
      let average = try FloatBuffer(count: tensor.count)
      average.base.update(from: tensor.floats, count: tensor.count)
      trained.append(
        Trained(
          parameter: parameter, tensor: tensor, gradient: gradient,
          velocity: recipe.momentum > 0 ? try FloatBuffer(count: tensor.count) : nil, average: average,
          weightDecay: recipe.decays(parameter) ? Float(recipe.weightDecay) : 0))
    }
    self.trained = trained
  }

  /// Updates every parameter.
  ///
  /// - Parameter number: of this update, from 1 on
  /// - Returns: the weight decay's part of the loss, of the parameters before the update
  package func update(rate: Double, number: Int) -> Double {
    let kept = min(recipe.averageDecay, Double(1 + number) / Double(10 + number))
    return trained.reduce(0) { $0 + update($1, rate: Float(rate), averageShare: Float(1 - kept)) }
  }

  private func update(_ trained: Trained, rate: Float, averageShare: Float) -> Double {
    let count = trained.tensor.count
    var sums = [Double](repeating: 0, count: count.dividedRoundingUp(by: Self.block))
    let momentum = Float(recipe.momentum)
    sums.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let sums = buffer.baseAddress!
      nonisolated(unsafe) let (w, g) = (trained.tensor.floats, UnsafePointer(trained.gradient.floats))
      nonisolated(unsafe) let (v, a) = (trained.velocity?.base, trained.average.base)
      let decay = trained.weightDecay
      pool.split(buffer.count) { blocks in
        for block in blocks {
          let range = block * Self.block..<min((block + 1) * Self.block, count)
          if decay > 0 { sums[block] = Self.sumOfSquares(w, range) }
          if let v {
            for i in range {
              let slope = g[i] + decay * w[i]
              v[i] = momentum * v[i] + slope
              w[i] -= rate * v[i]
            }
          } else {
            for i in range { w[i] -= rate * (g[i] + decay * w[i]) }
          }
          for i in range { a[i] -= averageShare * (a[i] - w[i]) }
        }
      }
    }
    return Double(trained.weightDecay) * sums.reduce(0, +) / 2
  }

  private static func sumOfSquares(_ values: UnsafePointer<Float>, _ range: Range<Int>) -> Double {
    var sum = 0.0
    for i in range { sum += Double(values[i]) * Double(values[i]) }
    return sum
  }
}
