import Convolution
import Networks

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

  /// The layers with weights of a model, each problem once.
  static func set(_ model: String, batch: Int) throws -> [NamedProblem] { try weighted(model, batch: batch).once }

  /// All layers with weights of a model.
  private static func weighted(_ model: String, batch: Int) throws -> [NamedProblem] {
    guard let network = Zoo.named(model) else {
      throw Failure.usage("There is no model '\(model)'. Use one of: \(Zoo.all.map(\.name).joined(separator: ", ")).")
    }
    return try layers(of: network, imageSize: nil).compactMap { layer in
      layer.problem(batch: batch).map { NamedProblem(name: "\(model):\(layer.name)", problem: $0) }
    }
  }
}
