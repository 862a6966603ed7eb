/// The stacks of a profile as people read them: named, and rooted at the operation that they work for.
package struct Stacks {
  package struct Stack: Hashable {
    /// nil for work outside of every operation, such as waiting for the next one.
    package let operation: Int?
    /// Outermost first.
    package let frames: [Frame]
  }

  /// How often each stack was found.
  package private(set) var counts: [Stack: Int] = [:]
  /// Those of the profile, in the order in which they run.
  package let operations: [ProfiledOperation]
  package let sampleCount: Int
  package let hertz: Int
  package let secondsPerSample: Double
  package let command: String?
  package let processorTime: Double?

  package init(_ profile: Profile) {
    operations = profile.notes.operations
    sampleCount = profile.sampleCount
    hertz = profile.hertz
    secondsPerSample = profile.secondsPerSample
    command = profile.notes.command
    processorTime = profile.notes.processorTime
    let symbolizer = Symbolizer(profile.mappings)
    var ticks = profile.notes.ticks
    var unlabelled: [(sample: Profile.Sample, frames: [Frame])] = []
    for sample in profile.samples {
      let symbols = sample.addresses.enumerated().reversed().map { depth, address in
        symbolizer.symbol(at: address, isReturn: depth > 0)
      }
      guard let label = OperationLabels.label(in: symbols.map { $0.name.flatMap(OperationLabels.digit) }) else {
        unlabelled.append((sample, Self.frames(symbols[...])))
        continue
      }
      add(sample.count, label: label.number, Self.frames(symbols[label.inside...]))
      ticks[ProfileNotes.Tick(address: sample.addresses[0], label: label.number)]? -= sample.count
    }
    // What is left of the ticks belongs to stacks that ended before their label.
    let left = ticks.filter { $0.value > 0 }.sorted { $0.key.label < $1.key.label }
    let rest = Dictionary(grouping: left, by: \.key.address)
    for (sample, frames) in unlabelled {
      var left = sample.count
      for (tick, count) in rest[sample.addresses[0]] ?? [] where left > 0 {
        add(min(left, count), label: tick.label, frames)
        left -= min(left, count)
      }
      if left > 0 { add(left, label: 0, frames) }
    }
  }

  private mutating func add(_ count: Int, label: Int, _ frames: [Frame]) {
    let operation = operations.indices.contains(label - 1) ? label - 1 : nil
    counts[Stack(operation: operation, frames: frames), default: 0] += count
  }

  private static func frames(_ symbols: ArraySlice<Symbolizer.Symbol>) -> [Frame] {
    var frames: [Frame] = []
    var instructionSet: String?
    for symbol in symbols {
      guard var frame = frame(symbol) else { continue }
      if frame.isKernel {
        // What a kernel calls is generic over the vector alone and compiled for the same instruction set.
        if frame.instructionSet == nil { frame.instructionSet = instructionSet }
        instructionSet = frame.instructionSet
      }
      // A closure that a function calls, and the thunks between, have its name.
      if frames.last != frame { frames.append(frame) }
    }
    // What runs every operation says nothing of one.
    return Array(frames.drop { ["ThreadPool.labelled", "Operation.run"].contains($0.function) && frames.count > 1 })
  }

  /// nil for a frame that calls a closure for Swift, and says nothing.
  private static func frame(_ symbol: Symbolizer.Symbol) -> Frame? {
    guard let name = symbol.name else { return Frame(module: symbol.file, function: symbol.place) }
    if name.hasPrefix("cclosure_") { return nil }
    return SwiftSymbol.frame(name) ?? Frame(module: symbol.file, function: name)
  }

  /// The names of a stack from the root: the pass where the profile has several, the operation, and the functions.
  package func names(_ stack: Stack) -> [String] { roots(of: stack.operation) + stack.frames.map(\.name) }

  /// The names above the functions of an operation.
  package func roots(of operation: Int?) -> [String] {
    guard let operation else { return operations.isEmpty ? [] : [Self.noOperation] }
    let passes = Set(operations.map(\.pass))
    return (passes.count > 1 ? [operations[operation].pass] : []) + [operations[operation].name]
  }

  package static let noOperation = "no operation"

  /// One line for each stack, as the tools for flame graphs read it: `conv1 forward;DirectPlan.run;... 12`.
  package var folded: String {
    counts.map { stack, count in
      names(stack).map { $0.replacing(";", with: ":") }.joined(separator: ";") + " \(count)\n"
    }.sorted().joined()
  }
}
