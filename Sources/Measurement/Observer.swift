/// Is told how a pass goes, always outside the timed intervals.
package protocol Observer: AnyObject {
  /// The burn-in is over; the first timed step comes next.
  func timingBegins()
  /// - Parameters:
  ///   - step: counted from 0, burn-in included
  ///   - duration: in seconds
  func finished(step: Int, duration: Double)
  /// The last timed step is over, or the run was interrupted.
  func timingEnded(_ samples: Samples)
}

extension Observer {
  package func timingBegins() {}
  package func finished(step: Int, duration: Double) {}
  package func timingEnded(_ samples: Samples) {}
}

/// Tells several observers, in order.
package final class Observers: Observer {
  private let members: [any Observer]

  package init(_ members: [any Observer]) { self.members = members }

  package func timingBegins() { for member in members { member.timingBegins() } }
  package func finished(step: Int, duration: Double) {
    for member in members { member.finished(step: step, duration: duration) }
  }
  package func timingEnded(_ samples: Samples) { for member in members { member.timingEnded(samples) } }
}
