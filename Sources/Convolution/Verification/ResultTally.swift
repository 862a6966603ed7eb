import Tensors

/// What a comparison has seen, value by value. Workers have one each, which are added up.
struct ResultTally: Sendable {
  /// What a result holds before a run. Arithmetic on it keeps its bits, so that a value made of it counts too.
  static let poison = Float(bitPattern: 0x7fc7_7777)

  private(set) var sums = RelativeError.Sums()
  /// Still poison, or another NaN.
  private(set) var unwritten = 0
  private(set) var notNumbers = 0
  /// Farther off than a single value may be.
  private(set) var wrong = 0
  private(set) var atBorder = 0
  private(set) var worst: Worst?
  /// The first values that were compared and are wrong, to see what they have in common.
  private var examples: [Int] = []
  private static let mostExamples = 4096
  /// The largest difference that a single value may have.
  private let limit: Double

  struct Worst: Sendable {
    let index: Int
    let got: Float
    /// Nil where it was not computed.
    let expected: Double?
    let difference: Double
  }

  init(limit: Double) { self.limit = limit }

  mutating func add(_ value: Float, _ expected: Double, at index: Int, isAtBorder: Bool) {
    sums.add(value, expected)
    let difference = abs(Double(value) - expected)
    if difference <= limit { return }
    if value.isNaN { look(at: value) } else { wrong += 1 }
    if isAtBorder { atBorder += 1 }
    if examples.count < Self.mostExamples { examples.append(index) }
    if worst.map({ difference > $0.difference || (difference.isNaN && !$0.difference.isNaN) }) ?? true {
      worst = Worst(index: index, got: value, expected: expected, difference: difference)
    }
  }

  /// Counts a value that is not compared where it is no number.
  mutating func look(at value: Float) {
    guard value.isNaN else { return }
    if value.bitPattern == Self.poison.bitPattern { unwritten += 1 } else { notNumbers += 1 }
  }

  /// Looks at all values whose lines were not compared.
  mutating func lookAtOthers(_ values: UnsafeBufferPointer<Float>, _ compared: [Int], _ channels: Int) {
    var next = compared[...]
    for line in 0..<values.count / channels {
      if line == next.first {
        next.removeFirst()
        continue
      }
      for index in line * channels..<(line + 1) * channels where values[index].isNaN {
        look(at: values[index])
        if worst.map({ !$0.difference.isNaN }) ?? true {
          worst = Worst(index: index, got: values[index], expected: nil, difference: .nan)
        }
      }
    }
  }

  var hasNaN: Bool { unwritten + notNumbers > 0 }
  var hasFindings: Bool { wrong > 0 || hasNaN }

  mutating func add(_ other: ResultTally) {
    sums.add(other.sums)
    unwritten += other.unwritten
    notNumbers += other.notNumbers
    wrong += other.wrong
    atBorder += other.atBorder
    examples += other.examples
    if let theirs = other.worst, worst.map({ !($0.difference >= theirs.difference) && !$0.difference.isNaN }) ?? true {
      worst = theirs
    }
  }

  /// What is wrong with the values, as a part of a sentence.
  func finding(_ layout: ResultLayout, _ tensor: String, compared: Int) -> String {
    let counts = [(wrong, "are wrong"), (unwritten, "are not written"), (notNumbers, "are NaN")]
      .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let total = compared == layout.count ? "" : " (\(compared) were compared)"
    let what = counts.isEmpty ? "all are a little off" : counts.joined(separator: ", ")
    let border = atBorder > 0 ? "; \(atBorder) of them at the border of the image" : ""
    // Where there are more, the others may lie elsewhere.
    let isComplete = examples.count == wrong + unwritten + notNumbers
    let common = (isComplete ? layout.common(examples) : nil).map { "; all of them at \($0)" } ?? ""
    let place = worst.map { worst in
      let got = worst.got.bitPattern == Self.poison.bitPattern ? "nothing" : "\(worst.got)"
      let expected = worst.expected.map { "expected \(Float($0)), " } ?? ""
      return "; the worst at \(layout.place(worst.index)): \(expected)got \(got)"
    }
    return "of \(layout.count) values of the \(tensor)\(total) \(what)\(border)\(common)\(place ?? "")"
  }
}
