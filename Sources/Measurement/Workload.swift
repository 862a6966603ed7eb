/// What is timed. Nothing more is known about it.
package protocol Workload: AnyObject {
  /// Does the work of one batch, all of it, before returning.
  func step()
  /// Does the same for the caches' sake alone; by default a step.
  func warmUp()
}

extension Workload {
  package func warmUp() { step() }
}
