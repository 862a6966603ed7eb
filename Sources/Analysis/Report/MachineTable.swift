import Results

/// The machines and builds of a report's files: a row for each property and a column for each machine or build that
/// differs.
enum MachineTable {
  static func table(_ contexts: [(source: String, context: Context)]) -> Table {
    var columns: [(name: String, values: [(String, String)])] = []
    for (source, context) in contexts {
      let values = properties(context)
      if let same = columns.firstIndex(where: { $0.values.map(\.1) == values.map(\.1) }) {
        columns[same].name = "several files"
      } else {
        columns.append((source, values))
      }
    }
    // A page is not wide enough for more columns; the files have the rest.
    let shown = columns.prefix(4)
    let names = shown.count == 1 ? ["value"] : shown.map(\.name)
    let rows = (columns.first?.values.indices ?? 0..<0).map { row -> [Table.Cell] in
      [.text(columns[0].values[row].0)] + shown.map { .text($0.values[row].1) }
    }
    let rest = columns.count - shown.count
    return Table(
      "Machine and build", columns: [Table.Column("property")] + names.map { Table.Column($0) }, rows: rows,
      notes: rest > 0 ? ["\(rest) more kinds of machine or build are in the files."] : [])
  }

  private static func properties(_ context: Context) -> [(String, String)] {
    let (machine, build) = (context.machine, context.build)
    func text(_ value: (some Any)?) -> String { value.map { "\($0)" } ?? "unknown" }
    let blas = context.blas.map { "OpenBLAS \($0.version), core \($0.core)" }
    let commit = context.commit.map { $0.hash.prefix(12) + ($0.isDirty ? ", with local changes" : "") }
    let variables = context.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return [
      ("processor", text(machine.cpuModel)), ("cores in use", text(machine.availableCores)),
      ("hyperthreads", machine.smt.map { $0 ? "yes" : "no" } ?? "unknown"),
      ("memory", machine.memoryBytes.map { "\($0 >> 20) MiB" } ?? "unknown"),
      ("hypervisor", text(machine.hypervisor)), ("kernel", text(machine.kernel)), ("governor", machine.governor),
      ("turbo", machine.turbo), ("huge pages", text(machine.transparentHugePages)), ("BLAS", text(blas)),
      ("variables", variables.isEmpty ? "none set" : variables.joined(separator: ", ")),
      ("compiler", "\(build.compiler), \(build.configuration), \(build.timedFlags.joined(separator: " "))"),
      ("commit", text(commit)),
    ]
  }
}
