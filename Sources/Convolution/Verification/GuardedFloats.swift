import CGuard
import Glibc
import Tensors

/// Floats between pages that may be neither read nor written, as plans are verified on.
///
/// An access to such a page is recorded, and so is a write to the floats while they are protected; the program goes on
/// with NaN on that page. Between the floats and the pages lie canaries, a NaN of their own: a read there shows in the
/// result, a write in the canaries.
package final class GuardedFloats: @unchecked Sendable {
  package let base: UnsafeMutablePointer<Float>
  package let count: Int
  private let body: UnsafeMutableBufferPointer<Float>
  private let mapping: UnsafeMutableRawPointer
  private let mappedBytes: Int
  private let watch: Int32

  /// A guard is wide enough for a row or a tile to end in it. It costs no memory, only addresses.
  private static let guardBytes = 64 << 10
  private static let fewestInFront = 64
  private static let canary: UInt32 = 0x7fc1_2345

  /// Where they begin. What is left behind them, up to the page, are canaries.
  package enum Placement {
    /// Wherever it lets them end at the page.
    case atPage
    /// At a multiple of 64 bytes, as the tensors and the workspaces of a program do.
    case aligned
    /// 4 bytes past one, as a tensor of somebody else may.
    case misaligned
  }

  /// - Throws: `AllocationError`.
  package init(_ count: Int, _ placement: Placement = .aligned) throws(AllocationError) {
    self.count = count
    let behind =
      switch placement {
      case .atPage: 0
      case .aligned: count.rounded(upTo: 16) - count
      case .misaligned: (count + 1).rounded(upTo: 16) - (count + 1)
      }
    let floats = Self.fewestInFront + count + behind
    guard count < 1 << 48 else { throw AllocationError(bytes: .max, reason: String(cString: strerror(ENOMEM))) }
    let bytes = (floats * MemoryLayout<Float>.stride).rounded(upTo: sysconf(Int32(_SC_PAGESIZE)))
    mappedBytes = bytes + 2 * Self.guardBytes
    let mapped = mmap(nil, mappedBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let mapped, mapped != MAP_FAILED, mprotect(mapped + Self.guardBytes, bytes, PROT_READ | PROT_WRITE) == 0
    else { throw AllocationError(bytes: bytes, reason: String(cString: strerror(errno))) }
    mapping = mapped
    let first = (mapped + Self.guardBytes).bindMemory(to: Float.self, capacity: bytes / 4)
    body = UnsafeMutableBufferPointer(start: first, count: bytes / 4)
    base = first + (bytes / 4 - count - behind)
    watch = cguard_watch(mapping, mappedBytes, Self.guardBytes, Self.canary)
    fill(.nan)
  }

  deinit {
    if watch >= 0 { cguard_end(watch) }
    munmap(mapping, mappedBytes)
  }

  package var values: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: base, count: count) }

  /// Fills the floats, and puts the canaries around them back.
  package func fill(_ value: Float) {
    let canary = Float(bitPattern: Self.canary)
    body.baseAddress!.update(repeating: canary, count: inFront)
    base.update(repeating: value, count: count)
    (base + count).update(repeating: canary, count: behind)
  }

  /// From now on nothing may write the floats.
  package func protect() { mprotect(body.baseAddress, body.count * 4, PROT_READ) }
  package func unprotect() { mprotect(body.baseAddress, body.count * 4, PROT_READ | PROT_WRITE) }

  /// The first access that was not permitted since this was last asked; nil where there was none.
  package func takeTrespass() -> Trespass? {
    let access = watch >= 0 ? cguard_take(watch) : cguard_access()
    if access.address != 0 {
      let distance = Int(access.address) - Int(bitPattern: base)
      let index = distance >= 0 ? distance / 4 : -((3 - distance) / 4)
      return Trespass(index: index, count: count, isWrite: access.is_write != 0)
    }
    return changedCanary.map { Trespass(index: $0, count: count, isWrite: true) }
  }

  /// The index of a canary that is not what it was, the nearest to the floats on its side.
  private var changedCanary: Int? {
    func changed(_ index: Int) -> Bool { base[index].bitPattern != Self.canary }
    return (1...inFront).first { changed(-$0) }.map { -$0 } ?? (count..<count + behind).first(where: changed)
  }

  private var inFront: Int { base - body.baseAddress! }
  private var behind: Int { body.count - inFront - count }
}

/// An access outside a tensor, or a write to one that is only to be read.
package struct Trespass: Equatable, Sendable {
  /// Counted from the first float of the tensor; negative before it.
  package let index: Int
  /// The floats of the tensor.
  package let count: Int
  package let isWrite: Bool

  package var isOutside: Bool { index < 0 || index >= count }

  /// - Parameter tensor: its name, such as `output`
  package func sentence(_ tensor: String) -> String {
    guard isOutside else { return "it overwrites its \(tensor), element \(index)" }
    let distance = index < 0 ? -index : index - count + 1
    let place = index < 0 ? "before the first" : "behind the last"
    return
      "it \(isWrite ? "writes" : "reads") outside its \(tensor), \(distance) float\(distance == 1 ? "" : "s") \(place)"
  }
}
