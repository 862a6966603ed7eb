/// A function on a stack, named for people.
package struct Frame: Hashable, Sendable {
  /// The Swift module, or the file that the function is from.
  package let module: String
  /// Such as `WinogradKernels.transformInput`, without types, labels and module.
  package let function: String
  /// The instruction set that a kernel was compiled for; nil for other functions.
  package var instructionSet: String?
  /// What else a kernel was specialised for, such as `F(4x4,3x3)` or `Count8`.
  package let details: [String]

  package init(module: String, function: String, instructionSet: String? = nil, details: [String] = []) {
    self.module = module
    self.function = function
    self.instructionSet = instructionSet
    self.details = details
  }

  /// Such as `WinogradKernels.transformInput [avx512, F(4x4,3x3)]`.
  package var name: String {
    let remarks = (instructionSet.map { [$0] } ?? []) + details
    return remarks.isEmpty ? function : "\(function) [\(remarks.joined(separator: ", "))]"
  }

  package var isKernel: Bool { module == "Kernels" }
}
