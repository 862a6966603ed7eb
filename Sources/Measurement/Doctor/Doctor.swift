import Results

/// Looks for what disturbs measurements on this machine. What cannot be read is `unknown`; nothing here fails.
package struct Doctor {
  let files: SystemFiles
  /// The machine, as records describe it.
  let machine: Machine
  /// What happened during an interval in which this process was idle.
  let activity: Activity
  let environment: [String: String]
  /// The core whose kernels the BLAS library uses; nil where there is none.
  let blasCore: String?

  package init(
    _ files: SystemFiles = .system, activity: Activity, environment: [String: String], blasCore: String? = nil
  ) {
    self.files = files
    machine = MachineContext.capture(files)
    self.activity = activity
    self.environment = environment
    self.blasCore = blasCore
  }

  /// In the order of a report: the processor, who else uses it, the system, the libraries.
  package var findings: [Finding] {
    [governor, turbo, hyperthreads, temperature, virtualisation]
      + [load, otherProcesses, steal, quota, throttling]
      + [memory, hugePages, addressRandomisation, clockSource]
      + [blas, threadVariables]
  }

  static let cpuDirectory = "/sys/devices/system/cpu"

  /// `1.25`
  func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
