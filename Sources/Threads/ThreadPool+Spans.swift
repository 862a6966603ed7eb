import Terms

extension ThreadPool {
  /// Runs `body` as a phase of the operation at hand. Phases of a worker must not contain each other.
  @inline(__always)
  package func phase(_ phase: KernelPhase, _ worker: Int, _ body: () -> Void) {
    guard spans.isOn else { return body() }
    recorded(phase, worker, body)
  }

  @inline(never)
  private func recorded(_ phase: KernelPhase, _ worker: Int, _ body: () -> Void) {
    spans.observer?.began(worker)
    let begin = spans.begin(.phase(phase), worker)
    body()
    spans.end(.phase(phase), since: begin, worker)
    spans.observer?.ended(phase, worker)
  }

  /// Begins a phase that ends with `endPhase`, for code that cannot be called as a closure.
  /// - Returns: when it began; 0 where phases are not recorded
  package func beginPhase(_ phase: KernelPhase, _ worker: Int) -> UInt64 {
    guard spans.isOn else { return 0 }
    spans.observer?.began(worker)
    return spans.begin(.phase(phase), worker)
  }

  package func endPhase(_ phase: KernelPhase, since begin: UInt64, _ worker: Int) {
    guard spans.isOn else { return }
    spans.end(.phase(phase), since: begin, worker)
    spans.observer?.ended(phase, worker)
  }

  /// Runs `body`, which starts jobs of this pool, and records their spans.
  /// - Returns: whether there was room for all spans; if not, there will be when `body` is run again.
  package func recording(_ body: () -> Void) -> Bool {
    spans.start(workers: count)
    body()
    return spans.stop()
  }

  /// `split`, whose shares are a phase of the operation at hand.
  package func split(_ total: Int, grain: Int = 1, as phase: KernelPhase, _ body: (Range<Int>) -> Void) {
    splitAmongWorkers(total, grain: grain) { worker, range in self.phase(phase, worker) { body(range) } }
  }
}
