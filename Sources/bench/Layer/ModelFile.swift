import Foundation
import Networks
import ONNX
import Terms

/// An ONNX model in a file.
enum ModelFile {
  /// Whether the name of a model is that of a file.
  static func isPath(_ model: String) -> Bool { model.hasSuffix(".onnx") || model.contains("/") }

  /// The network that a path or a name of the zoo stands for.
  static func model(_ name: String) throws -> Network {
    if isPath(name) { return try network(name) }
    guard let network = Zoo.named(name) else { throw Failure.usage("There is no model '\(name)'.") }
    return network
  }

  /// The network of a file, under the file's name without its ending.
  static func network(_ path: String) throws -> Network {
    var model = try read(path)
    do {
      try model.readExternalFiles { (location) throws(ONNXError) in try external(location, of: path) }
    } catch { throw Failure.failed("\(path) cannot be run: \(error.description).") }
    let name = FilePath(path).name
    let stem = name.hasSuffix(".onnx") ? String(name.dropLast(5)) : name
    // Results, tables and their files have no other characters in the names of models.
    let plain = String(stem.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "-" })
    do { return try Network(model, name: plain.isEmpty ? "model" : plain) } catch {
      throw Failure.failed("\(path) cannot be run: \(error.description).")
    }
  }

  /// The bytes of a file with weights.
  ///
  /// A link that leads out of the model's folder is refused: a model from elsewhere must not choose what is read.
  private static func external(_ location: String, of path: String) throws(ONNXError) -> [UInt8] {
    func resolved(_ path: String) throws(ONNXError) -> String {
      guard let real = realpath(path.systemPath, nil) else {
        throw ONNXError("its weights in '\(location)' cannot be read (\(String(cString: strerror(errno))))")
      }
      defer { free(real) }
      return RawText.text(UnsafeBufferPointer(start: real, count: strlen(real)).map { UInt8(bitPattern: $0) })
    }
    let folder = try resolved(FilePath(path).directory)
    let file = try resolved(FilePath(path).sibling(location))
    guard file.utf8.starts(with: (folder == "/" ? folder : folder + "/").utf8) else {
      throw ONNXError("its weights are in '\(location)', a link that leads out of the model's folder")
    }
    do { return try FileContents.bytes(file) } catch {
      throw ONNXError("its weights in '\(location)' cannot be read (\(error.reason))")
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
