import Results
import Testing

@testable import Measurement

@Suite struct DoctorTests {
  static let cpu = "/sys/devices/system/cpu"
  static let quiet = [
    "/proc/self/status": "Cpus_allowed_list:\t0-3\n",
    "/proc/meminfo": "MemTotal: 16000000 kB\nMemAvailable: 8000000 kB\n",
    "/proc/cpuinfo": "model name : X\nflags : fpu avx2\n",
    "/proc/sys/kernel/randomize_va_space": "2\n",
    "/sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
    "/sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
    "\(cpu)/online": "0-3\n", "\(cpu)/intel_pstate/no_turbo": "1\n",
    "\(cpu)/cpu0/topology/thread_siblings_list": "0\n", "\(cpu)/cpu1/topology/thread_siblings_list": "1\n",
    "\(cpu)/cpu0/cpufreq/scaling_governor": "performance\n", "\(cpu)/cpu1/cpufreq/scaling_governor": "performance\n",
    "\(cpu)/cpu0/thermal_throttle/core_throttle_count": "0\n",
    "/proc/self/cgroup": "0::/\n",
    "/proc/self/mountinfo": "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n",
    "/sys/fs/cgroup/cpu.stat": "nr_periods 10\nnr_throttled 0\n",
  ]
  static let idle = Activity(elapsed: 1, loadAverageBefore: 0.05, othersCPUTime: 0.01, stolenCPUTime: 0)

  @Test func quietMachineIsGoodThroughout() {
    let doctor = Doctor(SystemFiles(Self.quiet), activity: Self.idle, environment: [:], blasCore: "SkylakeX")
    #expect(doctor.findings.filter { $0.state != .good } == [])
    #expect(doctor.findings.count == 16)
  }

  /// Where nothing can be read, nothing is called bad.
  @Test func nothingReadableIsUnknown() {
    let doctor = Doctor(SystemFiles([:]), activity: Activity(elapsed: 0), environment: [:])
    let states = Dictionary(grouping: doctor.findings, by: \.state).mapValues { Set($0.map(\.subject)) }
    #expect(states[.bad] == nil && states[.note] == nil)
    #expect(states[.good] == ["thread variables"])
    #expect(states[.unknown]?.count == 15)
  }

  @Test(arguments: [
    ("governor", "\(cpu)/cpu1/cpufreq/scaling_governor", "powersave", Finding.State.bad, "performance, powersave"),
    ("turbo", "\(cpu)/intel_pstate/no_turbo", "0", .note, "on"),
    ("hyperthreads", "\(cpu)/cpu1/topology/thread_siblings_list", "0", .note, "on, 1 physical cores"),
    (
      "temperature", "\(cpu)/cpu2/thermal_throttle/core_throttle_count", "7", .bad,
      "7 throttling events since the start"
    ),
    ("CPU quota", "/sys/fs/cgroup/cpu.max", "150000 100000", .bad, "1.5 cores"),
    ("CPU quota", "/sys/fs/cgroup/cpu.max", "200000 100000", .note, "2.0 cores"),
    ("quota pauses", "/sys/fs/cgroup/cpu.stat", "nr_throttled 3", .note, "3 periods so far"),
    ("huge pages", "/sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]", .bad, "never"),
    ("address randomisation", "/proc/sys/kernel/randomize_va_space", "0", .note, "off"),
    (
      "clock source", "/sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet", .bad, "hpet"
    ),
    ("memory", "/proc/meminfo", "MemAvailable: 1048576 kB", .bad, "1024 MiB available"),
    ("virtual machine", "/sys/hypervisor/type", "xen", .note, "xen"),
  ])
  func whatDisturbsIsSeen(_ subject: String, _ path: String, _ text: String, _ state: Finding.State, _ found: String)
    throws
  {
    var files = Self.quiet
    files[path] = text
    let doctor = Doctor(SystemFiles(files), activity: Self.idle, environment: [:], blasCore: "SkylakeX")
    let finding = try #require(doctor.findings.first { $0.subject == subject })
    #expect(finding.state == state && finding.found == found, "\(finding)")
    #expect(finding.advice?.hasSuffix(".") == true, "\(finding)")
  }

  @Test func othersAreSeen() {
    let busy = Activity(elapsed: 2, loadAverageBefore: 3, othersCPUTime: 2, stolenCPUTime: 0.4)
    let doctor = Doctor(SystemFiles(Self.quiet), activity: busy, environment: [:], blasCore: "SkylakeX")
    let bad = doctor.findings.filter { $0.state == .bad }
    #expect(bad.map(\.subject) == ["load", "other processes", "steal"])
    #expect(bad.map(\.found) == ["3.0", "1.0 cores", "5.0 % of the time"])
  }

  @Test func variablesAreSeen() {
    let doctor = Doctor(
      SystemFiles(Self.quiet), activity: Self.idle,
      environment: ["OPENBLAS_CORETYPE": "Haswell", "OMP_NUM_THREADS": "8"], blasCore: "Haswell")
    #expect(doctor.blas.state == .bad && doctor.blas.found == "kernels for Haswell, forced")
    #expect(doctor.threadVariables.state == .note && doctor.threadVariables.found == "OMP_NUM_THREADS=8")
  }
}
