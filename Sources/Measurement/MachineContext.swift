import Glibc
import Results

/// Describes this machine. Values that cannot be read are nil or `unknown`; nothing here fails.
package enum MachineContext {
  package static func capture(_ files: SystemFiles = .system) -> Machine {
    var machine = Machine(availableCores: AvailableCores.count(files))
    let cpu = CPUDescription(cpuinfo: files.text("/proc/cpuinfo") ?? "")
    machine.cpuModel = cpu.model
    machine.cpuVendor = cpu.vendor
    machine.cpuFamily = cpu.family
    machine.cpuModelNumber = cpu.modelNumber
    machine.stepping = cpu.stepping
    machine.microcode = cpu.microcode
    machine.vectorFlags = cpu.vectorFlags
    machine.hypervisor = hypervisor(files, cpu)

    let cores = files.word("/sys/devices/system/cpu/online").map(numbers(inList:)) ?? []
    let siblings = cores.compactMap { files.word("\(cpuDirectory)/cpu\($0)/topology/thread_siblings_list") }
    machine.logicalCores = cores.isEmpty ? nil : cores.count
    machine.physicalCores = siblings.isEmpty ? nil : Set(siblings).count
    machine.smt = siblings.isEmpty ? nil : Set(siblings).count < siblings.count
    machine.caches = caches(files)
    machine.numaNodes = files.word("/sys/devices/system/node/online").map { numbers(inList: $0).count }

    let kibibytes = files.field("MemTotal", in: "/proc/meminfo").flatMap { Int($0.prefix { $0.isNumber }) }
    machine.memoryBytes = kibibytes.map { $0 << 10 }
    machine.availableMemoryBytes = AvailableMemory.bytes(files)
    machine.cgroupCPUQuota = ControlGroup(files: files).cpuQuota
    machine.kernel = files.word("/proc/sys/kernel/osrelease")
    machine.governor = files.word("\(cpuDirectory)/cpu0/cpufreq/scaling_governor") ?? "unknown"
    machine.turbo = turbo(files)
    machine.transparentHugePages = files.word("/sys/kernel/mm/transparent_hugepage/enabled").flatMap(bracketed)
    return machine
  }

  private static let cpuDirectory = "/sys/devices/system/cpu"

  private static func caches(_ files: SystemFiles) -> [Cache] {
    (0..<16).compactMap { index in
      let directory = "\(cpuDirectory)/cpu0/cache/index\(index)"
      guard let level = files.integer("\(directory)/level"), let type = files.word("\(directory)/type"),
        let size = files.word("\(directory)/size").flatMap(bytes)
      else { return nil }
      let sharers = files.word("\(directory)/shared_cpu_list").map { numbers(inList: $0).count }
      return Cache(level: level, type: type, sizeBytes: size, sharedBy: sharers)
    }
  }

  /// Two drivers have two files with opposite meanings.
  private static func turbo(_ files: SystemFiles) -> String {
    if let off = files.integer("\(cpuDirectory)/intel_pstate/no_turbo") { return off == 0 ? "on" : "off" }
    if let on = files.integer("\(cpuDirectory)/cpufreq/boost") { return on == 0 ? "off" : "on" }
    return "unknown"
  }

  private static func hypervisor(_ files: SystemFiles, _ cpu: CPUDescription) -> String? {
    if let name = files.word("/sys/hypervisor/type") { return name }
    if cpu.isVirtual == false { return "none" }
    // The firmware names the product, such as `KVM`, `VirtualBox` or `Standard PC (Q35 + ICH9, 2009)`.
    let product = files.word("/sys/class/dmi/id/product_name")
    return cpu.isVirtual == true ? product ?? "unnamed" : nil
  }

  /// Converts `48K` and `32M` to bytes.
  private static func bytes(_ text: String) -> Int? {
    let shifts: [Character: Int] = ["K": 10, "M": 20, "G": 30]
    guard let unit = text.last, let shift = shifts[unit] else { return Int(text) }
    return Int(text.dropLast()).map { $0 << shift }
  }

  /// The chosen word of `always [madvise] never`.
  private static func bracketed(_ text: String) -> String? {
    text.split(separator: " ").first { $0.hasPrefix("[") }.map { String($0.dropFirst().dropLast()) }
  }
}
