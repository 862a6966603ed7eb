// swift-tools-version: 6.2
import PackageDescription

/// Timed code is optimised in debug builds too, so `swift run bench` measures what `-c release` measures.
let timed: SwiftSetting = .unsafeFlags(["-Ounchecked"])
let timedC: CSetting = .unsafeFlags(["-O2"])

/// A target that compiles the kernels for one instruction set.
///
/// Clang flags select it: Swift has no spelling of its own for it. On other processors these kernels are compiled for
/// what there is, and never chosen.
///
/// Three passes of Swift's optimiser ask of every vector instruction whether it may touch any of a tile's accumulators,
/// which took 30 of 48 CPU seconds for the direct family with AVX-512; LLVM does the same work again at once.
func kernels(_ name: String, _ flags: String...) -> Target {
  let withoutPasses = ["redundant-load-elimination", "dead-store-elimination", "licm"].flatMap {
    ["-Xllvm", "-sil-disable-pass=\($0)"]
  }
  var settings = [timed, .unsafeFlags(withoutPasses)]
  #if arch(x86_64)
    settings.append(.unsafeFlags(flags.flatMap { ["-Xcc", $0] }))
  #endif
  return .target(name: name, dependencies: ["Kernels"], swiftSettings: settings, plugins: ["KernelInstances"])
}

