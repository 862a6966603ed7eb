/// A kernel that exists once for every number of rows.
public protocol RowSpecialised {
  func run<Rows: UnrolledCount>(_ rows: Rows.Type)
}

extension RowSpecialised {
  /// Runs the specialisation for `rows` rows, 1...`Limit.count`.
  @inlinable @inline(__always)
  public func dispatch<Limit: RowLimit>(rows: Int, limit: Limit.Type) { limit.dispatch(self, rows: rows) }
}

/// The most rows that a register tile has: a type, so that row counts beyond it are never compiled.
public protocol RowLimit {
  static var count: Int { get }
  /// Runs the specialisation of `kernel` for `rows` rows, 1...`count`.
  static func dispatch<Kernel: RowSpecialised>(_ kernel: Kernel, rows: Int)
}

public enum Limit4: RowLimit {
  @inlinable @inline(__always) public static var count: Int { 4 }
  @inlinable @inline(__always) public static func dispatch<Kernel: RowSpecialised>(_ kernel: Kernel, rows: Int) {
    switch rows {
    case 1: kernel.run(Count1.self)
    case 2: kernel.run(Count2.self)
    case 3: kernel.run(Count3.self)
    default: kernel.run(Count4.self)
    }
  }
}
public enum Limit6: RowLimit {
  @inlinable @inline(__always) public static var count: Int { 6 }
  @inlinable @inline(__always) public static func dispatch<Kernel: RowSpecialised>(_ kernel: Kernel, rows: Int) {
    switch rows {
    case 5: kernel.run(Count5.self)
    case 6: kernel.run(Count6.self)
    default: Limit4.dispatch(kernel, rows: rows)
    }
  }
}
public enum Limit8: RowLimit {
  @inlinable @inline(__always) public static var count: Int { 8 }
  @inlinable @inline(__always) public static func dispatch<Kernel: RowSpecialised>(_ kernel: Kernel, rows: Int) {
    switch rows {
    case 7: kernel.run(Count7.self)
    case 8: kernel.run(Count8.self)
    default: Limit6.dispatch(kernel, rows: rows)
    }
  }
}
public enum Limit10: RowLimit {
  @inlinable @inline(__always) public static var count: Int { 10 }
  @inlinable @inline(__always) public static func dispatch<Kernel: RowSpecialised>(_ kernel: Kernel, rows: Int) {
    switch rows {
    case 9: kernel.run(Count9.self)
    case 10: kernel.run(Count10.self)
    default: Limit8.dispatch(kernel, rows: rows)
    }
  }
}
public enum Limit12: RowLimit {
  @inlinable @inline(__always) public static var count: Int { 12 }
  @inlinable @inline(__always) public static func dispatch<Kernel: RowSpecialised>(_ kernel: Kernel, rows: Int) {
    switch rows {
    case 11: kernel.run(Count11.self)
    case 12: kernel.run(Count12.self)
    default: Limit10.dispatch(kernel, rows: rows)
    }
  }
}
public enum Limit14: RowLimit {
  @inlinable @inline(__always) public static var count: Int { 14 }
  @inlinable @inline(__always) public static func dispatch<Kernel: RowSpecialised>(_ kernel: Kernel, rows: Int) {
    switch rows {
    case 13: kernel.run(Count13.self)
    case 14: kernel.run(Count14.self)
    default: Limit12.dispatch(kernel, rows: rows)
    }
  }
}
