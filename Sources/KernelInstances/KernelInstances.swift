import Foundation
import PackagePlugin

/// Writes the files that compile the kernels for the instruction set of a target, one for each family: for the target
/// `KernelsAVX2` and the family `Direct` that is `extension AVX2Kernels: DirectKernels {}`.
///
/// Kernels are inlinable functions of another module. An edit of one changes nothing in the files that instantiate it,
/// so an incremental build would keep the old machine code. Each file therefore begins with a checksum of the sources
/// that it compiles: an edit changes it, and the families that have the edited file are compiled again.
@main struct KernelInstances: BuildToolPlugin {
  /// The folders of Sources/Kernels that a family compiles; what is in `Vectors` belongs to all.
  static let families = [
    "Depthwise": ["Depthwise", "Direct"],
    "Direct": ["Direct"],
    "FullyConnected": ["FullyConnected", "Direct"],
    "Layer": ["Layers"],
    "Stream": ["Streams"],
    "Winograd": ["Winograd"],
  ]

  /// The target that also says which sources all of this was built from.
  static let targetWithChecksum = "KernelsBaseline"

  /// Arguments: type, family, output, sources.
  private static let script = """
    type=$1 family=$2 output=$3; shift 3
    printf '// Checksum of the sources: %s\\nimport Kernels\\n\\nextension %s: %sKernels {}\\n' \
    "$(cat "$@" | cksum)" "$type" "$family" > "$output"
    """

  /// Arguments: output, sources.
  private static let checksumScript = """
    output=$1; shift
    printf '/// The checksum of what decides how a convolution runs: kernels and plans.\\npackage let sourcesChecksum = "%s"\\n' \
    "$(cat "$@" | cksum | tr ' ' -)" > "$output"
    """

  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let kernels = context.package.directoryURL.appending(path: "Sources/Kernels")
    let type = target.name.dropFirst("Kernels".count) + "Kernels"
    let instances: [Command] = try Self.families.sorted { $0.key < $1.key }.map { family, folders in
      let sources = try (["Vectors"] + folders).flatMap { folder in
        try FileManager.default.contentsOfDirectory(
          at: kernels.appending(path: folder), includingPropertiesForKeys: nil
        ).filter { $0.pathExtension == "swift" }.sorted { $0.path < $1.path }
      }
      let output = context.pluginWorkDirectoryURL.appending(path: "\(type)+\(family).swift")
      return .buildCommand(
        displayName: "Instantiating \(family) kernels for \(target.name)",
        executable: URL(filePath: "/bin/sh"),
        arguments: ["-c", Self.script, "sh", String(type), family, output.path] + sources.map(\.path),
        inputFiles: sources, outputFiles: [output])
    }
    return try instances + checksumCommands(context, target)
  }

  /// A plan that was measured with other kernels, or packs and blocks them otherwise, is out of date.
  private func checksumCommands(_ context: PluginContext, _ target: Target) throws -> [Command] {
    guard target.name == Self.targetWithChecksum else { return [] }
    let sources = try ["Kernels", "Convolution"].flatMap { folder in
      try swiftFiles(under: context.package.directoryURL.appending(path: "Sources/\(folder)"))
    }
    let output = context.pluginWorkDirectoryURL.appending(path: "SourcesChecksum.swift")
    return [
      .buildCommand(
        displayName: "Adding up the sources of the kernels", executable: URL(filePath: "/bin/sh"),
        arguments: ["-c", Self.checksumScript, "sh", output.path] + sources.map(\.path), inputFiles: sources,
        outputFiles: [output])
    ]
  }

  private func swiftFiles(under folder: URL) throws -> [URL] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }.sorted()
      .map { folder.appending(path: $0) }
  }
}
