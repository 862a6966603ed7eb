import Foundation
import TestSupport
import Testing

@testable import Profiles
@testable import bench

/// CPU and heap profiles, in processes of their own: a process has only one profiler.
@Suite struct FlameGraphTests {
  /// A run of some 100 samples on two threads.
  private static let run = [
    "vgg16", "--pass", "forward", "--backend", "direct", "--image-size", "32", "--batch-size", "8", "--threads", "2",
    "--burn-in", "1", "--num-batches", "30", "--no-verify", "--output", "r.json",
  ]

  @Test func stacksNameKernelInstructionSetAndOperation() throws {
    try withDirectory { (directory: String) throws in
      let ran = try Ran([Ran.program] + Self.run + ["--cpu-profile", "cpu.prof"], in: directory)
      #expect(ran.status == 0, "\(ran.err)")
      #expect(ran.err.contains("bench flamegraph cpu.prof --output cpu.html\n") && !ran.err.contains("PROFILE:"))
      let path = "\(directory)/cpu.prof"
      let profile = try Profile(path: path)
      try #require(profile.sampleCount >= 50)
      #expect(profile.notes.command?.hasPrefix("bench vgg16 --pass forward") == true)

      let stacks = Stacks(profile)
      let kernels = stacks.counts.filter { $0.key.frames.contains(where: \.isKernel) }
      #expect(kernels.values.reduce(0, +) > stacks.sampleCount / 2)
      #expect(kernels.keys.allSatisfy { $0.operation != nil }, "\(stacks.folded)")
      let inner = kernels.keys.flatMap(\.frames).filter(\.isKernel)
      // A function that makes a kernel's arguments is compiled for no set of its own.
      #expect(inner.allSatisfy { ($0.instructionSet ?? bestInstructionSet) == bestInstructionSet }, "\(stacks.folded)")
      #expect(inner.allSatisfy { $0.instructionSet != nil || !$0.function.hasPrefix("DirectTile") }, "\(stacks.folded)")
      #expect(inner.contains { $0.name.hasPrefix("DirectTile.run [\(bestInstructionSet), ") }, "\(stacks.folded)")
      let roots = Set(kernels.keys.map { stacks.names($0)[0] })
      #expect(roots.contains("conv3_2 forward") && roots.count > 8, "\(roots)")

      // Of the thread that is no caller, too.
      let symbolizer = Symbolizer(profile.mappings)
      let workers = profile.samples.map { sample in
        sample.addresses.reversed().compactMap { symbolizer.symbol(at: $0, isReturn: true).name }
      }.filter { names in names.contains { SwiftSymbol.frame($0)?.function == "Crew.serve" } }
      let labelled = workers.filter { OperationLabels.label(in: $0.map(OperationLabels.digit)) != nil }
      #expect(workers.count > 10 && labelled.count > workers.count / 2)
    }
  }

  /// The kernels of OpenBLAS have their names and operations, though they have no unwinding tables.
  @Test func openBLASHasOperations() throws {
    try withDirectory { (directory: String) throws in
      let run = Self.run.map { $0 == "direct" ? "im2col" : $0 }
      let ran = try Ran([Ran.program] + run + ["--cpu-profile", "cpu.prof"], in: directory)
      #expect(ran.status == 0, "\(ran.err)")
      let stacks = Stacks(try Profile(path: "\(directory)/cpu.prof"))
      let products = stacks.counts.filter { $0.key.frames.last?.function.hasPrefix("sgemm_kernel") == true }
      #expect(products.values.reduce(0, +) > 10)
      let unknown = products.filter { $0.key.operation == nil }.values.reduce(0, +)
      #expect(10 * unknown <= products.values.reduce(0, +), "\(stacks.folded)")
    }
  }

  @Test func allFormatsShowAProfile() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/cpu.prof"
      try CPUProfileBytes(samples: [(3, [0x1010, 0x1021])]).bytes.write(to: URL(fileURLWithPath: path))
      #expect(Outcome(["flamegraph", path]).out.contains("3 samples, 100 for each second of processor time."))
      let folded = "libfirst.so.1+0x20;libfirst.so.1+0x10 3\n"
      #expect(Outcome(["flamegraph", path, "--format", "folded"]).out == folded)
      let json = Data(Outcome(["flamegraph", path, "--format", "json"]).out.utf8)
      let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
      #expect(object["samples"] as? Int == 3 && object["hertz"] as? Int == 100)
      let beginnings = ["html": "<!DOCTYPE html>", "folded": folded, "json": "{", "txt": "3 samples"]
      for (ending, beginning) in beginnings {
        let output = "\(directory)/shown.\(ending)"
        let outcome = Outcome(["flamegraph", path, "--output", output])
        #expect(outcome.status == 0 && outcome.err == "The profile is shown in \(output).\n", "\(outcome.err)")
        #expect(try String(contentsOfFile: output, encoding: .utf8).hasPrefix(beginning))
      }
    }
  }

  @Test func whatIsNoProfileIsRefused() throws {
    try withDirectory { (directory: String) throws in
      let whole = CPUProfileBytes(samples: [(3, [0x1010])]).bytes
      for (bytes, words) in [
        (Data(), "is empty"), (Data("text".utf8), "is no CPU profile"), (whole.prefix(60), "ends in the middle"),
        (CPUProfileBytes().bytes, "has no samples"),
      ] {
        let path = "\(directory)/cpu.prof"
        try bytes.write(to: URL(fileURLWithPath: path))
        expectRefusal(["flamegraph", path], status: 1, saying: words)
      }
      expectRefusal(["flamegraph", "/nonexistent"], status: 1, saying: "Cannot read /nonexistent")
    }
  }

  @Test func heapProfileNeedsTcmalloc() {
    expectRefusal(Self.run + ["--heap-profile", "h"], status: 1, saying: "start it with LD_PRELOAD=libtcmalloc.so.4")
  }

  @Test func heapProfileIsWritten() throws {
    try withDirectory { (directory: String) throws in
      let run = [
        "mobilenetv2", "--image-size", "32", "--batch-size", "1", "--burn-in", "1", "--num-batches", "2", "--no-verify",
        "--output", "r.json", "--heap-profile", "heap",
      ]
      let ran = try Ran(["LD_PRELOAD=libtcmalloc.so.4", "HEAP_PROFILE_MMAP=true", Ran.program] + run, in: directory)
      #expect(ran.status == 0, "\(ran.err)")
      for number in 1...2 {
        #expect(ran.err.contains("The heap profile is heap.000\(number).heap; google-pprof reads it.\n"), "\(ran.err)")
        let text = try String(contentsOfFile: "\(directory)/heap.000\(number).heap", encoding: .utf8)
        #expect(text.hasPrefix("heap profile: ") && text.contains("MAPPED_LIBRARIES:"))
      }
    }
  }
}
