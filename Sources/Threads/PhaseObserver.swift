import Terms

/// Is told of phases that are recorded as they begin and end, on the worker's own thread: for what costs more to read
/// than a clock.
package protocol PhaseObserver: AnyObject, Sendable {
  func began(_ worker: Int)
  func ended(_ phase: KernelPhase, _ worker: Int)
}
