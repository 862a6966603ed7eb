import Synchronization

/// What a shared library's plans have reported as failures, or were caught at. A plan cannot throw inside a step, so who
/// runs it asks here afterwards.
package final class PluginJournal: Sendable {
  private let entries = Mutex<[String]>([])

  init() {}

  func add(_ sentence: String) {
    // The first ones say what is wrong; a step is repeated thousands of times.
    entries.withLock { if $0.count < 16, !$0.contains(sentence) { $0.append(sentence) } }
  }

  /// Everything that was reported since the last call.
  package func take() -> [String] {
    entries.withLock { entries in
      defer { entries = [] }
      return entries
    }
  }
}
