import Results

/// The table and the messages of a gate.
package enum GateTable {
  package static func table(_ file: GateFile) -> Table {
    let rows = file.benchmarks.map { benchmark -> [Table.Cell] in
      let finding = benchmark.finding
      return [
        .text(benchmark.specification.description), .text(finding?.verdict.rawValue ?? "not measured"),
        Table.Cell(finding?.baseTime), Table.Cell(finding?.headTime), Table.Cell(finding?.change),
        Table.Cell(finding?.lower), Table.Cell(finding?.upper), Table.Cell(finding?.pValue),
        .number(benchmark.threshold), Table.Cell(finding?.noiseFloor), Table.Cell(finding?.detectable),
        .text(rounds(benchmark)),
      ]
    }
    let reasons = file.benchmarks.compactMap { benchmark in
      benchmark.finding?.reason.map { "\(benchmark.specification): \($0)" }
    }
    let changes = file.benchmarks.compactMap { benchmark in
      benchmark.planChange.map { "\(benchmark.specification): \($0)" }
    }
    return Table(
      "Head against \(file.base)" + (file.baseCommit.map { " (\($0.prefix(12)))" } ?? ""),
      columns: [
        .init("benchmark"), .init("verdict"), .init("base", .milliseconds, decimals: 3),
        .init("head", .milliseconds, decimals: 3), .init("change", .perCent, decimals: 2),
        .init("from", .perCent, decimals: 2), .init("to", .perCent, decimals: 2), .init("p", .count, decimals: 4),
        .init("threshold", .perCent, decimals: 1), .init("noise floor", .perCent, decimals: 2),
        .init("detectable", .perCent, decimals: 2), .init("rounds"),
      ],
      rows: rows, notes: reasons + changes + [legend] + warnings(file), outcomes: file.benchmarks.map(outcome))
  }

  /// Warnings about the circumstances. Base and head take turns, so most disturbances cancel, but not against stored
  /// runs.
  private static func warnings(_ file: GateFile) -> [String] {
    let threads = file.benchmarks.map(\.specification.threads).max() ?? 0
    return ContextWarning.circumstances(file.context, threads: threads).map { "Warning: \($0)" }
  }

  static let legend =
    "Base and head are medians: of the calm rounds' first deciles, or of stored runs. Positive changes are slower; "
    + "from-to is their 95 % interval; p is adjusted for the number of benchmarks. The noise floor is what two processes "
    + "of base differ by; detectable is the slow-down found nine times in ten."

  /// The number of rounds: `20`, or `31 of 120` where only 31 were judged.
  private static func rounds(_ benchmark: GateBenchmark) -> String {
    let total = benchmark.rounds.isEmpty ? benchmark.headRuns.count : benchmark.rounds.count
    guard let count = benchmark.finding?.count, count != total else { return "\(total)" }
    return "\(count) of \(total)"
  }

  private static func outcome(_ benchmark: GateBenchmark) -> Table.Outcome {
    guard let finding = benchmark.finding else { return .skipped("It was not measured.") }
    let reason = finding.reason ?? ""
    return switch finding.verdict {
    case .pass, .improvement: .passed
    case .regression: .failed(reason)
    case .inconclusive, .missing: .skipped(reason)
    case .error: .error(reason)
    }
  }

  /// The last line: `2 pass, 1 regression`.
  package static func summary(_ file: GateFile) -> String {
    let verdicts = file.benchmarks.compactMap(\.finding?.verdict.rawValue)
    let order = ["error", "regression", "inconclusive", "missing", "improvement", "pass"]
    let counts = order.compactMap { verdict in
      let count = verdicts.count { $0 == verdict }
      return count == 0 ? nil : "\(count) \(verdict)"
    }
    return "Gate: " + (counts.isEmpty ? "nothing was compared" : counts.joined(separator: ", ")) + "."
  }

  /// Lines that GitHub shows beside a pull request.
  package static func annotations(_ file: GateFile) -> [String] {
    file.benchmarks.compactMap { benchmark in
      guard let finding = benchmark.finding else { return nil }
      let level =
        switch finding.verdict {
        case .error, .regression: "error"
        case .inconclusive, .missing: "warning"
        case .pass, .improvement: ""
        }
      // Colons and commas end a property, such as the title, but not the text.
      let title = escaped("bench gate: \(benchmark.specification)", and: ":,")
      let text = escaped(finding.reason ?? finding.verdict.rawValue)
      return level.isEmpty ? nil : "::\(level) title=\(title)::\(text)"
    }
  }

  /// Escapes text for GitHub's runner.
  private static func escaped(_ text: String, and others: String = "") -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      guard "%\r\n".unicodeScalars.contains(scalar) || others.unicodeScalars.contains(scalar) else {
        return result.unicodeScalars.append(scalar)
      }
      let digits = String(scalar.value, radix: 16, uppercase: true)
      result += "%" + (digits.count < 2 ? "0" : "") + digits
    }
  }
}
