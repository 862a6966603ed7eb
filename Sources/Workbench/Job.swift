/// Something to time, with its tensors in memory and its preparation done.
public struct Job: Sendable {
  /// Floating-point operations of one call, counted by the definition.
  public let flops: Double
  /// Bytes of the tensors that one call reads and writes, each counted once.
  public let bytes: Double
  private let body: @Sendable () -> Void

  init(flops: Double = 0, bytes: Double = 0, _ body: @escaping @Sendable () -> Void) {
    self.flops = flops
    self.bytes = bytes
    self.body = body
  }

  public func callAsFunction() { body() }
}
