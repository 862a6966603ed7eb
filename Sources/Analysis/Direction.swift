/// The directions of a layer as records name them.
enum Direction {
  /// In the order of a training step; others follow by name.
  static func order(_ directions: Set<String>) -> [String] {
    let known = ["forward", "backward", "input_gradient", "filter_gradient"]
    return known.filter(directions.contains) + directions.subtracting(known).sorted()
  }

  /// For people: `input gradient`.
  static func title(_ direction: String) -> String {
    String(direction.map { $0 == "_" ? " " : $0 })
  }
}
