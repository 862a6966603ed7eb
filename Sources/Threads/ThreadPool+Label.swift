import CClosure

// Labels tell a CPU profile for which operation a worker computes: nothing else on a worker's stack says so.

extension ThreadPool {
  /// The largest label.
  package static let largestLabel = UInt32(CCLOSURE_LARGEST_LABEL)

  /// The label for which the calling thread computes; 0 for none. A signal handler may call it.
  package static let currentLabel: @convention(c) () -> UInt32 = { cclosure_current_label() }

  /// Runs `body` so that its frames, and on every worker those of the jobs that it starts, lie below frames that spell
  /// `label`. Only one thread may use the pool meanwhile. It allocates nothing.
  ///
  /// - Parameter label: 1 to `largestLabel`
  package func labelled(_ label: UInt32, _ body: () -> Void) {
    crew.label = label
    lend(
      { _ in body() },
      { body, crew in Unmanaged<Crew>.fromOpaque(crew).takeUnretainedValue().call(body, 0) },
      Unmanaged.passUnretained(crew).toOpaque())
    crew.label = 0
  }
}
