import Foundation

extension Double {
  /// The number with two digits: `1.2e-06`.
  var shortText: String { String(format: "%.1e", self) }
}
