import Networks
import Tensors
import Threads

/// Counts for how many images the class with the largest logit is the label.
package final class Evaluator {
  private let program: Program

  package struct Outcome: Equatable, Sendable {
    package let correct: Int
    package let count: Int
    package var precision: Double { Double(correct) / Double(count) }
  }

  /// - Parameters:
  ///   - program: of pass `forward`; allocated. Its parameters become the moving averages of the checkpoint
  /// - Throws: `CheckpointError` where the checkpoint is of another network
  package init(_ program: Program, _ checkpoint: Checkpoint.File) throws(CheckpointError) {
    self.program = program
    for (parameter, tensor) in program.parameters {
      let name = parameter.name + (parameter.isTrainable ? Checkpoint.averageSuffix : "")
      try checkpoint.copy(name, to: tensor.floats, count: tensor.count)
    }
    program.prepare()
  }

  /// Runs all images of a set once, in order.
  ///
  /// - Parameter goesOn: is told how many are done; evaluation ends early where it returns false
  /// - Throws: `DataError` where an image cannot be read
  package func run(_ source: any ImageSource, while goesOn: (Int) -> Bool = { _ in true }) throws(DataError) -> Outcome
  {
    let side = program.layers[0].input.height
    let distortion = Distortion(side: side, isRandom: false)
    let classes = program.layers.last!.output.count
    var (correct, done) = (0, 0)
    while done < source.count, goesOn(done) {
      let count = min(program.batch, source.count - done)
      let labels = try read(source, done..<done + count, distortion)
      program.run()
      for (image, label) in labels.enumerated() {
        let logits = UnsafeBufferPointer(start: program.logits.floats + image * classes, count: classes)
        if logits.allSatisfy(\.isFinite), logits.firstIndex(of: logits.max()!) == label { correct += 1 }
      }
      done += count
    }
    return Outcome(correct: correct, count: done)
  }

  /// Fills the input of the program, on its threads. Images of an earlier batch stay where a last one has fewer.
  private func read(
    _ source: any ImageSource, _ images: Range<Int>, _ distortion: Distortion
  ) throws(DataError) -> [Int] {
    var outcomes = [Result<Int, DataError>](repeating: .success(0), count: images.count)
    outcomes.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let (outcomes, input) = (buffer.baseAddress!, program.input.floats)
      program.context.pool.split(images.count) { share in
        for position in share {
          outcomes[position] = Result { () throws(DataError) in
            let image = try source.read(images.lowerBound + position)
            var unused = Random(seed: 0)
            try distortion.apply(to: image, &unused, into: input + position * distortion.floatCount)
            return image.label
          }
        }
      }
    }
    return try outcomes.map { (outcome) throws(DataError) in try outcome.get() }
  }
}
