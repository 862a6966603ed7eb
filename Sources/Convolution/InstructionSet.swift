import CVector
import Kernels
import KernelsAVX2
import KernelsAVX512
import KernelsBaseline

/// The instruction sets that the kernels are compiled for, weakest first.
package enum InstructionSet: String, CaseIterable, Sendable, Comparable {
  case baseline
  case avx2
  case avx512

  package static func < (a: Self, b: Self) -> Bool { a.level < b.level }

  /// The strongest that processor and operating system support.
  package static let best: InstructionSet = allCases[Int(cvector_instruction_set_level())]

  package var isAvailable: Bool { self <= Self.best }

  package var kernels: any KernelSet.Type {
    switch self {
    case .baseline: BaselineKernels.self
    case .avx2: AVX2Kernels.self
    case .avx512: AVX512Kernels.self
    }
  }

  /// Which sources of kernels and plans were compiled, the same for every instruction set.
  package static var kernelSources: String { sourcesChecksum }

  private var level: Int { Self.allCases.firstIndex(of: self)! }
}
