import Foundation

/// Places values on an axis, in per cent of its length, because charts stretch with the page and their text does not.
struct Scale {
  let domain: ClosedRange<Double>
  let isLogarithmic: Bool

  /// Makes a linear axis from 0.
  init(fromZeroTo largest: Double) {
    domain = 0...(largest > 0 ? largest : 1)
    isLogarithmic = false
  }

  /// Makes an axis around finite values, with a little room at both ends. It is logarithmic where they differ more than
  /// sixfold.
  init(around values: some Collection<Double>) {
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    isLogarithmic = low > 0 && high > 6 * low
    if isLogarithmic {
      domain = low / 1.1...high * 1.1
    } else {
      let room = high > low ? (high - low) * 0.04 : max(abs(high) * 0.01, 1e-9)
      domain = low - room...high + room
    }
  }

  /// Makes a logarithmic axis around values above 0, extended by the factor `room` at both ends.
  init(logarithmic values: some Collection<Double>, room: Double) {
    domain = (values.min() ?? 1) / room...(values.max() ?? 1) * room
    isLogarithmic = true
  }

  /// The position of a value, from 0 at the lower end to 100 at the upper one.
  func percent(_ value: Double) -> Double {
    let (low, high) = (position(domain.lowerBound), position(domain.upperBound))
    return 100 * (position(value) - low) / (high - low)
  }

  /// Round values inside the domain, about `count` of them.
  func ticks(_ count: Int = 4) -> [Double] {
    if isLogarithmic {
      let decades = Int(floor(log10(domain.lowerBound)))...Int(ceil(log10(domain.upperBound)))
      let fine = decades.flatMap { decade in [1.0, 2, 5].map { $0 * pow(10, Double(decade)) } }.filter(domain.contains)
      guard fine.count > 2 * count else { return fine }
      return fine.filter { log10($0).rounded() == log10($0) }
    }
    let rough = (domain.upperBound - domain.lowerBound) / Double(count)
    let power = pow(10, floor(log10(rough)))
    let step = power * ([1.0, 2, 5].first { $0 * power >= rough } ?? 10)
    let first = Int((domain.lowerBound / step).rounded(.up))
    let last = Int((domain.upperBound / step).rounded(.down))
    return first <= last ? (first...last).map { Double($0) * step } : []
  }

  private func position(_ value: Double) -> Double { isLogarithmic ? log(value) : value }
}
