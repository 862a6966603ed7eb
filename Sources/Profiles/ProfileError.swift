/// The reason why a profile cannot be read, as a sentence.
package enum ProfileError: Error, Equatable, CustomStringConvertible {
  case cannotRead(path: String, reason: String)
  case empty(path: String)
  case isNoProfile(path: String)
  case truncated(path: String)
  case hasNoSamples(path: String, hertz: Int)

  package var description: String {
    switch self {
    case .cannotRead(let path, let reason): "Cannot read \(path): \(reason)."
    case .empty(let path): "\(path) is empty: its run ended before the first timed step; measure again."
    case .isNoProfile(let path):
      "\(path) is no CPU profile of gperftools; bench vgg16 --cpu-profile FILE writes one."
    case .truncated(let path):
      "\(path) ends in the middle: its run was killed, or its disk is full; measure again."
    case .hasNoSamples(let path, let hertz):
      "\(path) has no samples: the timed steps were too short for \(hertz) a second; use more --num-batches."
    }
  }
}
