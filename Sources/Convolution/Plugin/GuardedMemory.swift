import Tensors

/// Guarded floats for what a shared library is given: a tensor, a packed filter or a workspace, of any alignment.
final class GuardedMemory {
  let base: UnsafeMutableRawPointer
  let name: String
  private let floats: GuardedFloats

  /// - Throws: `AllocationError`.
  init(_ byteCount: Int, alignment: Int, _ name: String) throws(AllocationError) {
    self.name = name
    // Guarded floats are aligned to 64 bytes and end at a page. More than that rounds their number up.
    floats = try GuardedFloats(byteCount.rounded(upTo: alignment > 64 ? alignment : 4) / 4)
    base = UnsafeMutableRawPointer(floats.base)
  }

  /// From now on a write counts as a violation.
  func makeReadOnly() { floats.protect() }

  /// What was touched that may not be, as a part of a sentence, or nil.
  var violation: String? { floats.takeTrespass()?.sentence(name) }
}
