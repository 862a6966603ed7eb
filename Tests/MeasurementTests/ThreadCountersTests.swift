import Foundation
import Results
import Testing

@testable import Measurement

/// The kernel's own events take the path of the processor's, which virtual machines do not have.
@Suite struct ThreadCountersTests {
  /// Some containers forbid every event.
  private static let isPermitted = (try? ThreadCounters.open(CounterEvent.software).get()) != nil

  @Test(.enabled(if: isPermitted)) func eventsOfThisThreadAreCounted() throws {
    let counters = try ThreadCounters.open(CounterEvent.software).get()
    #expect(counters.events == [.taskClock, .pageFaults])
    let before = counters.read()
    touch(pages: 100)
    let values = counters.read().since(before)
    #expect(try #require(values[.pageFaults]) >= 100)
    #expect(try #require(values[.taskClock]) > 0)
    #expect(values.countedShare == 1)
  }

  /// An event that the processor does not have leaves the others of its group.
  @Test(.enabled(if: isPermitted)) func eventsThatAreMissingAreLeftOut() throws {
    let counters = try ThreadCounters.open([[.lastLevelMisses, .taskClock, .dtlbMisses, .pageFaults]]).get()
    #expect(counters.events.contains(.taskClock) && counters.events.contains(.pageFaults))
    let values = counters.read().since(CounterReading())
    #expect(values.counts.isEmpty, "no earlier reading")
    #expect(counters.events.allSatisfy { counters.read()[$0] != nil })
  }

  /// On a processor with counters they count; elsewhere there is a reason.
  @Test func hardwareIsCountedOrRefused() throws {
    switch ThreadCounters.open() {
    case .success(let counters):
      let before = counters.read()
      touch(pages: 100)
      let values = counters.read().since(before)
      #expect(!values.counts.isEmpty && values.counts.values.allSatisfy { $0 >= 0 })
    case .failure(let reason): #expect(reason.description.hasSuffix("."))
    }
  }

  @Test(.enabled(if: isPermitted)) func readingAllocatesNothing() throws {
    let counters = try ThreadCounters.open(CounterEvent.software).get()
    #expect(costOfThread { _ = counters.read() }.allocations == 0)
  }

  @Test(arguments: [
    (ENOENT, nil, "Hardware counters are not available here (virtual machine)."),
    (EACCES, "3", "perf_event_paranoid is 3; `sysctl kernel.perf_event_paranoid=2` allows them."),
    (EPERM, "2", "as in most containers; a seccomp profile with perf_event_open allows them."),
    (EACCES, nil, "as in most containers; a seccomp profile with perf_event_open allows them."),
    (ENOSYS, nil, "the kernel has no perf_event_open."),
    (EMFILE, nil, "(Too many open files)."),
  ])
  func refusalSaysWhatToDo(_ errno: Int32, _ paranoid: String?, _ end: String) {
    var files = ["/proc/cpuinfo": "model name : X\nflags : fpu hypervisor\n"]
    files["/proc/sys/kernel/perf_event_paranoid"] = paranoid
    let sentence = CountersUnavailable(errno: errno, SystemFiles(files)).description
    #expect(sentence.hasPrefix("Hardware counters are not ") && sentence.hasSuffix(end), "\(sentence)")
  }

  @Test func refusalOnBareMetalNamesNoVirtualMachine() {
    let files = SystemFiles(["/proc/cpuinfo": "model name : X\nflags : fpu\n"])
    #expect(CountersUnavailable(errno: ENOENT, files) == .noCounters(isVirtual: false))
  }

  /// Every event has a configuration of its own.
  @Test func eventsDiffer() {
    let configurations = CounterEvent.allCases.map { "\($0.attributes)" }
    #expect(Set(configurations).count == configurations.count)
    #expect(CounterEvent.dtlbMisses.attributes == (3, 0x10003))
  }
}

/// Writes to so many pages for the first time.
func touch(pages: Int) {
  let bytes = pages * 4096
  let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
  madvise(memory, bytes, MADV_NOHUGEPAGE)
  for page in 0..<pages { memory.storeBytes(of: 1, toByteOffset: page * 4096, as: UInt8.self) }
  munmap(memory, bytes)
}
