extension Int {
  /// The quotient rounded up, for self >= 0 and `divisor` > 0: how many parts of at most `divisor` make up self.
  @inlinable @inline(__always)
  public func dividedRoundingUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}
