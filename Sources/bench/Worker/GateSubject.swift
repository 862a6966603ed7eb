import Convolution
import Networks
import Results

/// What the subject of a specification names.
enum GateSubject {
  case network([Layer])
  case layer(ConvolutionProblem)

  init(_ specification: BenchmarkSpecification) throws(Failure) {
    if specification.isProblem {
      do { self = .layer(try ConvolutionProblem(parsing: specification.subject)) } catch {
        throw .usage(error.description)
      }
      return
    }
    let parts = specification.subject.split(separator: ":", maxSplits: 1).map(String.init)
    guard let network = parts.first.flatMap(Zoo.named) else {
      throw .usage(
        "There is no model '\(specification.subject)'. Use one of: \(Zoo.all.map(\.name).joined(separator: ", ")), a layer "
          + "of one such as vgg16:conv1_2, or a problem such as n1c64h56w56k64r3s3u1p1.")
    }
    let layers: [Layer]
    do { layers = try network.layers() } catch { throw .usage(error.description) }
    guard parts.count == 2 else {
      self = .network(layers)
      return
    }
    guard var problem = layers.first(where: { $0.name == parts[1] })?.problem else {
      let names = layers.filter { $0.problem != nil }.map(\.name)
      throw .usage("\(network.name) has no convolution '\(parts[1])'. Use one of: \(names.joined(separator: ", ")).")
    }
    problem.batch = specification.batchSize
    self = .layer(problem)
  }
}

/// What workers run: the best that this processor has.
var bestInstructionSet: String { InstructionSet.best.rawValue }
