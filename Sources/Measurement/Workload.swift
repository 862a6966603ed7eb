/// The work that is timed. This module knows nothing more about it.
package protocol Workload: AnyObject {
  /// Does all the work of one batch before it returns.
  func step()
  /// Does the same work only to fill the caches; by default it takes a step.
  func warmUp()
  /// Called just before and just after each measured step, outside of its time.
  func stepBegins()
  func stepEnded()
  /// The seconds of the last step where another process has taken and timed it; nil where the caller times it.
  var ownDuration: Double? { get }
}

extension Workload {
  package func warmUp() { step() }
  package func stepBegins() {}
  package func stepEnded() {}
  package var ownDuration: Double? { nil }
}
