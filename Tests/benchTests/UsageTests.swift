import TestSupport
import Testing

@testable import bench

/// Wrong command lines give exit code 64 and a sentence. Nothing is measured or written.
@Suite struct UsageTests {
  static let models =
    "alexnet, alexnet-owt, vgg16, vgg16-2048, mobilenetv2, mobilenetv2-tutorial, cifar10-tutorial, lenet5, "
    + "vgg16-cifar10, overfeat, vgg11, googlenet, resnet18, resnet50"

  @Test(arguments: ["run", "describe", nil])
  func unknownModelNamesTheOthers(_ command: String?) {
    expectRefusal(
      [command, "squeezenet"].compactMap(\.self), status: 64,
      saying: "There is no model 'squeezenet'. Use one of: \(Self.models), or the path of an ONNX file.")
  }

  @Test(arguments: ["0", "-1", "65537", "many", "99999999999999999999"])
  func batchSizeOutOfRange(_ size: String) {
    for command in ["run", "describe"] {
      expectRefusal([command, "alexnet", "--batch-size=\(size)"], status: 64, saying: "batch-size")
    }
  }

  @Test func repeatedPassIsRefused() {
    for command in ["run", "backends"] {
      expectRefusal(
        [command, "alexnet", "--pass", "forward", "--pass", "forward"], status: 64,
        saying: "A pass is measured only once")
    }
  }

  @Test(arguments: ["0", "-2", "1025", "all"])
  func threadsOutOfRange(_ threads: String) {
    expectRefusal(["alexnet", "--threads=\(threads)"], status: 64, saying: "threads")
  }

  @Test(arguments: ["0", "-1", "1000001", "x"])
  func batchesOutOfRange(_ count: String) {
    expectRefusal(["alexnet", "--num-batches=\(count)"], status: 64, saying: "num-batches")
  }

  @Test(arguments: ["-1", "1000001"])
  func burnInOutOfRange(_ count: String) {
    expectRefusal(["alexnet", "--burn-in=\(count)"], status: 64, saying: "burn-in")
  }

  /// Infinity cannot be written to a result file, so the measurement would be lost at its end.
  @Test(arguments: ["0", "-5", "nan", "inf"])
  func maxTimeOutOfRange(_ seconds: String) throws {
    try withDirectory { (directory: String) throws in
      expectRefusal(
        [
          "mobilenetv2", "--image-size", "32", "--batch-size", "1", "--num-batches", "1", "--burn-in", "0",
          "--no-verify",
          "--output", "\(directory)/x.json", "--max-time=\(seconds)",
        ], status: 64, saying: "max-time")
    }
  }

  @Test(arguments: [
    ("alexnet", "56", "nothing is left for pool5"), ("alexnet-owt", "8", "pool1"), ("vgg16", "0", "out of range"),
    ("vgg16", "4097", "out of range"), ("mobilenetv2", "-3", "out of range"),
  ])
  func imageSizeThatLeavesNothing(_ model: String, _ size: String, _ words: String) {
    for command in ["run", "describe"] {
      expectRefusal([command, model, "--image-size=\(size)"], status: 64, saying: words)
    }
  }

  @Test func unknownBackendNamesTheOthers() {
    for command in ["run", "describe"] {
      expectRefusal(
        [command, "alexnet", "--backend", "cudnn"], status: 64,
        saying: "There is no back end 'cudnn'. Use auto or one of: ")
    }
    expectRefusal(
      ["verify", "alexnet", "--backend", "cudnn", "--reference", fixture("alexnet")], status: 64,
      saying: "im2col, naive.")
  }

  @Test func unknownInstructionSet() {
    expectRefusal(["alexnet", "--isa", "sse9"], status: 64, saying: "sse9")
  }

  /// A processor that lacks a set lacks all stronger ones.
  @Test func instructionSetThatIsNotThereNamesTheBest() {
    let sets = ["baseline", "avx2", "avx512"]
    let available = sets.prefix { Outcome(["describe", "alexnet", "--isa", $0]).status == 0 }
    #expect(available.first == "baseline")
    for set in sets.dropFirst(available.count) {
      expectRefusal(
        ["alexnet", "--isa", set], status: 64,
        saying: "This processor has no \(set); use --isa \(available.last ?? "") or leave it out.")
    }
  }

  @Test func unknownPassAndProtocol() {
    expectRefusal(["alexnet", "--pass", "backward"], status: 64, saying: "backward")
    expectRefusal(["alexnet", "--protocol", "modern"], status: 64, saying: "modern")
  }

  @Test func unknownFormatNamesTheOthers() {
    expectRefusal(["alexnet", "--format", "xml"], status: 64, saying: "xml")
    for arguments in [["list"], ["describe", "alexnet"], ["verify", "alexnet", "--reference", fixture("alexnet")]] {
      expectRefusal(arguments + ["--format", "xml"], status: 64, saying: "There is no format 'xml'. Use one of: ")
    }
  }

  @Test func unknownOptionAndMissingModel() {
    expectRefusal(["alexnet", "--turbo"], status: 64, saying: "--turbo")
    expectRefusal(["describe"], status: 64, saying: "<model>")
    expectRefusal(["verify", "alexnet"], status: 64, saying: "--reference")
  }

  @Test func strictRefusesALayerThatTheBackendCannotRun() {
    for command in ["run", "describe"] {
      expectRefusal(
        [command, "mobilenetv2", "--image-size", "32", "--backend", "im2col", "--strict"], status: 64,
        saying: "'im2col' cannot run block1/depthwise: ")
    }
  }

  @Test func helpIsAResult() {
    for arguments in [["--help"], ["run", "--help"], ["help", "describe"]] {
      let outcome = Outcome(arguments)
      #expect(outcome.status == 0 && outcome.err == "", "\(arguments)")
      #expect(outcome.out.uppercased().contains("USAGE: BENCH"), "\(arguments)")
    }
  }

  /// Every sentence about a number says its range, in the same form.
  @Test func numbersOutOfRangeAreToldTheirRange() {
    for (arguments, sentence) in [
      (["alexnet", "--threads=0"], "Error: --threads must be 1 to 1024, not 0."),
      (["alexnet", "--batch-size=0"], "Error: --batch-size must be 1 to 65536, not 0."),
      (["alexnet", "--num-batches=0"], "Error: --num-batches must be 1 to 1000000, not 0."),
      (["alexnet", "--burn-in=-1"], "Error: --burn-in must be 0 to 1000000, not -1."),
      (["alexnet", "--max-time=0"], "Error: --max-time must be a number of seconds above 0 and up to 1000000, not 0."),
      (["gate", "--self-test", "--threshold=0"], "Error: --threshold must be 0.1 to 1000 per cent, not 0."),
    ] { expectRefusal(arguments, status: 64, saying: sentence) }
  }

  @Test func exactMeansDirect() {
    expectRefusal(
      ["run", "alexnet", "--exact", "--backend", "winograd"], status: 64,
      saying: "--exact means --backend direct, not winograd")
    let exact = Outcome(["describe", "vgg16", "--exact"])
    let direct = Outcome(["describe", "vgg16", "--backend", "direct"])
    let automatic = Outcome(["describe", "vgg16"])
    #expect(exact.status == 0 && exact.out == direct.out && exact.out != automatic.out)
  }
}
