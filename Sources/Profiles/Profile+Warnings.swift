extension Profile {
  /// What makes names in this profile doubtful, as sentences.
  /// - Parameter path: of the profile's file
  package func warnings(path: String) -> [String] {
    let sampled = mappings.filter { mapping in
      samples.contains { $0.addresses.contains { mapping.addresses.contains($0) } }
    }
    return Symbolizer.filesNewer(than: path, of: sampled).map {
      "\($0) has changed since the profile was taken, so names of its functions may be wrong; measure again."
    }
  }
}
