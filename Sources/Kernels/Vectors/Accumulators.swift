/// The accumulators of a register tile. From a literal: `InlineArray(repeating:)` may be outlined, which would leave
/// them in memory.
public typealias Accumulators<Lanes: Vector> = InlineArray<28, Lanes>

@inlinable @inline(__always)
public func zeroAccumulators<Lanes: Vector>(_: Lanes.Type) -> Accumulators<Lanes> {
  let z = Lanes.zero
  return [
    z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z,
  ]
}
