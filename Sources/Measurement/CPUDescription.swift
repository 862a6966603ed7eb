/// The description of the first processor in /proc/cpuinfo, for x86 and ARM.
struct CPUDescription: Equatable {
  var model: String?
  var vendor: String?
  var family: String?
  var modelNumber: String?
  var stepping: String?
  var microcode: String?
  /// The vector extensions, sorted.
  var vectorFlags: [String] = []
  /// Whether the processor reports a hypervisor; nil where it has no such flag.
  var isVirtual: Bool?

  init(cpuinfo text: String) {
    func first(_ names: String...) -> String? {
      names.lazy.compactMap { value(of: $0, inFields: text) }.first { !$0.isEmpty }
    }
    // ARM gives numbers where x86 gives names.
    let part = first("CPU part")
    vendor = first("vendor_id", "CPU implementer")
    model = first("model name") ?? part.map { "ARM implementer \(vendor ?? "unknown") part \($0)" }
    family = first("cpu family", "CPU architecture")
    modelNumber = first("model") ?? part
    stepping = first("stepping", "CPU revision")
    microcode = first("microcode")
    let flags = (first("flags", "Features") ?? "").split(separator: " ").map(String.init)
    vectorFlags = flags.filter(Self.isVector).sorted()
    isVirtual = first("flags") == nil ? nil : flags.contains("hypervisor")
  }

  private static func isVector(_ flag: String) -> Bool {
    let families = ["sse", "ssse", "avx", "fma", "f16c", "amx", "asimd", "neon", "sve", "fphp", "bf16", "i8mm"]
    // These are compared whole, because x86 has an unrelated `smep`.
    return flag == "sme" || flag == "sme2" || families.contains { flag.hasPrefix($0) }
  }
}
