import Results
import Testing

@testable import Measurement

@Suite struct MachineContextTests {
  @Test func readsAnAMDGuest() {
    let machine = MachineContext.capture(SystemFiles(amdGuest))
    #expect(machine.cpuModel == "AMD EPYC 7763 64-Core Processor")
    #expect(machine.cpuVendor == "AuthenticAMD")
    #expect(machine.cpuFamily == "25" && machine.cpuModelNumber == "1" && machine.stepping == "1")
    #expect(machine.microcode == "0xa0011d1")
    #expect(machine.vectorFlags == ["avx", "avx2", "fma", "sse", "sse2", "ssse3"])
    #expect(machine.hypervisor == "KVM")
    #expect(machine.logicalCores == 4 && machine.physicalCores == 2 && machine.smt == true)
    #expect(machine.availableCores == 4)
    #expect(
      machine.caches == [
        Cache(level: 1, type: "Data", sizeBytes: 32768, sharedBy: 2),
        Cache(level: 3, type: "Unified", sizeBytes: 32 << 20, sharedBy: 4),
      ])
    #expect(machine.numaNodes == 2)
    #expect(machine.memoryBytes == 16_384_000 << 10 && machine.availableMemoryBytes == 8_000_000 << 10)
    #expect(machine.kernel == "6.1.0-13-amd64")
    #expect(machine.governor == "performance" && machine.turbo == "on")
    #expect(machine.transparentHugePages == "madvise")
    #expect(machine.cgroupCPUQuota == nil)
  }

  @Test func intelOnBareMetalHasNoHypervisor() {
    let machine = MachineContext.capture(
      SystemFiles([
        "/proc/cpuinfo": """
        vendor_id\t: GenuineIntel
        cpu family\t: 6
        model\t\t: 143
        model name\t: Intel(R) Xeon(R) Platinum 8480+
        stepping\t: 8
        microcode\t: 0x2b000590
        flags\t\t: fpu sse4_2 avx512f avx512bw amx_tile f16c
        """,
        "/sys/devices/system/cpu/intel_pstate/no_turbo": "1\n",
      ]))
    #expect(machine.hypervisor == "none")
    #expect(machine.cpuModelNumber == "143")
    #expect(machine.vectorFlags == ["amx_tile", "avx512bw", "avx512f", "f16c", "sse4_2"])
    #expect(machine.turbo == "off" && machine.governor == "unknown")
  }

  @Test func armGivesNumbers() {
    let cpu = CPUDescription(
      cpuinfo: """
        processor\t: 0
        BogoMIPS\t: 243.75
        Features\t: fp asimd evtstrm aes crc32 atomics fphp asimdhp sve i8mm bf16
        CPU implementer\t: 0x41
        CPU architecture: 8
        CPU variant\t: 0x1
        CPU part\t: 0xd40
        CPU revision\t: 1
        """)
    #expect(cpu.model == "ARM implementer 0x41 part 0xd40")
    #expect(cpu.family == "8" && cpu.modelNumber == "0xd40" && cpu.stepping == "1" && cpu.microcode == nil)
    #expect(cpu.vectorFlags == ["asimd", "asimdhp", "bf16", "fphp", "i8mm", "sve"])
    #expect(cpu.isVirtual == nil)
  }

  @Test func whatCannotBeReadIsUnknown() {
    let machine = MachineContext.capture(SystemFiles([:]))
    var expected = Machine(availableCores: machine.availableCores)
    expected.governor = "unknown"
    #expect(machine == expected)
    #expect(machine.availableCores >= 1)
  }

  @Test func thisMachineIsRead() {
    let machine = MachineContext.capture()
    #expect(machine.cpuModel != nil && machine.kernel != nil && machine.memoryBytes != nil)
    #expect(machine.logicalCores ?? 0 >= machine.availableCores)
  }

  @Test(arguments: [("0-3,8", [0, 1, 2, 3, 8]), ("5", [5]), ("", []), ("3-1,x", [])])
  func listsOfNumbers(_ text: String, _ expected: [Int]) {
    #expect(numbers(inList: text) == expected)
  }
}

private let amdGuest: [String: String] = {
  var files = [
    "/proc/cpuinfo": """
    processor\t: 0
    vendor_id\t: AuthenticAMD
    cpu family\t: 25
    model\t\t: 1
    model name\t: AMD EPYC 7763 64-Core Processor
    stepping\t: 1
    microcode\t: 0xa0011d1
    flags\t\t: fpu sse sse2 ssse3 fma avx hypervisor avx2 smep

    processor\t: 1
    vendor_id\t: SomebodyElse
    """,
    "/proc/self/status": "Cpus_allowed_list:\t0-3\n",
    "/proc/meminfo": "MemTotal:       16384000 kB\nMemAvailable:   8000000 kB\n",
    "/proc/sys/kernel/osrelease": "6.1.0-13-amd64\n",
    "/sys/class/dmi/id/product_name": "KVM\n",
    "/sys/devices/system/cpu/online": "0-3\n",
    "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "performance\n",
    "/sys/devices/system/cpu/cpufreq/boost": "1\n",
    "/sys/devices/system/node/online": "0-1\n",
    "/sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
  ]
  for core in 0..<4 {
    files["/sys/devices/system/cpu/cpu\(core)/topology/thread_siblings_list"] = core < 2 ? "0-1\n" : "2-3\n"
  }
  let caches = [(0, "1", "Data", "32K", "0-1"), (3, "3", "Unified", "32M", "0-3")]
  for (index, level, type, size, sharers) in caches {
    let directory = "/sys/devices/system/cpu/cpu0/cache/index\(index)"
    files["\(directory)/level"] = level
    files["\(directory)/type"] = type
    files["\(directory)/size"] = size
    files["\(directory)/shared_cpu_list"] = sharers
  }
  return files
}()
