import Networks
import Tensors

/// Images that the user gives, float32 [images, height, width, channels].
struct InputImages {
  private let images: NPY
  /// What was converted, as a sentence; nil where nothing was.
  var note: String? { images.conversion.map { "The images are converted: \($0)." } }

  /// - Throws: `Failure` where they cannot be read, or do not have the size that `layers` take
  init(path: String, for layers: [Layer]) throws {
    do { images = try NPY(path: path) } catch { throw Failure.failed(error.description) }
    let shape = layers[0].input
    guard images.shape.count == 4, images.shape[0] > 0,
      Array(images.shape[1...]) == [shape.height, shape.width, shape.channels]
    else {
      throw Failure.usage(
        "\(path) has shape \(images.shape); [images, \(shape.height), \(shape.width), \(shape.channels)] is needed.")
    }
  }

  /// Fills the input of the program. The images are repeated where there are fewer than are asked for.
  ///
  /// - Parameter batch: the number of the batch, from 0
  func fill(_ program: Program, batch: Int = 0) {
    let first = batch * program.input.count
    for index in 0..<program.input.count {
      program.input.floats[index] = images.values[(first + index) % images.values.count]
    }
  }
}
