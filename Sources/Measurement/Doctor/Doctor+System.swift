/// The findings about memory, clock and libraries.
extension Doctor {
  var memory: Finding {
    guard let available = machine.availableMemoryBytes else { return .unknown("memory") }
    let found = "\(available >> 20) MiB available"
    // VGG16 forward-backward at batch 32 needs about 3 GiB.
    return available >= 3 << 30
      ? Finding("memory", .good, found)
      : Finding("memory", .bad, found, "The larger models do not fit; stop other programs or use small batches.")
  }

  var hugePages: Finding {
    switch machine.transparentHugePages {
    case "always", "madvise": Finding("huge pages", .good, machine.transparentHugePages!)
    case let setting?:
      Finding(
        "huge pages", .bad, setting,
        "Tensors lie on 4 KiB pages: echo madvise > /sys/kernel/mm/transparent_hugepage/enabled.")
    case nil: .unknown("huge pages")
    }
  }

  var addressRandomisation: Finding {
    switch files.integer("/proc/sys/kernel/randomize_va_space") {
    case 0:
      Finding("address randomisation", .note, "off", "All processes have the same layout, which may be a lucky one.")
    case .some:
      Finding(
        "address randomisation", .good, "on",
        "Processes differ by their memory layout: measure in several, as `bench gate` and scripts/publish do.")
    case nil: .unknown("address randomisation")
    }
  }

  var clockSource: Finding {
    let path = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
    guard let source = files.word(path) else { return .unknown("clock source") }
    let isQuick = ["tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "arch_sys_counter"].contains(source)
    return isQuick
      ? Finding("clock source", .good, source)
      : Finding("clock source", .bad, source, "Reading the clock is a system call here; boot with clocksource=tsc.")
  }

  var blas: Finding {
    guard let core = blasCore else { return .unknown("BLAS") }
    guard let forced = environment["OPENBLAS_CORETYPE"] else { return Finding("BLAS", .good, "kernels for \(core)") }
    return Finding(
      "BLAS", .bad, "kernels for \(core), forced",
      "OPENBLAS_CORETYPE=\(forced) decides instead of the processor; unset it, or remember it when you compare im2col.")
  }

  var threadVariables: Finding {
    let names = ["OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS"].filter { environment[$0] != nil }
    if names.isEmpty { return Finding("thread variables", .good, "none set") }
    return Finding(
      "thread variables", .note, names.map { "\($0)=\(environment[$0]!)" }.joined(separator: ", "),
      "bench ignores them; it uses --threads.")
  }
}
