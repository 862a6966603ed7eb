import Tensors
import Testing

@Suite struct RandomTests {
  /// The stream has the published outputs of SplitMix64.
  @Test func generatorIsSplitMix64() {
    var zero = Random(seed: 0)
    #expect(zero.next() == 0xe220_a839_7b1d_cdaf)
    #expect(zero.next() == 0x6e78_9e6a_a1b9_65f4)
    #expect(zero.next() == 0x06c4_5d18_8009_454f)
    var other = Random(seed: 1_234_567)
    #expect([other.next(), other.next()] == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973])
  }

  @Test func sameSeedAndStreamGiveTheSameValues() {
    #expect(values(seed: 7, "conv1/weights") == values(seed: 7, "conv1/weights"))
  }

  @Test func seedsAndStreamsGiveOtherValues() {
    let streams = ["conv1/weights", "conv1/biases", "conv2/weights", "", "input"]
    var seen = Set<[UInt64]>()
    for stream in streams {
      for seed in [0, 1, 2, UInt64.max] {
        #expect(seen.insert(values(seed: seed, stream)).inserted, "seed \(seed), stream '\(stream)'")
      }
    }
  }

  /// A stream must not be a shifted copy of another, an easy mistake with an additive counter.
  @Test func streamsDoNotOverlap() {
    var seen = Set<UInt64>()
    for stream in 0..<100 {
      for value in values(seed: 1, "layer\(stream)", count: 100) {
        #expect(seen.insert(value).inserted, "stream layer\(stream)")
      }
    }
  }

  @Test(arguments: [("a", "b"), ("conv1/weights", "conv2/weights"), ("input", "input ")])
  func streamsAreNotCorrelated(_ first: String, _ second: String) {
    var (a, b) = (Random(seed: 3, stream: first), Random(seed: 3, stream: second))
    let count = 20_000
    let products = (0..<count).map { _ in a.normal() * b.normal() }
    // Five standard errors of the mean of a product of two normal values.
    #expect(abs(products.reduce(0, +) / Double(count)) < 5 / Double(count).squareRoot())
  }

  @Test func uniformHasTheMomentsOfItsDistribution() {
    var random = Random(seed: 11)
    let moments = Moments((0..<100_000).map { _ in random.uniform() })
    #expect(moments.range.lowerBound >= 0 && moments.range.upperBound < 1)
    #expect(abs(moments.mean - 0.5) < 0.005)
    #expect(abs(moments.variance - 1.0 / 12) < 0.001)
    #expect(abs(moments.kurtosis - 1.8) < 0.02)
  }

  @Test func normalHasTheMomentsOfItsDistribution() {
    var random = Random(seed: 12)
    let moments = Moments((0..<100_000).map { _ in random.normal() })
    #expect(abs(moments.mean) < 0.016)
    #expect(abs(moments.variance - 1) < 0.023)
    #expect(abs(moments.skewness) < 0.04)
    #expect(abs(moments.kurtosis - 3) < 0.08)
  }

  @Test func fillsNormallyToTheLastElement() throws {
    let buffer = try FloatBuffer(count: 50_001)
    buffer.fill(.nan)
    var random = Random(seed: 13)
    random.fillNormal(buffer.base, count: 50_000, mean: 2, deviation: 0.1)
    #expect(buffer[50_000].isNaN)
    let moments = Moments(buffer.values.dropLast().map(Double.init))
    #expect(abs(moments.mean - 2) < 0.0025)
    #expect(abs(moments.variance - 0.01) < 0.0004)
  }

  @Test func fillsUniformlyWithinTheRange() throws {
    let buffer = try FloatBuffer(count: 50_000)
    buffer.fill(.nan)
    var random = Random(seed: 14)
    random.fillUniform(buffer.base, count: 50_000, in: -0.25...0.75)
    let moments = Moments(buffer.values.map(Double.init))
    #expect(moments.range.lowerBound >= -0.25 && moments.range.upperBound <= 0.75)
    #expect(abs(moments.mean - 0.25) < 0.007)
    #expect(abs(moments.variance - 1.0 / 12) < 0.0015)
    #expect(Set(buffer.values).count > 49_000)
  }

  private func values(seed: UInt64, _ stream: String, count: Int = 8) -> [UInt64] {
    var random = Random(seed: seed, stream: stream)
    return (0..<count).map { _ in random.next() }
  }
}

private struct Moments {
  let mean, variance, skewness, kurtosis: Double
  let range: ClosedRange<Double>

  init(_ values: [Double]) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    func central(_ power: Int) -> Double {
      values.reduce(0) { sum, value in
        sum + (1...power).reduce(1.0) { product, _ in product * (value - mean) }
      } / count
    }
    self.mean = mean
    variance = central(2)
    skewness = central(3) / (variance * variance.squareRoot())
    kurtosis = central(4) / (variance * variance)
    range = values.min()!...values.max()!
  }
}
