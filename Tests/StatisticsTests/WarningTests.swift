import Statistics
import Testing

@Suite struct WarningTests {
  /// Twenty steps of about half a second with a little noise, in random order.
  static let quiet = (0..<20).map { 0.5 + 0.0001 * Double($0 * 7 % 20) }

  @Test func quietStepsHaveNone() throws {
    #expect(try warnings(Self.quiet) == [])
  }

  @Test func nineStepsAreTooFew() throws {
    #expect(try warnings(Array(Self.quiet.prefix(9))) == [.tooFewSamples(count: 9)])
    #expect(try warnings(Array(Self.quiet.prefix(10))) == [])
  }

  @Test func slowFirstStepIsSeen() throws {
    let samples = [1.0] + Self.quiet.dropFirst()
    let warnings = try warnings(samples)
    #expect(warnings.count == 1)
    guard case .slowFirstStep(let ratio) = try #require(warnings.first) else {
      Issue.record("not the first step, but: \(warnings)")
      return
    }
    #expect(ratio > 1.9 && ratio < 2)
    // In another place the same step is one outlier of twenty, which needs no warning.
    #expect(try self.warnings(Self.quiet.dropLast() + [1.0]) == [])
  }

  @Test func driftIsSeenInBothDirections() throws {
    let rising = Self.quiet.enumerated().map { $1 * (1 + 0.002 * Double($0)) }
    guard case .drift(let change, let pValue)? = try warnings(rising).first else {
      Issue.record("no drift in \(rising)")
      return
    }
    #expect(change > 0.02 && change < 0.04 && pValue < 0.001)
    guard case .drift(let falling, _)? = try warnings(rising.reversed()).first else {
      Issue.record("no drift in the reverse")
      return
    }
    #expect(falling < -0.02)
  }

  @Test func driftThatDoesNotMatterIsNoWarning() throws {
    let rising = (0..<20).map { 0.5 + 0.0001 * Double($0) }
    #expect(try #require(Summary(of: rising)?.drift).correlation == 1)
    #expect(try warnings(rising) == [])
  }

  @Test func manyOutliersAreSeen() throws {
    var samples = Self.quiet
    (samples[5], samples[9]) = (0.9, 0.8)
    #expect(try warnings(samples) == [.outliers(count: 2, of: 20)])
  }

  @Test func noiseIsSeen() throws {
    let noisy = (0..<20).map { 0.5 + 0.02 * Double($0 * 7 % 20) }
    guard case .wideInterval(let width)? = try warnings(noisy).first else {
      Issue.record("no wide interval in \(noisy)")
      return
    }
    #expect(width > 0.05)
  }

  @Test func eachOneIsASentence() {
    let all: [Warning] = [
      .tooFewSamples(count: 1), .slowFirstStep(ratio: 1.5), .drift(change: -0.034, pValue: 0.001),
      .outliers(count: 7, of: 100), .wideInterval(relativeWidth: 0.123),
    ]
    for warning in all {
      #expect(warning.description.hasSuffix("."))
      #expect(warning.description.first!.isUppercase || warning.description.first!.isNumber)
    }
    #expect(all[0].description.hasPrefix("1 timed step is too few"))
    #expect(all[2].description.contains("3.4 % faster"))
    #expect(all[4].description.contains("12.3 %"))
  }

  private func warnings(_ samples: [Double]) throws -> [Warning] {
    try #require(Summary(of: samples)).warnings
  }
}
