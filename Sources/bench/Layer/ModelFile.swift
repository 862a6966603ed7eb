import Networks
import ONNX
import Terms

/// An ONNX model in a file.
enum ModelFile {
  /// Whether the name of a model is that of a file.
  static func isPath(_ model: String) -> Bool { model.hasSuffix(".onnx") || model.contains("/") }

  /// The network of a file, under the file's name without its ending.
  static func network(_ path: String) throws -> Network {
    let model = try read(path)
    let name = FilePath(path).name
    let stem = name.hasSuffix(".onnx") ? String(name.dropLast(5)) : name
    // Results, tables and their files have no other characters in the names of models.
    let plain = String(stem.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "-" })
    do { return try Network(model, name: plain.isEmpty ? "model" : plain) } catch {
      throw Failure.failed("\(path) cannot be run: \(error.description).")
    }
  }

  /// - Throws: `Failure` where it cannot be read, or is no ONNX model
  static func read(_ path: String) throws -> ONNXModel {
    let bytes: [UInt8]
    do { bytes = try FileContents.bytes(path) } catch {
      throw Failure.failed("Cannot read \(path) (\(error.reason)); check the path and its permissions.")
    }
    do { return try ONNXModel(bytes) } catch {
      throw Failure.failed("\(path) is no ONNX model: \(error.description).")
    }
  }
}

extension ProblemList {
  /// The convolutions and matrix products of an ONNX model, each problem once with its count.
  /// - Parameter batch: the first size of inputs that do not fix it
  static func onnx(_ path: String, batch: Int) throws -> ProblemList {
    let found = try ModelFile.read(path).problems(batch: batch)
    var list = ProblemList()
    for problem in found.problems.map({ NamedProblem(name: $0.name, problem: $0.problem) }).once { list.add(problem) }
    for sentence in found.leftOut { list.leaveOut(sentence) }
    guard !list.problems.isEmpty else {
      throw Failure.failed(
        list.leftOut.isEmpty
          ? "\(path) has no convolution and no product with a constant matrix."
          : "\(path) has no problem that can be taken: \(list.leftOut[0])")
    }
    return list
  }
}