// Arrow order: a target depends only on targets above it. `scripts/check-imports` holds the sources to it.
let package = Package(
  name: "bench",
  products: [
    .executable(name: "bench", targets: ["bench"]),
    // For Benchmarks/, a package of its own.
    .library(name: "Workbench", targets: ["Workbench"]),
  ],
  traits: [.trait(name: "MPI", description: "Training steps on many processes, by `mpirun`; needs an MPI library.")],
  // Exact versions: two builds of one commit must time the same program. Package.resolved would pin them too, but only
  // for who builds this package itself; it is not committed.
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
  ],
  targets: [
    // The interface of back ends in shared libraries, one header that depends on nothing.
    .target(name: "CBenchBackend"),
    .target(name: "CVector"),
    .target(name: "CClosure", cSettings: [timedC]),
    .target(name: "CCounters", cSettings: [timedC]),
    .target(name: "CAllocationCount", cSettings: [timedC], linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "CTicks", cSettings: [timedC]),
    .target(name: "CGuard", cSettings: [timedC]),
    .target(name: "CImageFiles", cSettings: [timedC], linkerSettings: [.linkedLibrary("dl")]),
    .systemLibrary(
      name: "CGPerfTools", pkgConfig: "libprofiler", providers: [.apt(["libgoogle-perftools-dev"])]),
    // Both are empty, and nothing is asked of the system, without the trait.
    .systemLibrary(name: "CSystemMPI", pkgConfig: "mpi-c", providers: [.apt(["libopenmpi-dev"])]),
    .target(
      name: "CMPI", dependencies: [.target(name: "CSystemMPI", condition: .when(traits: ["MPI"]))],
      cSettings: [timedC, .define("CMPI_WITH_MPI", .when(traits: ["MPI"]))]),

    .target(name: "Terms"),

    .target(name: "Kernels", dependencies: ["CVector"], swiftSettings: [timed]),
    .plugin(name: "KernelInstances", capability: .buildTool(), path: "Sources/KernelInstances"),
    kernels("KernelsBaseline"),
    kernels("KernelsAVX2", "-mavx2", "-mfma"),
    kernels(
      "KernelsAVX512", "-mavx512f", "-mavx512vl", "-mavx512bw", "-mavx512dq", "-mfma", "-mavx2",
      "-mprefer-vector-width=512"),

    .target(
      name: "Tensors", dependencies: ["Terms", .product(name: "RealModule", package: "swift-numerics")],
      swiftSettings: [timed]),
    .target(
      name: "Statistics", dependencies: [.product(name: "RealModule", package: "swift-numerics")],
      swiftSettings: [.unsafeFlags(["-O"])]),
    .target(name: "Results", dependencies: ["Terms"]),
    // Below Measurement, which writes profiles, and Analysis, which shows them.
    .target(name: "Profiles"),

    .target(name: "Threads", dependencies: ["CClosure", "CVector", "Terms"], swiftSettings: [timed]),
    .target(
      name: "Convolution",
      dependencies: [
        "CBenchBackend", "CGuard", "CVector", "Kernels", "KernelsBaseline", "KernelsAVX2", "KernelsAVX512",
        "Tensors", "Terms", "Threads",
      ],
      swiftSettings: [timed]),
    .target(
      name: "Networks",
      dependencies: [
        "Convolution", "Kernels", "Tensors", "Terms", "Threads",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: [timed]),

    // It reads files of others, so nothing in it is unchecked.
    .target(
      name: "ONNX", dependencies: ["Convolution", "Kernels", "Networks", "Tensors"],
      swiftSettings: [.unsafeFlags(["-O"])]),
    // Not below Measurement: what times a step knows no training. It reads files of others, too.
    .target(
      name: "Training",
      dependencies: ["CImageFiles", "Kernels", "Networks", "Results", "Tensors", "Terms", "Threads"],
      swiftSettings: [.unsafeFlags(["-O"])]),

    // Beside Training: what times a step does not know that other processes take part.
    .target(
      name: "Communication",
      dependencies: [.target(name: "CMPI", condition: .when(traits: ["MPI"])), "Networks", "Tensors", "Terms"],
      swiftSettings: [timed]),

    .target(
      name: "Measurement",
      dependencies: [
        "CAllocationCount", "CCounters", "CGPerfTools", "CTicks", "Profiles", "Results", "Statistics", "Terms",
      ],
      swiftSettings: [.unsafeFlags(["-O"])]),
    .target(
      name: "Analysis",
      dependencies: [
        "Profiles", "Results", "Statistics", "Terms", .product(name: "RealModule", package: "swift-numerics"),
      ]),
    .target(name: "Gate", dependencies: ["Analysis", "Measurement", "Results", "Statistics", "Terms"]),

    .target(
      name: "Workbench",
      dependencies: ["Convolution", "Kernels", "Measurement", "Networks", "Tensors", "Terms", "Threads"],
      swiftSettings: [timed]),
    .executableTarget(
      name: "bench",
      dependencies: [
        "Analysis", "Communication", "Convolution", "Gate", "Kernels", "Measurement", "Networks", "ONNX", "Profiles",
        "Results", "Statistics", "Tensors", "Terms", "Threads", "Training",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    .target(
      name: "TestSupport", dependencies: ["Convolution", "Kernels", "Tensors", "Terms", "Threads"],
      path: "Tests/TestSupport"),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport"]),
    .testTarget(
      name: "StatisticsTests", dependencies: ["Statistics"], resources: [.copy("Fixtures")]),
    .testTarget(name: "ResultsTests", dependencies: ["Results", "Terms", "TestSupport"]),
    .testTarget(name: "ProfilesTests", dependencies: ["Profiles", "Threads", "TestSupport"]),
    .testTarget(name: "ThreadsTests", dependencies: ["Terms", "Threads"]),
    .testTarget(
      name: "ConvolutionTests",
      dependencies: ["CBenchBackend", "Convolution", "Kernels", "Tensors", "Terms", "Threads"]),
    .testTarget(
      name: "NetworksTests",
      dependencies: [
        "CAllocationCount", "Networks", "Convolution", "Kernels", "Tensors", "Terms", "TestSupport", "Threads",
      ]),
    .testTarget(
      name: "ONNXTests", dependencies: ["CAllocationCount", "Convolution", "Networks", "ONNX", "TestSupport"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: ["Convolution", "Networks", "Tensors", "Terms", "TestSupport", "Threads", "Training"]),
    // The program of tests by mpirun, and what it has in common with those by threads.
    .target(
      name: "RankTestSupport",
      dependencies: ["Communication", "Convolution", "Networks", "Tensors", "Terms", "Threads"],
      path: "Tests/RankTestSupport", swiftSettings: [.unsafeFlags(["-O"])]),
    .executableTarget(
      name: "RankCheck", dependencies: ["Communication", "RankTestSupport"], path: "Tests/RankCheck"),
    .testTarget(
      name: "CommunicationTests",
      dependencies: ["Analysis", "Communication", "Networks", "RankTestSupport", "Results", "TestSupport"]),
    .testTarget(
      name: "MeasurementTests",
      dependencies: ["CCounters", "Measurement", "Profiles", "Results", "Statistics", "Terms", "TestSupport"]),
    // The program of scripts/gate-simulation; its tests are among those of Analysis.
    .executableTarget(
      name: "GateSimulation",
      dependencies: [
        "Analysis", "Results", "Statistics", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      path: "Tests/GateSimulation", swiftSettings: [.unsafeFlags(["-O"])]),
    .testTarget(
      name: "AnalysisTests",
      dependencies: ["Analysis", "GateSimulation", "Profiles", "Results", "Statistics", "Terms", "TestSupport"],
      exclude: ["Golden"]),
    .testTarget(name: "GateTests", dependencies: ["Gate", "Results", "Terms"]),
    .testTarget(
      name: "FuzzTests",
      dependencies: [
        "CAllocationCount", "CBenchBackend", "Analysis", "Convolution", "Gate", "Profiles", "Results", "Statistics",
        "Tensors", "Terms", "TestSupport", "Training",
      ],
      exclude: ["Corpus"]),
    .testTarget(
      name: "benchTests",
      dependencies: [
        "bench", "Analysis", "Convolution", "Measurement", "Networks", "Profiles", "Results", "Statistics", "Tensors",
        "Terms", "TestSupport", "Threads", "Training",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
