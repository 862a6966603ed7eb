/// Layers that some variant runs together, so that they are decided together. Layers of different units never share an
/// operation.
struct TuneUnit: Equatable {
  private(set) var layers: Set<String>

  /// The units of a network, in the order of its layers.
  static func all(_ variants: [TuneVariant]) -> [TuneUnit] {
    var units: [TuneUnit] = []
    for group in variants.flatMap(\.groups) {
      let met = units.indices.filter { !units[$0].layers.isDisjoint(with: group.layers) }
      guard let first = met.first else {
        units.append(TuneUnit(layers: Set(group.layers)))
        continue
      }
      for index in met.dropFirst().reversed() { units[first].layers.formUnion(units.remove(at: index).layers) }
      units[first].layers.formUnion(group.layers)
    }
    return units
  }

  func groups(of variant: TuneVariant) -> [TuneVariant.Group] {
    variant.groups.filter { layers.isSuperset(of: $0.layers) }
  }
}
