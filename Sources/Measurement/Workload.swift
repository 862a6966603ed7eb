/// The work that is timed. This module knows nothing more about it.
package protocol Workload: AnyObject {
  /// Does all the work of one batch before it returns.
  func step()
  /// Does the same work only to fill the caches; by default it takes a step.
  func warmUp()
}

extension Workload {
  package func warmUp() { step() }
}
