/// A table of values that is independent of the format in which it is printed.
package struct Table: Equatable, Sendable {
  package var title: String
  package var columns: [Column]
  package var rows: [[Cell]]
  /// Footnotes and warnings, each of them a sentence.
  package var notes: [String]
  /// The outcome of each row where rows are tests; else empty.
  package var outcomes: [Outcome]

  /// - Parameters:
  ///   - rows: each with one cell for each column
  ///   - outcomes: one for each row, or none
  package init(
    _ title: String, columns: [Column], rows: [[Cell]] = [], notes: [String] = [], outcomes: [Outcome] = []
  ) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "a row has one cell for each column")
    precondition(outcomes.isEmpty || outcomes.count == rows.count, "an outcome belongs to a row")
    self.title = title
    self.columns = columns
    self.rows = rows
    self.notes = notes
    self.outcomes = outcomes
  }
}

extension Table {
  /// The outcome of a row that is a test, with a sentence.
  package enum Outcome: Equatable, Sendable {
    case passed
    case failed(String)
    case skipped(String)
    case error(String)
  }

  package struct Column: Equatable, Sendable {
    package enum Alignment: Sendable { case left, right }

    package let name: String
    package let unit: DisplayUnit
    /// The digits after the point where the column is printed for people.
    package let decimals: Int
    package let alignment: Alignment

    /// Makes a column of numbers.
    package init(_ name: String, _ unit: DisplayUnit, decimals: Int) {
      self.name = name
      self.unit = unit
      self.decimals = decimals
      alignment = .right
    }

    /// Makes a column of words.
    package init(_ name: String) {
      self.name = name
      unit = .count
      decimals = 0
      alignment = .left
    }

    /// The name with the unit: `time [ms]`.
    package var heading: String { unit.symbol.isEmpty ? name : "\(name) [\(unit.symbol)]" }

    /// The name with the base unit, for programs: `time [s]`.
    package var baseHeading: String { unit.base.isEmpty ? name : "\(name) [\(unit.base)]" }
  }

  package enum Cell: Equatable, Sendable {
    case text(String)
    /// A number in the base unit of its column.
    case number(Double)
    case missing

    package init(_ number: Double?) { self = number.map(Cell.number) ?? .missing }

    /// The text for people, on one line. Numbers are scaled and rounded; a missing value is a dash.
    package func text(in column: Column) -> String {
      switch self {
      case .text(let text): String(text.map { $0.isNewline ? " " : $0 })
      case .number(let value): column.unit.format(value, decimals: column.decimals)
      case .missing: "-"
      }
    }
  }
}
