import Results

extension [Record] {
  /// The same records with rows that mean the same convolutions in all of them. What one plan computes in any record is
  /// one row in every record: elsewhere, the rows of its convolutions are added up.
  var withAlignedLayers: [Record] {
    var groups: [LayerRecord] = []
    for row in flatMap(\.layers) where row.convolutions != nil {
      let overlapping = groups.filter { !Set($0.members).isDisjoint(with: row.members) }
      guard !overlapping.contains(where: { Set($0.members).isSuperset(of: row.members) }) else { continue }
      groups.removeAll { group in overlapping.contains { $0.name == group.name } }
      groups.append(overlapping.reduce(row) { $0.adding($1) })
    }
    return map { record in
      var record = record
      record.layers = record.layers.aligned(to: groups)
      return record
    }
  }
}

extension [LayerRecord] {
  fileprivate func aligned(to groups: [LayerRecord]) -> [LayerRecord] {
    var aligned: [LayerRecord] = []
    for row in self {
      guard row.problem != nil, let group = groups.first(where: { $0.members.contains(row.members[0]) }) else {
        aligned.append(row)
        continue
      }
      if let index = aligned.firstIndex(where: { $0.name == group.name }) {
        aligned[index] = aligned[index].adding(row)
      } else {
        var first = row
        first.convolutions = row.members
        first.name = group.name
        first.problem = group.problem
        aligned.append(first)
      }
    }
    return aligned
  }
}

extension LayerRecord {
  fileprivate var members: [String] { convolutions ?? [name] }

  /// Both rows as one, under this one's name and problem.
  fileprivate func adding(_ other: LayerRecord) -> LayerRecord {
    func both(_ a: String, _ b: String) -> String {
      let names = a.split(separator: "/") + b.split(separator: "/")
      return names.reduce(into: [Substring]()) { if !$0.contains($1) { $0.append($1) } }.joined(separator: "/")
    }
    var sum = self
    sum.convolutions = members + other.members.filter { !members.contains($0) }
    sum.backends.merge(other.backends, uniquingKeysWith: both)
    sum.algorithms.merge(other.algorithms, uniquingKeysWith: both)
    sum.flop.merge(other.flop, uniquingKeysWith: +)
    if let bytes = other.compulsoryBytes { sum.compulsoryBytes?.merge(bytes, uniquingKeysWith: +) }
    if let durations = other.durations {
      sum.durations?.merge(durations) { a, b in zip(a, b).map { $0 + $1 } }
    }
    return sum
  }
}
