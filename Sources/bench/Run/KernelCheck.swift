import Convolution
import Measurement
import Networks
import Results

/// Compares the plans of a program with the reference, one after the other, and says how far it is.
final class KernelCheck {
  private let kernels: KernelVerification
  private let session: Session
  private let clock = MonotonicClock()

  /// A longer check says how far it is after so many seconds each.
  private static let interval = 15.0

  init(in context: ExecutionContext, seed: UInt64, _ session: Session) {
    kernels = KernelVerification(in: context, seed: seed, session.plugins)
    self.session = session
  }

  /// Ends early where the user interrupts.
  /// - Returns: the outcome for all plans of `program`; `skipped` where it was interrupted
  /// - Throws: `Failure` with code 3 and the problem's text where a kernel computes something wrong
  func verify(_ program: Program, label: String) throws -> Results.Verification {
    let assignments = program.assignments
    let expected = assignments.map { Self.expectedTime($0.request.problem) }
    let (start, total) = (clock.nanoseconds, expected.reduce(0, +))
    var (done, told) = (0.0, 0.0)
    session.console.note(
      "\(label): checking \(assignments.count) kernel plans against the reference, about \(durationText(total)).")
    for (number, assignment) in assignments.enumerated() {
      if session.interruption.isRequested { return .skipped }
      let elapsed = clock.seconds(since: start)
      if elapsed - told > Self.interval {
        told = elapsed
        // The plans that are done say how far the expectation is off.
        let left = elapsed / done * (total - done)
        session.console.note(
          "\(label): \(number) of \(assignments.count) kernel plans are checked; about \(durationText(left)) left.")
      }
      _ = try kernels.verify([assignment])
      done += expected[number]
    }
    // Every plan is known by now.
    return try kernels.verify(assignments)
  }

  /// The seconds that a check takes on two cores: a twentieth for a sample of the result in double precision, and the
  /// rest to fill and to read tensors of two images.
  private static func expectedTime(_ problem: ConvolutionProblem) -> Double {
    let images = (problem.inputCount + problem.outputCount) / problem.batch * 2
    return 0.05 + 2e-8 * Double(problem.filterCount + images)
  }
}
