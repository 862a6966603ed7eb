// Loops with constant indices. A `for` loop over an `InlineArray` of accumulators leaves them in memory.

@inlinable @inline(__always) public func unroll4(_ body: (Int) -> Void) {
  body(0)
  body(1)
  body(2)
  body(3)
}
@inlinable @inline(__always) public func unroll6(_ body: (Int) -> Void) {
  unroll4(body)
  body(4)
  body(5)
}
@inlinable @inline(__always) public func unroll8(_ body: (Int) -> Void) {
  unroll6(body)
  body(6)
  body(7)
}
@inlinable @inline(__always) public func unroll12(_ body: (Int) -> Void) {
  unroll8(body)
  body(8)
  body(9)
  body(10)
  body(11)
}
