import Foundation

/// A reason why results could not be written or read, as one sentence.
package enum ResultsError: Error, Equatable, CustomStringConvertible {
  case cannotWrite(path: String, reason: String)
  case noSpace(path: String)
  case cannotRead(path: String, reason: String)
  case isDirectory(path: String)
  /// The file is one of `bench profile`, where one of `bench run` is needed.
  case isProfile(path: String)
  /// The file is one of `bench train`.
  case isTraining(path: String)
  /// The file is a plan, where one of `bench run` is needed.
  case isPlan(path: String)
  /// The file is not a plan, where one is needed.
  case isNoPlan(path: String)
  case notJSON(path: String, reason: String)
  case wrongSchema(path: String, found: Int)
  case missingKey(path: String, key: String)
  case wrongValue(path: String, key: String, reason: String)
  case notFinite(key: String)

  package var description: String {
    switch self {
    case .cannotWrite(let path, let reason):
      "Cannot write \(path) (\(reason)); choose another place."
    case .noSpace(let path):
      "The disk is full: \(path) was not written; free some space or choose another place."
    case .cannotRead(let path, let reason):
      "Cannot read \(path) (\(reason)); check the path and its permissions."
    case .isDirectory(let path):
      "\(path) is a directory; give the path of a file."
    case .isProfile(let path):
      "\(path) is a profile and no result of a run; show it with `bench report \(path)`."
    case .isTraining(let path):
      "\(path) is a training and no result of a run; show it with `bench report \(path)`."
    case .isPlan(let path):
      "\(path) is a plan and no result of a run; follow it with `bench run MODEL --plan \(path)`."
    case .isNoPlan(let path):
      "\(path) is no plan; give a file of `bench tune` or of `bench describe MODEL --plan --output`."
    case .notJSON(let path, let reason):
      "\(path) is not JSON (\(reason)); give a file that bench has written."
    case .wrongSchema(let path, let found):
      "\(path) has schema \(found), this bench reads schema \(ResultFile.schema); use the bench that wrote the file."
    case .missingKey(let path, let key):
      "\(path) lacks the key '\(key)'; give a file that bench has written."
    case .wrongValue(let path, let key, let reason):
      "\(path) has a wrong value at '\(key)' (\(reason)); give a file that bench has written."
    case .notFinite(let key):
      "The value at '\(key)' is not a finite number, which JSON cannot hold; measure again."
    }
  }

  init(writing path: String, errno code: Int32) {
    self =
      switch code {
      case ENOSPC, EDQUOT: .noSpace(path: path)
      case EISDIR: .isDirectory(path: path)
      default: .cannotWrite(path: path, reason: String(cString: strerror(code)))
      }
  }

  init(_ error: DecodingError, path: String) {
    self =
      switch error {
      case .keyNotFound(let key, let context): .missingKey(path: path, key: (context.codingPath + [key]).text)
      case .typeMismatch(_, let context), .valueNotFound(_, let context):
        .wrongValue(path: path, key: context.codingPath.text, reason: context.debugDescription.withoutFullStop)
      case .dataCorrupted(let context) where context.codingPath.isEmpty:
        .notJSON(path: path, reason: context.debugDescription.withoutFullStop)
      case .dataCorrupted(let context):
        .wrongValue(path: path, key: context.codingPath.text, reason: context.debugDescription.withoutFullStop)
      @unknown default: .notJSON(path: path, reason: "\(error)")
      }
  }
}

extension [any CodingKey] {
  /// The path as text, such as `records[0].layers[3].name`.
  var text: String {
    reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
      }
    }
  }
}

extension String {
  /// Drops the full stop, for a sentence in parentheses inside another.
  fileprivate var withoutFullStop: String { hasSuffix(".") ? String(dropLast()) : self }
}
