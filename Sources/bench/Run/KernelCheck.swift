import Convolution
import Measurement
import Networks
import Results

/// Compares the plans of a program with the reference, one after the other, and says how far it is.
///
/// A plan takes about half a second on two cores: the reference computes a sample of its result in double precision, and
/// most of the time goes into filling and reading tensors of full size.
final class KernelCheck {
  private let kernels: KernelVerification
  private let session: Session
  private let clock = MonotonicClock()

  /// The first guess for a plan, in seconds, until some were checked.
  private static let usualTime = 0.5
  /// A longer check says how far it is after so many seconds each.
  private static let interval = 15.0

  init(in context: ExecutionContext, seed: UInt64, _ session: Session) {
    kernels = KernelVerification(in: context, seed: seed)
    self.session = session
  }

  /// Ends early where the user interrupts.
  /// - Returns: the outcome for all plans of `program`; `skipped` where it was interrupted.
  /// - Throws: `Failure` with code 3 and the problem's text where a kernel computes something wrong.
  func verify(_ program: Program, label: String) throws -> Results.Verification {
    let assignments = program.assignments
    let start = clock.nanoseconds
    var told = 0.0
    for (done, assignment) in assignments.enumerated() {
      if session.interruption.isRequested { return .skipped }
      let elapsed = clock.seconds(since: start)
      let each = done == 0 ? Self.usualTime : elapsed / Double(done)
      let left = "about \(Int((each * Double(assignments.count - done)).rounded(.up))) s"
      if done == 0 {
        session.console.note("\(label): checking \(assignments.count) kernel plans against the reference, \(left).")
      } else if elapsed - told > Self.interval {
        told = elapsed
        session.console.note("\(label): \(done) of \(assignments.count) kernel plans are checked; \(left) left.")
      }
      _ = try kernels.verify([assignment])
    }
    // Every plan is known by now.
    return try kernels.verify(assignments)
  }
}
