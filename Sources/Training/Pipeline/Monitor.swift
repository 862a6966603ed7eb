import Glibc

/// A lock with two conditions: readers wait until there is something to read, the trainer until something was read.
/// Each wakes only the others.
final class Monitor: @unchecked Sendable {
  struct Condition {
    fileprivate let address = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  }
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  let hasWork = Condition()
  let hasResult = Condition()

  init() {
    pthread_mutex_init(mutex, nil)
    for condition in [hasWork, hasResult] { pthread_cond_init(condition.address, nil) }
  }

  deinit {
    for condition in [hasWork, hasResult] {
      pthread_cond_destroy(condition.address)
      condition.address.deallocate()
    }
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func lock() { pthread_mutex_lock(mutex) }
  func unlock() { pthread_mutex_unlock(mutex) }
  func signal(_ condition: Condition) { pthread_cond_broadcast(condition.address) }

  /// Waits, without the lock, for a signal; spurious ends are possible.
  func wait(for condition: Condition) { pthread_cond_wait(condition.address, mutex) }

  /// Waits for at most a tenth of a second.
  func waitBriefly(for condition: Condition) {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    time.tv_nsec += 100_000_000
    if time.tv_nsec >= 1_000_000_000 { (time.tv_sec, time.tv_nsec) = (time.tv_sec + 1, time.tv_nsec - 1_000_000_000) }
    pthread_cond_timedwait(condition.address, mutex, &time)
  }
}
