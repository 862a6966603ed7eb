import Foundation

/// What a slice of a trace is called, its category, and what viewers show beside it.
///
/// Many slices share a label, so it is encoded once.
package struct TraceLabel: Sendable {
  /// The members of a JSON object, without its braces.
  let json: [UInt8]

  /// - Parameter arguments: values by name, strings or numbers
  package init(_ name: String, category: String, arguments: [String: Argument] = [:]) {
    self.init(Fields(name: name, cat: category, args: arguments.isEmpty ? nil : arguments))
  }

  /// The metadata event of this name, such as `thread_name`.
  init(metadata name: String, _ arguments: [String: Argument]) {
    self.init(Fields(name: name, cat: nil, args: arguments))
  }

  private init(_ fields: Fields) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { json = [UInt8](try encoder.encode(fields).dropFirst().dropLast()) } catch {
      preconditionFailure("Strings and finite numbers can be encoded: \(error)")
    }
  }

  package enum Argument: Encodable, Sendable, ExpressibleByStringLiteral {
    case text(String)
    case number(Double)

    package init(stringLiteral value: String) { self = .text(value) }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .number(let number): try container.encode(number)
      }
    }
  }

  /// The keys of the trace-event format.
  private struct Fields: Encodable {
    let name: String
    let cat: String?
    let args: [String: Argument]?
  }
}
