import Foundation
import Testing

/// The fixtures that scripts/fixtures/make_statistics.py has written.
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

  struct PairedTest: Decodable, CustomTestStringConvertible {
    let name: String
    let differences: [Double]
    let expected: RankExpectation

    var testDescription: String { name }

    init(from decoder: any Decoder) throws {
      let keys = try decoder.container(keyedBy: CodingKeys.self)
      name = try keys.decode(String.self, forKey: .name)
      differences = try keys.decode([Double].self, forKey: .differences)
      expected = try RankExpectation(from: decoder)
    }

    enum CodingKeys: String, CodingKey { case name, differences }
  }

  struct TwoSampleTest: Decodable, CustomTestStringConvertible {
    let name: String
    let first: [Double]
    let second: [Double]
    let expected: RankExpectation

    var testDescription: String { name }

    init(from decoder: any Decoder) throws {
      let keys = try decoder.container(keyedBy: CodingKeys.self)
      name = try keys.decode(String.self, forKey: .name)
      first = try keys.decode([Double].self, forKey: .first)
      second = try keys.decode([Double].self, forKey: .second)
      expected = try RankExpectation(from: decoder)
    }

    enum CodingKeys: String, CodingKey { case name, first, second }
  }

  struct RankExpectation: Decodable {
    let greater: Double
    let less: Double
    let estimate: Double
    let hasInterval: Bool
    let lower: Double?
    let upper: Double?

    enum CodingKeys: String, CodingKey {
      case greater, less, estimate, lower, upper
      case hasInterval = "has_interval"
    }
  }

  struct Adjustment: Decodable {
    let p: [Double]
    let adjusted: [Double]
  }

  struct Normal: Decodable {
    let z: Double
    let atMost: Double
    let atLeast: Double

    enum CodingKeys: String, CodingKey {
      case z
      case atMost = "at_most"
      case atLeast = "at_least"
    }
  }

  struct Proportion: Decodable {
    let hits: Int
    let trials: Int
    let lower: Double
    let upper: Double
  }

  static let pairedTests: [PairedTest] = load("signed_rank")
  static let twoSampleTests: [TwoSampleTest] = load("mann_whitney")
  static let adjustments: [Adjustment] = load("holm")
  static let normals: [Normal] = load("normal")
  static let samples: [Samples] = load("samples")
  static let intervals: [Interval] = load("bootstrap")
  static let betas: [Beta] = load("beta")
  static let proportions: [Proportion] = load("proportion")

  private static func load<Value: Decodable>(_ name: String) -> [Value] {
    let url = Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures")!
    return try! JSONDecoder().decode([Value].self, from: Data(contentsOf: url))
  }
}

/// Whether two numbers agree to a relative error; two zeros agree too.
func agree(_ value: Double, _ expected: Double, relative: Double = 1e-12) -> Bool {
  abs(value - expected) <= relative * max(abs(value), abs(expected))
}
