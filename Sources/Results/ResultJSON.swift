import Foundation

/// The one way in which results become JSON, with sorted keys and a newline at the end, and are read back.
enum ResultJSON {
  /// - Throws: `ResultsError.notFinite` where a number is NaN or infinite, which JSON cannot say.
  static func encode(_ value: some Encodable) throws(ResultsError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      return try encoder.encode(value) + Data("\n".utf8)
    } catch EncodingError.invalidValue(_, let context) {
      throw .notFinite(key: context.codingPath.text)
    } catch {
      throw .notFinite(key: "\(error)")
    }
  }

  /// What a file calls itself; nil for the result of a run, and for what is no JSON.
  static func kind(_ json: Data) -> String? {
    struct Kind: Decodable { let kind: String? }
    return (try? JSONDecoder().decode(Kind.self, from: json))?.kind
  }

  private struct Version: Decodable { let schema: Int }

  /// - Parameter path: where `json` comes from, for the sentence of an error.
  static func decode<Value: Decodable>(_ json: Data, path: String) throws(ResultsError) -> Value {
    do {
      // The version first: under another one every other complaint would mislead.
      let version = try JSONDecoder().decode(Version.self, from: json).schema
      guard version == ResultFile.schema else { throw ResultsError.wrongSchema(path: path, found: version) }
      return try JSONDecoder().decode(Value.self, from: json)
    } catch let error as ResultsError {
      throw error
    } catch let error as DecodingError {
      let error = ResultsError(error, path: path)
      if case .notJSON = error, let number = UnrepresentableNumber.first(in: json) {
        throw .wrongValue(path: path, key: number.key, reason: "no number can be \(number.text)")
      }
      throw error
    } catch {
      throw .notJSON(path: path, reason: "\(error)")
    }
  }
}
