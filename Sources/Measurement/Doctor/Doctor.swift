import Results

/// Looks for whatever disturbs measurements on this machine. Values that cannot be read are `unknown`; nothing here
/// fails.
package struct Doctor {
  let files: SystemFiles
  /// The machine, as result files describe it.
  let machine: Machine
  /// The activity of the machine during an interval in which this process was idle.
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

  /// The findings in the order of a report: the processor, its other users, the system, the libraries.
  package var findings: [Finding] {
    [governor, turbo, hyperthreads, temperature, virtualisation]
      + [load, otherProcesses, steal, quota, throttling]
      + [memory, hugePages, addressRandomisation, clockSource]
      + [blas, threadVariables]
  }

  static let cpuDirectory = "/sys/devices/system/cpu"

  /// Rounds to two decimals, such as `1.25`.
  func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
