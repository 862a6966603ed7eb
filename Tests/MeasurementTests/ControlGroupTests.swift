import Testing

@testable import Measurement

@Suite struct ControlGroupTests {
  static let version2 = [
    "/proc/self/cgroup": "0::/user.slice/job\n",
    "/proc/self/mountinfo": "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
  ]
  static let version1 = [
    "/proc/self/cgroup": "5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n0::/\n",
    "/proc/self/mountinfo": """
    30 25 0:27 / / rw - ext4 /dev/vda rw
    31 25 0:28 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct
    32 25 0:29 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory

    """,
  ]

  @Test func version2TakesTheTightestOfTheHierarchy() {
    let files = Self.version2.merging([
      "/sys/fs/cgroup/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/user.slice/cpu.max": "150000 100000\n",
      "/sys/fs/cgroup/user.slice/job/cpu.max": "800000 100000\n",
      "/sys/fs/cgroup/user.slice/memory.max": "4096000\n",
      "/sys/fs/cgroup/user.slice/memory.current": "1096000\n",
      "/sys/fs/cgroup/user.slice/job/memory.max": "max\n",
      "/sys/fs/cgroup/user.slice/job/memory.current": "5\n",
    ]) { $1 }
    let group = ControlGroup(files: SystemFiles(files))
    #expect(group.cpuQuota == 1.5)
    #expect(group.availableMemory == 3_000_000)
  }

  @Test func filePagesThatCanBeDroppedAreNoUse() {
    let files = Self.version2.merging([
      "/sys/fs/cgroup/user.slice/job/memory.max": "1000",
      "/sys/fs/cgroup/user.slice/job/memory.current": "900",
      "/sys/fs/cgroup/user.slice/job/memory.stat": "anon 300\nactive_file 100\ninactive_file 500\n",
    ]) { $1 }
    #expect(ControlGroup(files: SystemFiles(files)).availableMemory == 600)
  }

  /// In a container the mount shows only its own group, but /proc names the host's path.
  @Test func version1StripsTheRootOfItsMount() {
    let files = Self.version1.merging([
      "/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us": "250000\n",
      "/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "2000\n",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "1500\n",
      "/sys/fs/cgroup/memory/memory.stat": "total_inactive_file 100\n",
    ]) { $1 }
    let group = ControlGroup(files: SystemFiles(files))
    #expect(group.cpuQuota == 2.5)
    #expect(group.availableMemory == 600)
  }

  @Test func noLimitsAreNil() {
    for files in [[:], Self.version1, Self.version2] {
      let group = ControlGroup(files: SystemFiles(files))
      #expect(group.cpuQuota == nil)
      #expect(group.availableMemory == nil)
    }
  }

  @Test func quotaIsRoundedUpAndAtLeastOneCore() {
    func cores(quota: String, allowed: String, online: String = "0-7") -> Int {
      AvailableCores.count(
        SystemFiles(
          Self.version2.merging([
            "/sys/fs/cgroup/cpu.max": quota, "/sys/devices/system/cpu/online": online,
            "/proc/self/status": "Cpus_allowed:\tff\nCpus_allowed_list:\t\(allowed)\n",
          ]) { $1 }))
    }
    #expect(cores(quota: "150000 100000", allowed: "0-7") == 2)
    #expect(cores(quota: "10000 100000", allowed: "0-7") == 1)
    #expect(cores(quota: "max 100000", allowed: "0-1,5") == 3)
    #expect(cores(quota: "900000 100000", allowed: "3") == 1)
    // The affinity mask may contain cores that are switched off.
    #expect(cores(quota: "max 100000", allowed: "0-63", online: "0-3") == 4)
  }

  @Test func memoryIsTheLesserOfKernelAndGroup() {
    let meminfo = "MemTotal:       24684092 kB\nMemFree:        1 kB\nMemAvailable:   1000 kB\n"
    func bytes(limit: String) -> Int? {
      AvailableMemory.bytes(
        SystemFiles(
          Self.version2.merging([
            "/proc/meminfo": meminfo, "/sys/fs/cgroup/memory.max": limit, "/sys/fs/cgroup/memory.current": "0",
          ]) { $1 }))
    }
    #expect(bytes(limit: "max") == 1_024_000)
    #expect(bytes(limit: "4096") == 4096)
    #expect(bytes(limit: "9000000000") == 1_024_000)
    #expect(AvailableMemory.bytes(SystemFiles([:])) == nil)
  }

  @Test func thisMachineHasCoresAndMemory() throws {
    #expect(AvailableCores.count() >= 1)
    #expect(try #require(AvailableMemory.bytes()) > 1 << 20)
  }
}
