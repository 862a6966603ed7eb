import Convolution
import Networks
import Results

/// The network or the convolution that the subject of a specification names.
enum GateSubject {
  case network(Network, [Layer])
  case layer(ConvolutionProblem)

  init(_ specification: BenchmarkSpecification) throws {
    let subject = specification.subject
    if specification.isLayer {
      self = .layer(try LayerProblems.one(subject, batch: specification.batchSize).problem)
      return
    }
    guard let network = try specification.isFile ? ModelFile.network(subject) : Zoo.named(subject) else {
      throw Failure.usage(
        "There is no model '\(subject)'. Use one of: \(Zoo.all.map(\.name).joined(separator: ", ")), the path of an "
          + "ONNX file, a layer of a model such as vgg16:conv1_2, or a problem such as n1c64h56w56k64r3s3u1p1.")
    }
    self = .network(network, try layers(of: network, imageSize: nil))
  }
}

/// The instruction set of workers, which is the best of this processor.
var bestInstructionSet: String { InstructionSet.best.rawValue }
