import Foundation

/// Places values on an axis, in per cent of its length, because charts stretch with the page and their text does not.
struct Scale {
  let domain: ClosedRange<Double>
  let isLogarithmic: Bool

  /// Makes a linear axis from 0.
  init(fromZeroTo largest: Double) { self.init(0, largest > 0 ? largest : 1, isLogarithmic: false) }

  /// Makes an axis around values, with a little room at both ends. It is logarithmic where they differ more than
  /// sixfold.
  init(around values: some Collection<Double>) {
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    if low > 0, high / 6 > low {
      self.init(low / 1.1, high * 1.1, isLogarithmic: true)
    } else {
      let room = high > low ? (high - low) * 0.04 : max(abs(high) * 0.01, 1e-9)
      self.init(low - room, high + room, isLogarithmic: false)
    }
  }

  /// Makes a logarithmic axis around values above 0, extended by the factor `room` at both ends.
  init(logarithmic values: some Collection<Double>, room: Double) {
    self.init((values.min() ?? 1) / room, (values.max() ?? 1) * room, isLogarithmic: true)
  }

  /// Numbers that an axis can have: their logarithms, differences and ticks are numbers too.
  private static let (smallest, largest) = (1e-290, 1e290)

  private init(_ low: Double, _ high: Double, isLogarithmic: Bool) {
    self.isLogarithmic = isLogarithmic
    func held(_ value: Double) -> Double {
      value.isNaN ? 0 : min(max(value, isLogarithmic ? Self.smallest : -Self.largest), Self.largest)
    }
    let (first, last) = (held(low), held(high))
    // Two neighbouring numbers have no axis between them.
    domain = last - first > abs(first) * 1e-12 ? first...last : first...(first + max(abs(first) * 1e-9, Self.smallest))
  }

  /// The position of a value, from 0 at the lower end to 100 at the upper one.
  func percent(_ value: Double) -> Double {
    let (low, high) = (position(domain.lowerBound), position(domain.upperBound))
    let percent = 100 * ((position(value) - low) / (high - low))
    // Far outside is outside; a chart has no place for infinity.
    return percent.isNaN ? 0 : min(max(percent, -1e4), 1e4)
  }

  /// Round values inside the domain, about `count` of them.
  func ticks(_ count: Int = 4) -> [Double] {
    if isLogarithmic {
      let decades = Int(floor(log10(domain.lowerBound)))...Int(ceil(log10(domain.upperBound)))
      let fine = decades.flatMap { decade in [1.0, 2, 5].map { $0 * pow(10, Double(decade)) } }.filter(domain.contains)
      guard fine.count > 2 * count else { return fine }
      let whole = fine.filter { log10($0).rounded() == log10($0) }
      // Hundreds of decades have a tick every so many.
      return whole.enumerated().filter { $0.offset.isMultiple(of: max(whole.count / (2 * count), 1)) }.map(\.element)
    }
    let rough = domain.upperBound / Double(count) - domain.lowerBound / Double(count)
    let power = pow(10, floor(log10(rough)))
    let step = power * ([1.0, 2, 5].first { $0 * power >= rough } ?? 10)
    let first = (domain.lowerBound / step).rounded(.up)
    let last = (domain.upperBound / step).rounded(.down)
    // Where the numbers are large and close together, the steps between them are not whole.
    guard step > 0, first.magnitude < 1e15, last.magnitude < 1e15, first <= last else { return [] }
    return (Int(first)...Int(last)).map { Double($0) * step }
  }

  private func position(_ value: Double) -> Double { isLogarithmic ? log(max(value, Self.smallest)) : value }
}
