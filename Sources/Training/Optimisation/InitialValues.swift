import Networks
import Tensors

/// The values of a parameter before the first step.
package enum InitialValues: Equatable, Sendable {
  /// From N(0, deviation); what lies more than two deviations away is drawn again.
  case truncatedNormal(deviation: Double)
  case constant(Float)
}

extension Recipe {
  /// Sets all parameters of a program; each has a stream of random numbers of its own.
  package func initialise(_ program: Program, seed: UInt64) {
    for (parameter, tensor) in program.parameters {
      switch initialValues(parameter) {
      case .constant(let value): tensor.floats.update(repeating: value, count: tensor.count)
      case .truncatedNormal(let deviation):
        var random = Random(seed: seed, stream: parameter.name)
        for index in 0..<tensor.count { tensor.floats[index] = Float(deviation * random.truncatedNormal()) }
      }
    }
  }
}

extension Random {
  /// The next standard normal number that is at most 2 away from 0.
  mutating func truncatedNormal() -> Double {
    while true {
      let value = normal()
      if abs(value) <= 2 { return value }
    }
  }
}
