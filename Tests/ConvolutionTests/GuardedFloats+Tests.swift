import Glibc
import Tensors

@testable import Convolution

/// As the verification's, for tests: a failure to allocate ends the test.
extension GuardedFloats {
  convenience init(count: Int, fill value: Float = .nan, _ placement: Placement = .atPage) {
    try! self.init(count, placement)
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

  var canariesLive: Bool { takeTrespass() == nil }

  func isSame(as other: GuardedFloats) -> Bool {
    canariesLive && other.canariesLive && count == other.count && memcmp(base, other.base, count * 4) == 0
  }
}
