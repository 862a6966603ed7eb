/// Follows a pass while it is measured. It is always called outside the timed intervals.
package protocol Observer: AnyObject {
  /// Called when the burn-in is over, just before the first timed step.
  func timingBegins()
  /// Called after each step.
  /// - Parameters:
  ///   - step: counted from 0, burn-in included
  ///   - duration: in seconds
  func finished(step: Int, duration: Double)
  /// Called after the last timed step, or after the step in which the run was interrupted.
  func timingEnded(_ samples: Samples)
}

extension Observer {
  package func timingBegins() {}
  package func finished(step: Int, duration: Double) {}
  package func timingEnded(_ samples: Samples) {}
}

/// Passes what it is told on to several observers, in order.
package final class Observers: Observer {
  private let members: [any Observer]

  package init(_ members: [any Observer]) { self.members = members }

  package func timingBegins() { for member in members { member.timingBegins() } }
  package func finished(step: Int, duration: Double) {
    for member in members { member.finished(step: step, duration: duration) }
  }
  package func timingEnded(_ samples: Samples) { for member in members { member.timingEnded(samples) } }
}
