import Results
import Testing

@Suite struct ProfileBoundsTests {
  /// The filter gradient of conv1 takes 3 ms for 0.4 GFLOP. A bound that it beats by less than 5 % may be right.
  @Test(arguments: [(2e11, 0.002, false), (1.3e11, 0.003077, false), (1e11, 0.004, true)])
  func aLayerFasterThanItsBoundIsSeen(peak: Double, bound: Double, isBeaten: Bool) {
    var record = profileRecord
    record.compare(with: ProfileBounds(peak: peak, levels: [.init(name: "memory", capacity: nil, bandwidth: 1e12)]))
    #expect(record.layers[1].bound == .compute)
    #expect(abs(record.layers[1].boundTime! - bound) < 1e-5)
    #expect(record.beatsItsBounds == isBeaten)
  }
}
