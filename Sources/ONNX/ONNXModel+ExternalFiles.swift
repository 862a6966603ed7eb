/// Weights in files beside the model.
extension ONNXModel {
  /// Reads the files that constants lie in.
  ///
  /// - Parameter read: the bytes of a file in the model's folder, by its path from there
  /// - Throws: `ONNXError` for a path that leads out of the folder, and what `read` throws
  package mutating func readExternalFiles(_ read: (String) throws(ONNXError) -> [UInt8]) throws(ONNXError) {
    let constants = Array(initializers.values) + nodes.flatMap { $0.attributes.compactMap(\.tensor) }
    for location in Set(constants.compactMap { $0.external?.location }).sorted() {
      let parts = location.split(separator: "/", omittingEmptySubsequences: false)
      guard !location.isEmpty, parts.allSatisfy({ $0 != ".." && !$0.isEmpty }), !location.utf8.contains(0) else {
        throw ONNXError("its weights are in '\(location)', which is no path inside of the model's folder")
      }
      otherFiles[location] = try read(location)
    }
    for constant in constants where constant.external != nil { try checkPlace(of: constant) }
  }
}
