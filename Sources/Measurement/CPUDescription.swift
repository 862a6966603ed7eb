/// What /proc/cpuinfo tells of the first processor, for x86 and ARM.
struct CPUDescription: Equatable {
  var model: String?
  var vendor: String?
  var family: String?
  var modelNumber: String?
  var stepping: String?
  var microcode: String?
  /// Vector extensions only, sorted.
  var vectorFlags: [String] = []
  /// Whether the processor says that it is a guest's; nil where it cannot say.
  var isVirtual: Bool?

  init(cpuinfo text: String) {
    func first(_ names: String...) -> String? {
      names.lazy.compactMap { value(of: $0, inFields: text) }.first { !$0.isEmpty }
    }
    // ARM gives numbers where x86 gives names; the numbers are all there is.
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
    // Not by its beginning: x86 has an unrelated `smep`.
    return flag == "sme" || flag == "sme2" || families.contains { flag.hasPrefix($0) }
  }
}
