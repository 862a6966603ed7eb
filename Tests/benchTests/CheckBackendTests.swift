import Foundation
import Testing

/// `bench check-backend` on libraries that are right, and on one with a fault in each.
@Suite struct CheckBackendTests {
  static let folder = PluginFolder.shared
  static let problem = ["--problem", "n2c5h7w6k4r3s3u1p1"]

  @Test func librariesCompileWithTheHeaderAlone() { #expect(Self.folder.failure == nil) }

  @Test(arguments: ["libmine.so", "libdirect.so", "libblocked.so", "libfused.so"])
  func examplesAreRight(_ library: String) throws {
    let ran = try Self.folder.bench(["check-backend", "../\(library)", "--count", "3"])
    #expect(ran.status == 0, "\(ran.out)\(ran.err)")
    #expect(ran.out.contains("Everything is as it should be.") && !ran.out.contains("wrong"), "\(ran.out)")
  }

  /// OpenBLAS is there: the suite needs it.
  @Test func blasThroughTheInterfaceIsRight() throws {
    try Self.folder.compile(["cc", "-std=c99", "-O2"], "openblas.c", "libblas.so", ["-lopenblas"])
    let ran = try Self.folder.bench(["check-backend", "../libblas.so", "--count", "3"])
    #expect(ran.status == 0 && ran.out.contains("openblas of ../libblas.so"), "\(ran.out)\(ran.err)")
  }

  @Test(.enabled(if: PluginFolder.hasOneDNN, "oneDNN is not installed: apt-get install libdnnl-dev"))
  func oneDNNIsRight() throws {
    try Self.folder.compile(["c++", "-std=c++17", "-O1", "-fopenmp"], "onednn.cpp", "libonednn.so", ["-ldnnl"])
    let ran = try Self.folder.bench(["check-backend", "../libonednn.so", "--count", "3"])
    #expect(ran.status == 0 && ran.out.contains("onednn of ../libonednn.so"), "\(ran.out)\(ran.err)")
  }

  @Test(
    .enabled(
      if: PluginFolder.hasXNNPACK, "XNNPACK is not installed: apt-get install libxnnpack-dev libpthreadpool-dev"))
  func xnnpackIsRight() throws {
    try Self.folder.compile(
      ["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-O1"], "xnnpack.c", "libxnnpack-plugin.so",
      ["-lXNNPACK", "-lpthreadpool"])
    let ran = try Self.folder.bench(["check-backend", "../libxnnpack-plugin.so", "--count", "3"])
    #expect(ran.status == 0 && ran.out.contains("xnnpack of ../libxnnpack-plugin.so"), "\(ran.out)\(ran.err)")
  }

  @Test(.enabled(if: PluginFolder.rustCompiler != nil, "rustc is not installed; rustup.rs says how to"))
  func rustIsRight() throws {
    let source = "\(Document.root.path)/Benchmarks/Plugins/direct.rs"
    let compiler = [
      try #require(PluginFolder.rustCompiler), "--edition", "2021", "--crate-type", "cdylib", "-D", "warnings", "-C",
      "opt-level=3", "-C", "panic=abort",
    ]
    let compiled = try Ran(compiler + [source, "-o", "librust.so"], in: Self.folder.path)
    try #require(compiled.status == 0, "\(compiled.err)")
    let ran = try Self.folder.bench(["check-backend", "../librust.so", "--count", "3"])
    #expect(ran.status == 0 && ran.out.contains("rust of ../librust.so"), "\(ran.out)\(ran.err)")
  }

  /// The pool with its indices, the ReLU mask and the bias gradient are among what is checked.
  @Test func fusionsAreChecked() throws {
    let ran = try Self.folder.bench(["check-backend", "../libfused.so"] + Self.problem)
    #expect(ran.status == 0, "\(ran.out)\(ran.err)")
    for (direction, checks) in [("forward", 7), ("input gradient", 4), ("filter gradient", 3)] {
      let row = ran.out.split(separator: "\n").first { $0.hasPrefix(direction) }
      #expect(row?.contains(" \(checks)  ") == true, "\(ran.out)")
    }
  }

  /// A fault in what is fused is found, too.
  @Test(arguments: [
    ("value > best", "value >= best", "forward"), ("> 0) ? 0 :", "> 0) ? 1 :", "input gradient"),
    ("const float value = is_bias ? 1 :", "const float value = is_bias ? 2 :", "filter gradient"),
    ("plan->t->argmax[i] == ", "plan->t->argmax[i] != ", "input gradient"),
  ])
  func faultInAFusionIsFound(_ right: String, _ wrong: String, _ direction: String) throws {
    let source = try String(
      contentsOf: Document.root.appendingPathComponent("Benchmarks/Plugins/fused.c"), encoding: .utf8)
    try #require(source.contains(right))
    let place = "\(Self.folder.path)/fused-\(UUID().uuidString)"
    try Data(source.replacing(right, with: wrong).utf8).write(to: URL(fileURLWithPath: "\(place).c"))
    let compiled = try Ran(
      ["cc", "-O1", "-shared", "-fPIC", "-I", "include", "\(place).c", "-o", "\(place).so"], in: Self.folder.path)
    try #require(compiled.status == 0, "\(compiled.err)")
    let ran = try Self.folder.bench(["check-backend", "\(place).so"] + Self.problem)
    #expect(ran.status == 3, "\(ran.out)\(ran.err)")
    #expect(
      ran.out.split(separator: "\n").contains { $0.hasPrefix(direction) && $0.contains("wrong: ") }, "\(ran.out)")
  }

