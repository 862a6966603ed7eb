/// A reason why a worker cannot be used any more, as one sentence.
package enum WorkerError: Error, Equatable, CustomStringConvertible {
  case cannotStart(path: String, reason: String)
  /// The program is no bench, or one without workers.
  case notAWorker(path: String)
  case wrongVersion(path: String, version: Int)
  case ended(path: String, how: String)
  case invalidReply(path: String, line: String)
  case silent(path: String, seconds: Double)
  /// The worker has reported a failure itself.
  case failed(path: String, reason: String)

  package var description: String {
    switch self {
    case .cannotStart(let path, let reason):
      "Cannot start \(path) (\(reason)); give the path of a bench that was built."
    case .notAWorker(let path):
      "\(path) does not answer as a worker of bench; it may be older than the gate. Choose a later base."
    case .wrongVersion(let path, let version):
      "\(path) speaks version \(version) of the worker protocol, this bench version \(WorkerReply.version); "
        + "choose a later base."
    case .ended(let path, let how): "\(path) \(how) while it was measured."
    case .invalidReply(let path, let line):
      "\(path) answered '\(line)', which is no reply of a worker."
    case .silent(let path, let seconds):
      "\(path) gave no answer for \(seconds.formatted()) seconds and was ended; raise --worker-timeout if its steps take "
        + "that long."
    case .failed(let path, let reason): "\(path): \(reason)"
    }
  }
}
