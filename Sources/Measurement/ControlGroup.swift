/// The control groups, versions 1 and 2, whose limits hold for this process.
struct ControlGroup {
  /// A controller, which has files of its own.
  enum Controller: String {
    case cpu, memory
  }

  let files: SystemFiles

  /// The tightest CPU quota in cores, such as 1.5; nil where there is none.
  var cpuQuota: Double? {
    directories(of: .cpu).compactMap { directory in
      if let limit = files.word("\(directory)/cpu.max") { return Self.ratio(limit.split(separator: " ")) }
      guard let quota = files.word("\(directory)/cpu.cfs_quota_us"),
        let period = files.word("\(directory)/cpu.cfs_period_us")
      else { return nil }
      return Self.ratio([quota[...], period[...]])
    }.min()
  }

  /// Whether this process is in a group that could have a quota.
  var limitsProcessors: Bool { !directories(of: .cpu).isEmpty }

  /// The smallest distance of any group's memory limit from its use, in bytes; nil where nothing is limited.
  ///
  /// File pages that the kernel can drop at once (`inactive_file`) do not count as use.
  var availableMemory: Int? {
    directories(of: .memory).compactMap { directory in
      let version2 = files.word("\(directory)/memory.max") != nil
      let limit = files.integer("\(directory)/\(version2 ? "memory.max" : "memory.limit_in_bytes")")
      let usage = files.integer("\(directory)/\(version2 ? "memory.current" : "memory.usage_in_bytes")")
      guard let limit, let usage else { return nil }
      let name = version2 ? "inactive_file" : "total_inactive_file"
      let droppable = files.field(name, in: "\(directory)/memory.stat").flatMap { Int($0) } ?? 0
      return max(limit - max(usage - droppable, 0), 0)
    }.min()
  }

  /// The number of periods in which the quota has paused a group, the largest of all groups; nil where no group counts
  /// them.
  var throttledPeriods: Int? {
    directories(of: .cpu).compactMap { files.field("nr_throttled", in: "\($0)/cpu.stat").flatMap { Int($0) } }.max()
  }

  /// Quota over period; nil for `max` and for -1, which both mean no quota.
  private static func ratio(_ parts: [Substring]) -> Double? {
    guard parts.count == 2, let quota = Double(parts[0]), let period = Double(parts[1]), quota > 0, period > 0 else {
      return nil
    }
    return quota / period
  }

  /// The directories of this process's groups and of all groups above them.
  private func directories(of controller: Controller) -> [String] {
    let groups = files.text("/proc/self/cgroup") ?? ""
    let mounts = files.text("/proc/self/mountinfo") ?? ""
    return mounts.split(separator: "\n").flatMap { line -> [String] in
      guard let mount = Mount(line), let path = mount.group(of: controller, in: groups) else { return [] }
      return mount.ancestors(of: path)
    }
  }
}

/// One line of /proc/self/mountinfo that mounts a hierarchy of control groups.
private struct Mount {
  let root: String
  let point: String
  let isVersion2: Bool
  let options: [Substring]

  init?(_ line: Substring) {
    let fields = line.split(separator: " ")
    guard let dash = fields.firstIndex(of: "-"), dash >= 5, fields.count > dash + 3 else { return nil }
    let type = fields[dash + 1]
    guard type == "cgroup" || type == "cgroup2" else { return nil }
    root = String(fields[3])
    point = String(fields[4])
    isVersion2 = type == "cgroup2"
    options = fields[dash + 3].split(separator: ",")
  }

  /// The path of the process's group in this hierarchy, from lines such as `4:memory:/user` and `0::/user`.
  func group(of controller: ControlGroup.Controller, in groups: String) -> String? {
    for line in groups.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let name = Substring(controller.rawValue)
      let isOurs =
        isVersion2 ? parts[1].isEmpty : options.contains(name) && parts[1].split(separator: ",").contains(name)
      if isOurs { return String(parts[2]) }
    }
    return nil
  }

  /// The directories from the mount point down to `path`. In a container the path may be the host's, which the mount
  /// does not show; then only the mount point counts.
  func ancestors(of path: String) -> [String] {
    let relative = root != "/" && path.hasPrefix(root) ? path.dropFirst(root.count) : path[...]
    var names = relative.split(separator: "/")
    if names.contains("..") { names = [] }
    return (0...names.count).map { ([point] + names.prefix($0).map(String.init)).joined(separator: "/") }
  }
}
