/// A number known at compile time, and a loop over it with constant indices.
///
/// Register tiles are specialised for their rows and vectors: an `InlineArray` of accumulators stays in registers only
/// if every index is a constant.
public protocol UnrolledCount {
  static var count: Int { get }
  /// Calls `body` with the constants 0 ..< `count`.
  static func forEach(_ body: (Int) -> Void)
}

// Written out: nested, each level costs the optimiser another pass over every closure.

public enum Count1: UnrolledCount {
  @inlinable @inline(__always) public static var count: Int { 1 }
  @inlinable @inline(__always) public static func forEach(_ body: (Int) -> Void) {
    body(0)
  }
}
public enum Count2: UnrolledCount {
  @inlinable @inline(__always) public static var count: Int { 2 }
  @inlinable @inline(__always) public static func forEach(_ body: (Int) -> Void) {
    body(0)
    body(1)
  }
}
public enum Count3: UnrolledCount {
  @inlinable @inline(__always) public static var count: Int { 3 }
  @inlinable @inline(__always) public static func forEach(_ body: (Int) -> Void) {
    body(0)
    body(1)
    body(2)
  }
}
public enum Count4: UnrolledCount {
  @inlinable @inline(__always) public static var count: Int { 4 }
  @inlinable @inline(__always) public static func forEach(_ body: (Int) -> Void) {
    body(0)
    body(1)
    body(2)
    body(3)
  }
}
public enum Count5: UnrolledCount {
  @inlinable @inline(__always) public static var count: Int { 5 }
  @inlinable @inline(__always) public static func forEach(_ body: (Int) -> Void) {
    body(0)
    body(1)
    body(2)
    body(3)
    body(4)
  }
}
public enum Count6: UnrolledCount {
  @inlinable @inline(__always) public static var count: Int { 6 }
  @inlinable @inline(__always) public static func forEach(_ body: (Int) -> Void) {
    body(0)
    body(1)
    body(2)
    body(3)
    body(4)
    body(5)
  }
}
public enum Count7: UnrolledCount {
  @inlinable @inline(__always) public static var count: Int { 7 }
  @inlinable @inline(__always) public static func forEach(_ body: (Int) -> Void) {
    body(0)
    body(1)
    body(2)
    body(3)
    body(4)
    body(5)
    body(6)
  }
}
public enum Count8: UnrolledCount {
  @inlinable @inline(__always) public static var count: Int { 8 }
  @inlinable @inline(__always) public static func forEach(_ body: (Int) -> Void) {
    body(0)
    body(1)
    body(2)
    body(3)
    body(4)
    body(5)
    body(6)
    body(7)
  }
}
public enum Count9: UnrolledCount {
  @inlinable @inline(__always) public static var count: Int { 9 }
  @inlinable @inline(__always) public static func forEach(_ body: (Int) -> Void) {
    body(0)
    body(1)
    body(2)
    body(3)
    body(4)
    body(5)
    body(6)
    body(7)
    body(8)
  }
}
public enum Count10: UnrolledCount {
  @inlinable @inline(__always) public static var count: Int { 10 }
  @inlinable @inline(__always) public static func forEach(_ body: (Int) -> Void) {
    body(0)
    body(1)
    body(2)
    body(3)
    body(4)
    body(5)
    body(6)
    body(7)
    body(8)
    body(9)
  }
}
public enum Count11: UnrolledCount {
  @inlinable @inline(__always) public static var count: Int { 11 }
  @inlinable @inline(__always) public static func forEach(_ body: (Int) -> Void) {
    body(0)
    body(1)
    body(2)
    body(3)
    body(4)
    body(5)
    body(6)
    body(7)
    body(8)
    body(9)
    body(10)
  }
}
public enum Count12: UnrolledCount {
  @inlinable @inline(__always) public static var count: Int { 12 }
  @inlinable @inline(__always) public static func forEach(_ body: (Int) -> Void) {
    body(0)
    body(1)
    body(2)
    body(3)
    body(4)
    body(5)
    body(6)
    body(7)
    body(8)
    body(9)
    body(10)
    body(11)
  }
}
public enum Count13: UnrolledCount {
  @inlinable @inline(__always) public static var count: Int { 13 }
  @inlinable @inline(__always) public static func forEach(_ body: (Int) -> Void) {
    body(0)
    body(1)
    body(2)
    body(3)
    body(4)
    body(5)
    body(6)
    body(7)
    body(8)
    body(9)
    body(10)
    body(11)
    body(12)
  }
}
public enum Count14: UnrolledCount {
  @inlinable @inline(__always) public static var count: Int { 14 }
  @inlinable @inline(__always) public static func forEach(_ body: (Int) -> Void) {
    body(0)
    body(1)
    body(2)
    body(3)
    body(4)
    body(5)
    body(6)
    body(7)
    body(8)
    body(9)
    body(10)
    body(11)
    body(12)
    body(13)
  }
}
