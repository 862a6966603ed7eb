import Foundation
import Measurement
import Testing

@Suite struct InterruptionTests {
  /// The whole way of a signal; the second one would end the process, as it should.
  @Test func firstSignalRequests() {
    let interruption = Interruption.install()
    #expect(!interruption.isRequested)
    kill(getpid(), SIGHUP)
    // The kernel may deliver it to any thread.
    let deadline = Date(timeIntervalSinceNow: 5)
    while !interruption.isRequested, Date() < deadline { usleep(1000) }
    #expect(interruption.isRequested)
    var action = sigaction()
    sigaction(SIGHUP, nil, &action)
    #expect(action.__sigaction_handler.sa_handler == nil)
    sigaction(SIGINT, nil, &action)
    #expect(action.__sigaction_handler.sa_handler != nil)
    for signal in [SIGINT, SIGTERM] { Foundation.signal(signal, SIG_DFL) }
  }
}
