import Testing

@testable import Profiles

/// What the demangler says of functions, and how they are called here.
@Suite struct NameTests {
  static let names = [
    (
      "generic specialization <serialized, KernelsAVX512.AVX512Kernels, Kernels.F4x3> of static (extension in "
        + "Kernels):Kernels.WinogradKernels.transformInput<A where A1: Kernels.WinogradTransforms>(A1.Type, "
        + "Kernels.WinogradPatches, Swift.Range<Swift.Int>) -> ()",
      "WinogradKernels.transformInput [avx512, F(4x4,3x3)]"
    ),
    (
      "function signature specialization <Arg[2] = Dead> of generic specialization <serialized, "
        + "KernelsAVX2.AVX2Kernels> of static (extension in Kernels):Kernels.LayerKernels.maxPool(_: "
        + "Swift.UnsafePointer<Swift.Float>, into: Swift.UnsafeMutablePointer<Swift.Float>) -> ()",
      "LayerKernels.maxPool [avx2]"
    ),
    (
      "generic specialization <serialized, Kernels.Float32x16, Kernels.Count2> of Kernels.ConnectedTile.run<A where "
        + "A1: Kernels.UnrolledCount>(A1.Type) -> ()", "ConnectedTile.run [Count2]"
    ),
    (
      "protocol witness for static Kernels.DirectKernels.direct(Kernels.DirectShape) -> () in conformance "
        + "KernelsBaseline.BaselineKernels : Kernels.DirectKernels in KernelsBaseline",
      "DirectKernels.direct [baseline]"
    ),
    (
      "partial apply forwarder for closure #1 (Swift.Range<Swift.Int>) -> () in "
        + "Convolution.WinogradPlan.(runBlocks in _5EDFB1BE1765DFFD0914A1C77B87F146)(Swift.Int) -> ()",
      "WinogradPlan.runBlocks"
    ),
    (
      "merged partial apply forwarder for function signature specialization <Arg[2] = Value Promoted from Box> of "
        + "closure #2 (Swift.Range<Swift.Int>) -> () in Networks.ProgramBuilder.emitPlan(_: Networks.FusedGroup) -> ()",
      "ProgramBuilder.emitPlan"
    ),
    (
      "@objc closure #1 (__C.cclosure, Swift.UnsafeMutableRawPointer) -> () in Threads.Crew.perform((Swift.Int) -> ()) "
        + "-> ()", "Crew.perform"
    ),
    ("Convolution.(multiply in _07A1)(Swift.Int) -> ()", "multiply"),
    ("(extension in Foo):Swift.Array<A where A: Foo.Bar>.each(_: (A) -> ()) -> ()", "Array.each"),
    ("Convolution.Correlation.columns.getter : Swift.Int", "Correlation.columns.getter"),
    ("Tensors.Memory.__deallocating_deinit", "Memory.__deallocating_deinit"),
  ]

  @Test(arguments: names)
  func namesAreShort(_ demangled: String, _ name: String) {
    #expect(SwiftSymbol.frame(demangled: demangled).name == name)
  }

  @Test func mangledNamesAreDemangled() {
    let frame = SwiftSymbol.frame("$s7Threads10ThreadPoolC3runyyySiXEF")
    #expect(frame == Frame(module: "Threads", function: "ThreadPool.run"))
    #expect(SwiftSymbol.frame("sgemm_kernel_HASWELL") == nil && SwiftSymbol.frame("$snonsense") == nil)
  }
}
