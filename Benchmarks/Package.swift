// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the suite does not depend on the harness of its micro-benchmarks.
let package = Package(
  name: "Benchmarks",
  // An exact version, so that two builds of one commit time the same way; Package.resolved is not committed.
  dependencies: [
    .package(name: "bench", path: ".."),
    .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "MicroBenchmarks",
      dependencies: [
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "Workbench", package: "bench"),
      ],
      path: "MicroBenchmarks",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ],
  swiftLanguageModes: [.v6]
)
