import Terms

/// The options of benchdnn that decide which problems are measured.
struct BenchdnnOptions {
  /// What `--dir` says; nil before it does.
  private(set) var directions: [Direction]?
  /// The batch sizes that `--mb` puts in the place of the problems' own; nil before it does.
  private(set) var batches: [Int?]?
  /// The option that selects problems of something else than convolutions.
  private(set) var foreignDriver: String?

  /// An option with a value that benchdnn does not have, as a sentence.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static let foreignDrivers: Set<String> = [
    "binary", "bnorm", "brgemm", "concat", "deconv", "eltwise", "gnorm", "graph", "ip", "lnorm", "lrn", "matmul",
    "pool", "prelu", "reduction", "reorder", "resampling", "rnn", "sdpa", "shuffle", "softmax", "sum", "zeropad",
  ]

  /// Options whose default, or this value, changes nothing that is measured here.
  private static let harmless: Set<String> = [
    "--dt=f32", "--dt=f32:f32:f32", "--cfg=f32", "--attr-post-ops=", "--attr-scales=", "--stag=any", "--wtag=any",
    "--dtag=any", "--conv",
  ]

  /// Takes an option such as `--dir=FWD_B,BWD_D`.
  /// - Returns: whether it counts here; else it is to be ignored
  mutating func take(_ option: String) throws(Failure) -> Bool {
    let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let values = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
    switch parts[0] {
    case "--dir":
      var chosen = Set<Direction>()
      for value in values { chosen.formUnion(try Self.directions(value)) }
      guard !chosen.isEmpty else { throw Failure(description: "--dir needs a value, such as FWD_B.") }
      directions = Direction.allCases.filter(chosen.contains)
    case "--mb":
      let sizes = values.compactMap(Int.init)
      guard !sizes.isEmpty, sizes.count == values.count, sizes.allSatisfy({ (0...65536).contains($0) }) else {
        throw Failure(description: "'\(option)' needs batch sizes of 0, the problem's own, to 65536.")
      }
      batches = sizes.map { $0 == 0 ? nil : $0 }
    case "--reset": (directions, batches) = (nil, nil)
    case "--conv": foreignDriver = nil
    case _ where Self.foreignDrivers.contains(String(parts[0].dropFirst(2))): foreignDriver = String(parts[0])
    default: return Self.harmless.contains(option.lowercased())
    }
    return true
  }

  private static func directions(_ value: String) throws(Failure) -> Set<Direction> {
    switch value.uppercased() {
    case "FWD_B", "FWD_D", "FWD_I": [.forward]
    case "BWD_D": [.inputGradient]
    case "BWD_W", "BWD_WB": [.filterGradient]
    case "BWD_DW": [.inputGradient, .filterGradient]
    default:
      throw Failure(
        description: "There is no direction '\(value)'; use FWD_B, FWD_D, FWD_I, BWD_D, BWD_W, BWD_WB or BWD_DW.")
    }
  }
}
