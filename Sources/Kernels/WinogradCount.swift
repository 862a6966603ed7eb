/// A number known to the compiler: `each` calls its body with the constants 0..<value, so that an `InlineArray` indexed
/// with them stays in registers.
public protocol WinogradCount {
  static var value: Int { get }
  static func each(_ body: (Int) -> Void)
}

public enum Count2: WinogradCount {
  @inlinable @inline(__always) public static var value: Int { 2 }
  @inlinable @inline(__always) public static func each(_ body: (Int) -> Void) {
    body(0)
    body(1)
  }
}

/// One more than `Previous`.
public enum Successor<Previous: WinogradCount>: WinogradCount {
  @inlinable @inline(__always) public static var value: Int { Previous.value + 1 }
  @inlinable @inline(__always) public static func each(_ body: (Int) -> Void) {
    Previous.each(body)
    body(Previous.value)
  }
}

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
