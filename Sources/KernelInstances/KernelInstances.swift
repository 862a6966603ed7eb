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

  /// Arguments: type, family, output, sources.
  private static let script = """
    type=$1 family=$2 output=$3; shift 3
    printf '// Checksum of the sources: %s\\nimport Kernels\\n\\nextension %s: %sKernels {}\\n' \
    "$(cat "$@" | cksum)" "$type" "$family" > "$output"
    """

  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let kernels = context.package.directoryURL.appending(path: "Sources/Kernels")
    let type = target.name.dropFirst("Kernels".count) + "Kernels"
    return try Self.families.sorted { $0.key < $1.key }.map { family, folders in
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
  }
}
