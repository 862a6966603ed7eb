/// The findings about other users of the processors.
extension Doctor {
  var load: Finding {
    guard let average = activity.loadAverageBefore else { return .unknown("load") }
    let share = average / Double(machine.availableCores)
    return share < 0.1
      ? Finding("load", .good, rounded(average))
      : Finding("load", .bad, rounded(average), "Other programs ran in the last minute; stop them or wait.")
  }

  var otherProcesses: Finding {
    guard let others = activity.othersCPUTime, activity.elapsed > 0 else { return .unknown("other processes") }
    let cores = others / activity.elapsed
    return cores < 0.05 * Double(machine.availableCores)
      ? Finding("other processes", .good, "\(rounded(cores)) cores")
      : Finding(
        "other processes", .bad, "\(rounded(cores)) cores", "Other programs are running now; stop them (top shows who)."
      )
  }

  var steal: Finding {
    guard let stolen = activity.stolenCPUTime, activity.elapsed > 0 else { return .unknown("steal") }
    let share = stolen / (activity.elapsed * Double(machine.logicalCores ?? machine.availableCores))
    let found = "\(rounded(share * 100)) % of the time"
    return share < 0.01
      ? Finding("steal", .good, found)
      : Finding(
        "steal", .bad, found, "The hypervisor gives these processors to others; use a dedicated host or repeat.")
  }

  var quota: Finding {
    guard let quota = machine.cgroupCPUQuota else {
      return ControlGroup(files: files).limitsProcessors ? Finding("CPU quota", .good, "none") : .unknown("CPU quota")
    }
    let whole = quota == quota.rounded()
    return Finding(
      "CPU quota", whole ? .note : .bad, "\(rounded(quota)) cores",
      whole
        ? "Threads beyond it are paused in every period; use --threads \(Int(quota)) or less."
        : "A part of a core is paused in every period; give the container whole cores.")
  }

  var throttling: Finding {
    guard let periods = ControlGroup(files: files).throttledPeriods else { return .unknown("quota pauses") }
    return periods == 0
      ? Finding("quota pauses", .good, "none")
      : Finding("quota pauses", .note, "\(periods) periods so far", "The quota has paused this group before; raise it.")
  }
}
