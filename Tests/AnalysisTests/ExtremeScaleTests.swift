import Testing

@testable import Analysis

/// Axes of any finite numbers: no trap, no infinity, no NaN.
@Suite struct ExtremeScaleTests {
  static let numbers: [Double] = [
    0, -1, 1, 5e-324, 1e-320, 1e-300, 2.2e-308, 1e-9, 0.1, 3, 1e15, 1e18, 9.3e18, 1e30, 1e290, 1.7e308, -1.7e308,
    1 + .ulpOfOne,
  ]

  @Test func everyPairOfNumbersHasAnAxis() {
    for low in Self.numbers {
      for high in Self.numbers {
        let values = [low, high]
        var scales = [Scale(around: values), Scale(fromZeroTo: high)]
        if low > 0, high > 0 { scales.append(Scale(logarithmic: values, room: 2)) }
        for scale in scales {
          let ticks = scale.ticks()
          #expect(ticks.count < 40 && ticks.allSatisfy(\.isFinite), "\(low) \(high): \(ticks.count)")
          for value in values + ticks { #expect(scale.percent(value).isFinite, "\(value) on \(low) \(high)") }
        }
      }
    }
  }
}
