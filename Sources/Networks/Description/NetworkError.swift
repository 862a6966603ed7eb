import Convolution
import Tensors

/// Why a network cannot be built or run as asked.
package enum NetworkError: Error, CustomStringConvertible, Equatable {
  case imageSizeOutOfRange(Int)
  case imageTooSmall(model: String, image: ImageShape, layer: String)
  case invalidLayer(String)
  case unknownBackend(String)
  case unavailableBackend(String, reason: String)
  case strict(layer: String, backend: String, reason: String)
  case pinned(layer: String, backend: String, reason: String)

  package var description: String {
    switch self {
    case .imageSizeOutOfRange(let size):
      "Image size \(size) is out of range: use 1 to \(LayerBuilder.largestImage) pixels."
    case .imageTooSmall(let model, let image, let layer):
      "\(model) cannot take \(image.height)x\(image.width) images: nothing is left for \(layer). Use a larger --image-size."
    case .invalidLayer(let reason): reason
    case .unknownBackend(let name):
      "There is no back end '\(name)'. Use \(BackendChoice.automatic) or one of: "
        + Backends.all.map(\.name).joined(separator: ", ") + "."
    case .unavailableBackend(let name, let reason): "The back end '\(name)' cannot run here: \(reason)"
    case .strict(let layer, let backend, let reason):
      "'\(backend)' cannot run \(layer): \(reason) Leave out --strict to let another back end run it."
    case .pinned(let layer, let backend, let reason):
      "The plan has \(backend) run \(layer), and it cannot: \(reason) Make the plan again."
    }
  }
}
