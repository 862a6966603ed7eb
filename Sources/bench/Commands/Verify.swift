import Analysis
import ArgumentParser
import Convolution
import Foundation
import Networks
import Terms

/// `bench verify <model> --reference FILE`: compares our logits and gradients with those of another framework.
struct Verify: BenchCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare a network's logits and gradients with those of another framework.",
    discussion: """
      The file is a safetensors file as scripts/oracle/oracle.py writes it: input, parameters, logits, gradients.

      bench verify vgg16 --reference vgg16.safetensors
      bench verify mobilenetv2 --reference mobilenetv2-batch.safetensors --backend im2col
      """)

  @OptionGroup var model: ModelArgument
  @OptionGroup var compute: ComputeOptions

  @Option(help: ArgumentHelp("Input, parameters, logits and gradients.", valueName: "file.safetensors"))
  var reference: String

  @OptionGroup var format: FormatOption

  func run(on console: Console) throws -> Int32 {
    let network = try model.network()
    let context = try compute.context()
    let plugins = try compute.plugins(in: context, console)
    let choice = try compute.choice(plugins)
    let renderer = try format.renderer()
    let file: ReferenceFile
    do { file = try ReferenceFile(path: reference, model: network) } catch { throw Failure.failed("\(error)") }
    for note in file.notes { console.note(note) }
    var (passed, tables) = (true, [Table]())
    for pass in file.passes {
      if let kernels = try PluginKernels(file, pass, choice, plugins, in: context) {
        tables.append(kernels.table)
        passed = passed && kernels.passed
        // A kernel that is wrong, or ends the process, has no place in a network.
        if !kernels.passed { continue }
      }
      do {
        let comparisons = try compared(file, pass, choice, plugins, in: context)
        tables.append(table(comparisons, pass, file))
        passed = passed && comparisons.allSatisfy(\.passed)
      } catch let end as PluginEnd {
        tables.append(end.table(pass, file))
        passed = false
      }
    }
    console.print(tables, with: renderer)
    let conclusion = passed ? "Everything agrees within tolerance." : "Something differs by more than its tolerance."
    // After a document for programs, a sentence would make the document invalid.
    if renderer is TextRenderer { console.print("\n\(conclusion)") } else { console.note(conclusion) }
    return passed ? 0 : ExitStatus.mismatch
  }

  /// With a library's back end the network runs in the child process that has loaded it.
  /// - Throws: `PluginEnd` where that crashes, hangs or fails
  private func compared(
    _ file: ReferenceFile, _ pass: Pass, _ choice: BackendChoice, _ plugins: Plugins, in context: ExecutionContext
  ) throws -> [Comparison] {
    let answer = try plugins.compare(
      choice.requested, model: model.model, reference: reference, pass, strict: choice.strict)
    switch answer {
    case nil: break
    case .reply(.compared(let tensors)): return tensors.map(Comparison.init)
    case .ended(let how): throw PluginEnd(description: "\(choice.requested) \(how)")
    case .reply(.failed(let faults)):
      throw PluginEnd(description: "\(choice.requested) failed: \(faults.joined(separator: "; "))")
    case .reply: throw PluginEnd(description: "\(choice.requested) gave an answer that is none")
    }
    do { return try file.compare(pass, choice: choice, in: context) } catch let error as NetworkError {
      throw Failure.usage(error.description)
    } catch { throw Failure.failed("\(error)") }
  }

  private func table(_ comparisons: [Comparison], _ pass: Pass, _ file: ReferenceFile) -> Table {
    let rows = comparisons.map { comparison -> [Table.Cell] in
      [
        .text(comparison.tensor), .text(scientific(comparison.error.relativeL2)),
        .text(scientific(comparison.tolerance.relativeL2)), .text(comparison.passed ? "ok" : "DIFFERS"),
      ]
    }
    let gradients = comparisons.dropFirst()
    var notes = ["Largest relative L2 error of the logits: \(scientific(comparisons[0].error.relativeL2))."]
    if let worst = gradients.max(by: { !($0.error.relativeL2 >= $1.error.relativeL2) }) {
      notes.append("Of all gradients: \(scientific(worst.error.relativeL2)), \(worst.tensor).")
    }
    let outcomes = comparisons.map { comparison -> Table.Outcome in
      comparison.passed
        ? .passed
        : .failed(
          "Its relative L2 error is \(scientific(comparison.error.relativeL2)); "
            + "\(scientific(comparison.tolerance.relativeL2)) is allowed.")
    }
    return Table(
      "\(file.network.name) \(pass.rawValue), batch \(file.batch), image \(file.imageSize)",
      columns: [.init("tensor"), .init("relative L2 error"), .init("allowed"), .init("verdict")], rows: rows,
      notes: notes, outcomes: outcomes)
  }

  private func scientific(_ value: Double) -> String { String(format: "%.1e", value) }
}
