/// A number known to the compiler: `forEach` calls its body with the constants 0..<count, so that an `InlineArray`
/// indexed with them stays in registers.
public protocol UnrolledCount {
  static var count: Int { get }
  static func forEach(_ body: (Int) -> Void)
}

public enum Count1: UnrolledCount {
  @inlinable @inline(__always) public static var count: Int { 1 }
  @inlinable @inline(__always) public static func forEach(_ body: (Int) -> Void) { body(0) }
}

/// One more than `Previous`.
public enum Successor<Previous: UnrolledCount>: UnrolledCount {
  @inlinable @inline(__always) public static var count: Int { Previous.count + 1 }
  @inlinable @inline(__always) public static func forEach(_ body: (Int) -> Void) {
    Previous.forEach(body)
    body(Previous.count)
  }
}

public typealias Count2 = Successor<Count1>
public typealias Count3 = Successor<Count2>
public typealias Count4 = Successor<Count3>
public typealias Count5 = Successor<Count4>
public typealias Count6 = Successor<Count5>
public typealias Count7 = Successor<Count6>
public typealias Count8 = Successor<Count7>
public typealias Count9 = Successor<Count8>
public typealias Count10 = Successor<Count9>
public typealias Count11 = Successor<Count10>
public typealias Count12 = Successor<Count11>
public typealias Count13 = Successor<Count12>
public typealias Count14 = Successor<Count13>
public typealias Count15 = Successor<Count14>
public typealias Count16 = Successor<Count15>
