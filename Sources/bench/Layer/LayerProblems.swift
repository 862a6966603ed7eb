import Convolution
import Foundation
import Networks
import Terms

/// A convolution problem with a name for readers.
struct NamedProblem {
  /// The name, such as `vgg16:conv3_2`; the text of the problem where it has no other name.
  let name: String
  let problem: ConvolutionProblem
}

/// Reads the problems of `bench layer`. A layer of a model gets the batch size of the option; a problem's text has its
/// own.
enum LayerProblems {
  /// Reads a problem from `n16c64h224w224k64r3s3u1p1` or `vgg16:conv3_2`.
  static func one(_ text: String, batch: Int) throws -> NamedProblem {
    let parts = text.split(separator: ":", maxSplits: 1)
    guard parts.count == 2 else {
      do {
        let problem = try ConvolutionProblem(parsing: text)
        return NamedProblem(name: problem.description, problem: problem)
      } catch {
        throw Failure.usage("\(error.description) A layer of a model is written vgg16:conv3_2.")
      }
    }
    let problems = try weighted(String(parts[0]), batch: batch)
    guard let layer = problems.first(where: { $0.name == text }) else {
      throw Failure.usage(
        "\(parts[0]) has no layer '\(parts[1])' with weights. Use one of: "
          + problems.map { $0.name.drop { $0 != ":" }.dropFirst() }.joined(separator: ", ") + ".")
    }
    return layer
  }

  /// The layers with weights of a model, the first of those with the same problem.
  static func set(_ model: String, batch: Int) throws -> [NamedProblem] {
    var seen = Set<ConvolutionProblem>()
    return try weighted(model, batch: batch).filter { seen.insert($0.problem).inserted }
  }

  /// All layers with weights of a model.
  private static func weighted(_ model: String, batch: Int) throws -> [NamedProblem] {
    guard let network = Zoo.named(model) else {
      throw Failure.usage("There is no model '\(model)'. Use one of: \(Zoo.all.map(\.name).joined(separator: ", ")).")
    }
    return try layers(of: network, imageSize: nil).compactMap { layer in
      layer.problem(batch: batch).map { NamedProblem(name: "\(model):\(layer.name)", problem: $0) }
    }
  }

  /// Reads problems from a file. Each line has one in the form of `one`; `#` begins a comment.
  static func file(_ path: String, batch: Int) throws -> [NamedProblem] {
    let data: [UInt8]
    do { data = try FileContents.bytes(path) } catch {
      throw Failure.failed("Cannot read \(path) (\(error.reason)); check the path and its permissions.")
    }
    // Editors of other systems begin a text with a byte order mark.
    let text = data.starts(with: [0xef, 0xbb, 0xbf]) ? data.dropFirst(3) : data[...]
    let lines = String(decoding: text, as: UTF8.self)
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let problems = try lines.enumerated().compactMap { index, line -> NamedProblem? in
      let text = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
      if text.isEmpty { return nil }
      do { return try one(text, batch: batch) } catch let failure as Failure {
        throw Failure.usage("\(path), line \(index + 1): \(failure)")
      }
    }
    guard !problems.isEmpty else { throw Failure.usage("\(path) has no problem; write one on each line.") }
    return problems
  }
}
