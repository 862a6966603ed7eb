import Analysis
import Networks
import Tensors
import Terms

/// How a network ended that ran in a library's child process, as a sentence without its full stop. It names the problem
/// of the call that did not return.
struct PluginEnd: Error, CustomStringConvertible {
  let description: String

  /// The table of the pass, with one row.
  func table(_ pass: Pass, _ file: ReferenceFile) -> Table {
    Table(
      "\(file.network.name) \(pass.rawValue), batch \(file.batch), image \(file.imageSize)",
      columns: [.init("network"), .init("verdict")], rows: [[.text(file.network.name), .text(description)]],
      outcomes: [.failed(description + ".")])
  }
}

extension PluginTensor {
  init(_ comparison: Comparison) {
    self.init(
      tensor: comparison.tensor, max: comparison.error.max, relativeL2: comparison.error.relativeL2,
      sensitivity: comparison.sensitivity)
  }
}

extension Comparison {
  init(_ tensor: PluginTensor) {
    self.init(
      tensor: tensor.tensor, error: RelativeError(max: tensor.max, relativeL2: tensor.relativeL2),
      sensitivity: tensor.sensitivity)
  }
}
