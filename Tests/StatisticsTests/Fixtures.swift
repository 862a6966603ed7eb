import Foundation
import Testing

/// What scripts/fixtures/make_statistics.py wrote.
enum Fixtures {
  struct Samples: Decodable, CustomTestStringConvertible {
    let name: String
    let samples: [Double]
    let mean: Double
    let populationDeviation: Double
    let sampleDeviation: Double
    let median: Double
    let percentile5: Double
    let percentile95: Double
    let mad: Double
    let outliers: Int
    let ranks: [Double]
    let correlation: Double?
    let pValue: Double?

    var testDescription: String { name }

    enum CodingKeys: String, CodingKey {
      case name, samples, mean, median, mad, outliers, ranks, correlation
      case populationDeviation = "population_deviation"
      case sampleDeviation = "sample_deviation"
      case percentile5 = "percentile_5"
      case percentile95 = "percentile_95"
      case pValue = "p_value"
    }
  }

  struct Interval: Decodable, CustomTestStringConvertible {
    let name: String
    let samples: [Double]
    let seed: UInt64
    let resamples: Int
    let confidence: Double
    let lower: Double
    let upper: Double
    let scipyLower: Double?
    let scipyUpper: Double?

    var testDescription: String { name }

    enum CodingKeys: String, CodingKey {
      case name, samples, seed, resamples, confidence, lower, upper
      case scipyLower = "scipy_lower"
      case scipyUpper = "scipy_upper"
    }
  }

  struct Beta: Decodable {
    let x: Double
    let a: Double
    let b: Double
    let value: Double
  }

  static let samples: [Samples] = load("samples")
  static let intervals: [Interval] = load("bootstrap")
  static let betas: [Beta] = load("beta")

  private static func load<Value: Decodable>(_ name: String) -> [Value] {
    let url = Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures")!
    return try! JSONDecoder().decode([Value].self, from: Data(contentsOf: url))
  }
}

/// Whether two numbers agree to so many units of their size; both zero agree too.
func agree(_ value: Double, _ expected: Double, relative: Double = 1e-12) -> Bool {
  abs(value - expected) <= relative * max(abs(value), abs(expected))
}
