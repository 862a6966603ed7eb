/// The machine in the view of this process. A value that could not be read is nil, or `null` in JSON.
package struct Machine: Codable, Equatable, Sendable {
  @OrNull package var cpuModel: String?
  @OrNull package var cpuVendor: String?
  @OrNull package var cpuFamily: String?
  @OrNull package var cpuModelNumber: String?
  @OrNull package var stepping: String?
  @OrNull package var microcode: String?
  /// The vector extensions that the processor and the kernel offer, sorted.
  package var vectorFlags: [String] = []
  @OrNull package var logicalCores: Int?
  @OrNull package var physicalCores: Int?
  /// Whether a core runs more than one hardware thread.
  @OrNull package var smt: Bool?
  /// The number of cores that this process may use, by its affinity and its cgroup quota.
  package var availableCores: Int
  package var caches: [Cache] = []
  @OrNull package var numaNodes: Int?
  @OrNull package var memoryBytes: Int?
  /// The bytes that could be allocated when the run began, by free memory and cgroup limit.
  @OrNull package var availableMemoryBytes: Int?
  /// The CPU quota in cores, such as 1.5; nil where there is none.
  @OrNull package var cgroupCPUQuota: Double?
  @OrNull package var kernel: String?
  /// `none` on bare metal.
  @OrNull package var hypervisor: String?
  /// The frequency governor, or `unknown`.
  package var governor = "unknown"
  /// `on`, `off` or `unknown`.
  package var turbo = "unknown"
  /// `always`, `madvise` or `never`.
  @OrNull package var transparentHugePages: String?

  package init(availableCores: Int) { self.availableCores = availableCores }

  enum CodingKeys: String, CodingKey {
    case stepping, microcode, smt, caches, kernel, hypervisor, governor, turbo
    case cpuModel = "cpu_model"
    case cpuVendor = "cpu_vendor"
    case cpuFamily = "cpu_family"
    case cpuModelNumber = "cpu_model_number"
    case vectorFlags = "vector_flags"
    case logicalCores = "logical_cores"
    case physicalCores = "physical_cores"
    case availableCores = "available_cores"
    case numaNodes = "numa_nodes"
    case memoryBytes = "memory_bytes"
    case availableMemoryBytes = "available_memory_bytes"
    case cgroupCPUQuota = "cgroup_cpu_quota_cores"
    case transparentHugePages = "transparent_huge_pages"
  }
}
