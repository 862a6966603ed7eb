import Foundation
import Profiles

/// A CPU profile for programs.
package struct ProfileJSON: Encodable {
  struct Stack: Encodable {
    let pass: String?
    let operation: String?
    /// Outermost first.
    let frames: [String]
    let samples: Int
  }

  struct Operation: Encodable {
    let pass: String?
    let operation: String?
    let samples: Int
  }

  struct Function: Encodable {
    let function: String
    let selfSamples: Int
    let totalSamples: Int
  }

  let command: String?
  let hertz: Int
  let samples: Int
  let processorTimeS: Double?
  let operations: [Operation]
  let functions: [Function]
  let stacks: [Stack]

  package init(_ stacks: Stacks) {
    let totals = StackTotals(stacks)
    command = stacks.command
    hertz = stacks.hertz
    samples = stacks.sampleCount
    processorTimeS = stacks.processorTime
    operations = totals.operations.map {
      Operation(pass: $0.operation?.pass, operation: $0.operation?.name, samples: $0.samples)
    }
    functions = totals.functions.map {
      Function(function: $0.name, selfSamples: $0.own, totalSamples: $0.total)
    }
    self.stacks = stacks.counts.map { stack, count in
      let operation = stack.operation.map { stacks.operations[$0] }
      return Stack(
        pass: operation?.pass, operation: operation?.name, frames: stack.frames.map(\.name), samples: count)
    }.sorted { $0.samples != $1.samples ? $0.samples > $1.samples : $0.frames.lexicographicallyPrecedes($1.frames) }
  }

  package var text: String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Names and numbers: nothing that JSON has no form for.
    return String(decoding: (try? encoder.encode(self)) ?? Data(), as: UTF8.self) + "\n"
  }
}