  /// A fault, and what is said of it. Each ends with exit code 3.
  @Test(arguments: [
    ("border", "of them at the border of the image"), ("channel", "all of them at channel 2"),
    ("batch", "all of them at n 1"), ("unwritten", "4 are not written"), ("nan", "1 are NaN"),
    ("gradients", "filter gradient"), ("behind", "it writes outside its output, 1 float behind the last"),
    ("before", "it writes outside its output, 1 float before the first"),
    ("workspace", "it writes outside its workspace, 1 float behind the last"),
    ("input", "it overwrites its input, element 0"),
    ("segfault", "segmentation fault"), ("exit", "ended the process with code 0"), ("abort", "called abort()"),
    ("status", "run returned 7: the library is out of order"),
    ("no plan", "plan_create returned 1: there is no algorithm today"),
    ("exit when loaded", "ended the process with code 0 while it was loaded"),
  ])
  func faultIsNamed(_ fault: String, _ words: String) throws {
    let ran = try Self.folder.bench(["check-backend", "../libfaulty.so"] + Self.problem, fault: fault)
    #expect(ran.status == 3, "\(fault): \(ran.out)\(ran.err)")
    #expect(ran.out.contains(words) || ran.err.contains(words), "\(fault): \(ran.out)\(ran.err)")
    if fault != "exit when loaded" {
      #expect(ran.out.contains("n2c5h7w6k4r3s3u1p1") && ran.out.contains("Something is wrong"), "\(ran.out)")
    }
  }

  @Test func endlessLoopIsEnded() throws {
    let ran = try Self.folder.bench(
      ["check-backend", "../libfaulty.so", "--time-limit", "0.3"] + Self.problem, fault: "hang")
    #expect(ran.status == 3 && ran.out.contains("did not end within 0.3 seconds"), "\(ran.out)\(ran.err)")
  }

  /// Every layout, and a library that prints on the standard output.
  @Test(arguments: ["nchw", "nchw8c", "nchw16c", "older", "two", "chatty"])
  func libraryIsRight(_ kind: String) throws {
    let ran = try Self.folder.bench(
      ["check-backend", "../libfaulty.so", "--problem", "n2g3c9h5w6k27r3s3u2p1"] + Self.problem, fault: kind)
    #expect(ran.status == 0, "\(kind): \(ran.out)\(ran.err)")
    #expect(kind != "two" || ran.out.contains("second of"), "\(ran.out)")
  }

  /// What cannot be loaded is refused with one sentence.
  @Test(arguments: [
    ("libfaulty.so", "newer", "was built for version 2 of bench_backend.h; this bench takes versions up to 1."),
    ("libfaulty.so", "small", "returns a table without version and struct_size"),
    ("libfaulty.so", "incomplete", "returns a table without supports"),
    ("libfaulty.so", "none", "offers no back end for version 1"),
    ("libfaulty.so", "name", "calls a back end 'not a name'"),
    ("libunresolved.so", "", "undefined symbol: nobody_defines_this"),
    ("libtext.so", "", "cannot be loaded"), ("libempty.so", "", "has no function bench_backend_get"),
    ("libnosuch.so", "", "Cannot read ../libnosuch.so"),
    ("libfaulty.so", "unavailable", "cannot run here: It needs a coprocessor."),
  ])
  func libraryIsRefused(_ library: String, _ fault: String, _ words: String) throws {
    let ran = try Self.folder.bench(["list", "--backend", "../\(library)"], fault: fault)
    #expect(ran.status == 1 && ran.out == "", "\(fault): \(ran.out)\(ran.err)")
    #expect(ran.err.hasPrefix("Error: ") && ran.err.contains(words), "\(fault): \(ran.err)")
    #expect(ran.err.split(separator: "\n").count == 1 && ran.err.hasSuffix(".\n"), "\(ran.err)")
  }
}
