import Foundation

/// The one way in which results become JSON: sorted keys, a newline at the end.
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
}
