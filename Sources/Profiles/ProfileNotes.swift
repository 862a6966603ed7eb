/// What `bench` adds to a profile of gperftools, as lines of text behind the memory map. Readers of that format pass
/// over lines that they do not know, so `google-pprof` reads the profile as before.
package struct ProfileNotes: Equatable, Sendable {
  /// The operations by label; label 1 is the first.
  package var operations: [ProfiledOperation] = []
  /// The command that was profiled.
  package var command: String?
  /// The processor time of what was profiled, in seconds, from the system's clock.
  package var processorTime: Double?
  /// How often a thread was interrupted at an instruction of a library while it computed for an operation.
  package var ticks: [Tick: Int] = [:]

  package struct Tick: Hashable, Sendable {
    package let address: UInt64
    package let label: Int

    package init(address: UInt64, label: Int) {
      self.address = address
      self.label = label
    }
  }

  package init() {}

  private static let prefix = "# bench"

  /// The lines. Columns are separated by tabs.
  package var text: String {
    var rows: [[String]] = []
    if let command { rows.append(["command", command]) }
    if let processorTime { rows.append(["processor-time", "\(processorTime)"]) }
    rows += operations.map { ["operation", $0.pass, $0.layer, $0.phase] }
    rows += ticks.map { ["tick", String($0.address, radix: 16), "\($0.label)", "\($1)"] }.sorted { $0[1] < $1[1] }
    return rows.map { row in
      let columns = row.map { column in String(column.map { $0.isNewline || $0 == "\t" ? " " : $0 }) }
      return ([Self.prefix] + columns).joined(separator: "\t") + "\n"
    }.joined()
  }

  /// - Parameter text: may have other lines as well
  package init(in text: String) {
    for line in text.split(separator: "\n") {
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard columns[0] == Self.prefix, columns.count > 2 else { continue }
      switch (columns[1], columns.count) {
      case ("command", 3): command = columns[2]
      case ("processor-time", 3): processorTime = Double(columns[2])
      case ("operation", 5):
        operations.append(ProfiledOperation(pass: columns[2], layer: columns[3], phase: columns[4]))
      case ("tick", 5):
        guard let address = UInt64(columns[2], radix: 16), let label = Int(columns[3]), let count = Int(columns[4]),
          count > 0
        else { continue }
        ticks[Tick(address: address, label: label)] = count
      default: break
      }
    }
  }
}

/// An operation of a program, as a profile names it.
package struct ProfiledOperation: Hashable, Sendable {
  package let pass: String
  package let layer: String
  package let phase: String

  package init(pass: String, layer: String, phase: String) {
    self.pass = pass
    self.layer = layer
    self.phase = phase
  }

  /// Such as `conv3_2 input gradient`.
  package var name: String { "\(layer) \(phase)" }
}
