import Glibc
import Tensors

/// Floats that end where a page begins that may be neither read nor written.
///
/// In front of them lie canaries, a NaN of their own: a read there shows in the result, a write in the canaries.
final class GuardedFloats {
  let base: UnsafeMutablePointer<Float>
  let count: Int
  private let mapping: UnsafeMutableRawPointer
  private let mappedBytes: Int
  /// Canaries between the floats and the page.
  private let behind: Int
  private static let inFront = 64
  private static let canary = Float(bitPattern: 0x7fc1_2345)

  /// Where they begin. What is left behind them, up to the page, are canaries.
  enum Placement {
    /// Wherever it lets them end at the page.
    case atPage
    /// At a multiple of 64 bytes, as workspaces do.
    case aligned
    /// 4 bytes past one, as a tensor may.
    case misaligned
  }

  init(count: Int, fill value: Float = .nan, _ placement: Placement = .atPage) {
    self.count = count
    behind =
      switch placement {
      case .atPage: 0
      case .aligned: count.rounded(upTo: 16) - count
      case .misaligned: (count + 1).rounded(upTo: 16) - (count + 1)
      }
    let bytes = ((Self.inFront + count + behind) * 4).rounded(upTo: 4096)
    mappedBytes = bytes + 4096
    mapping = mmap(nil, mappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    mprotect(mapping + bytes, 4096, PROT_NONE)
    base = (mapping + (bytes - (count + behind) * 4)).bindMemory(to: Float.self, capacity: count + behind)
    fill(value)
  }

  /// Floats from N(0, deviation): the same for the same name.
  static func random(
    _ count: Int, _ name: String, deviation: Double = 1, _ placement: Placement = .atPage
  ) -> GuardedFloats {
    let tensor = GuardedFloats(count: count, placement)
    var random = Random(seed: 7, stream: name)
    random.fillNormal(tensor.base, count: count, deviation: deviation)
    return tensor
  }

  deinit { munmap(mapping, mappedBytes) }

  func fill(_ value: Float) {
    (base - Self.inFront).update(repeating: Self.canary, count: Self.inFront)
    base.update(repeating: value, count: count)
    (base + count).update(repeating: Self.canary, count: behind)
  }
  var canariesLive: Bool {
    func lives(_ index: Int) -> Bool { base[index].bitPattern == Self.canary.bitPattern }
    return (-Self.inFront..<0).allSatisfy(lives) && (count..<count + behind).allSatisfy(lives)
  }
  func isSame(as other: GuardedFloats) -> Bool {
    canariesLive && other.canariesLive && count == other.count && memcmp(base, other.base, count * 4) == 0
  }
  var values: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: base, count: count) }
}
