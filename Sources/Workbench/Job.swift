/// Something to time, with its tensors in memory and its preparation done.
public struct Job: Sendable {
  /// Floating-point operations of one call, counted by the definition.
  public let flops: Double
  /// Bytes of the tensors that one call reads, and of those that it writes, each counted once.
  public let read: Double
  public let written: Double
  private let body: @Sendable () -> Void

  init(flops: Double = 0, read: Double = 0, written: Double = 0, _ body: @escaping @Sendable () -> Void) {
    self.flops = flops
    self.read = read
    self.written = written
    self.body = body
  }

  public var bytes: Double { read + written }

  public func callAsFunction() { body() }
}
