/// The findings about the processor: whatever makes the same instructions take another time.
extension Doctor {
  var governor: Finding {
    let cores = files.word("\(Self.cpuDirectory)/online").map(numbers(inList:)) ?? []
    let names = Set(cores.compactMap { files.word("\(Self.cpuDirectory)/cpu\($0)/cpufreq/scaling_governor") }).sorted()
    if names.isEmpty {
      return .unknown("governor", "This is usual in virtual machines, where the host sets the clock.")
    }
    if names == ["performance"] { return Finding("governor", .good, "performance") }
    return Finding(
      "governor", .bad, names.joined(separator: ", "),
      "Clocks follow the load; set 'performance': sudo cpupower frequency-set --governor performance.")
  }

  var turbo: Finding {
    switch machine.turbo {
    case "off": Finding("turbo", .good, "off")
    case "on":
      Finding(
        "turbo", .note, "on",
        "Clocks depend on temperature and on how many cores work. Switch it off for the steadiest numbers: "
          + "echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo, or echo 0 > /sys/devices/system/cpu/cpufreq/boost."
      )
    default: .unknown("turbo")
    }
  }

  var hyperthreads: Finding {
    guard let smt = machine.smt, let cores = machine.physicalCores else { return .unknown("hyperthreads") }
    if !smt { return Finding("hyperthreads", .good, "off") }
    return Finding(
      "hyperthreads", .note, "on, \(cores) physical cores",
      "Two threads of a core share its multipliers; measure with --threads \(cores) or less.")
  }

  /// Throttling events since the start decide and not the temperature itself, because limits differ between processors.
  var temperature: Finding {
    let cores = files.word("\(Self.cpuDirectory)/online").map(numbers(inList:)) ?? []
    let events = cores.compactMap {
      files.integer("\(Self.cpuDirectory)/cpu\($0)/thermal_throttle/core_throttle_count")
    }
    let zones = (0..<64).compactMap { files.integer("/sys/class/thermal/thermal_zone\($0)/temp") }
    let hottest = zones.max().map { "\($0 / 1000) degrees Celsius" }
    guard let most = events.max() else {
      guard let hottest else { return .unknown("temperature") }
      return Finding("temperature", .note, hottest, "Throttling is not reported here; watch for drift.")
    }
    let found = [hottest, "\(most) throttling events since the start"].compactMap(\.self).joined(separator: ", ")
    return most == 0
      ? Finding("temperature", .good, found)
      : Finding(
        "temperature", .bad, found, "The processor slows down when hot; improve the cooling or pause between runs.")
  }

  var virtualisation: Finding {
    switch machine.hypervisor {
    case "none": Finding("virtual machine", .good, "no")
    case let name?:
      Finding(
        "virtual machine", .note, name,
        "Neighbours on the host cannot be seen from here; compare in turns (bench backends), not from day to day.")
    case nil: .unknown("virtual machine")
    }
  }
}
