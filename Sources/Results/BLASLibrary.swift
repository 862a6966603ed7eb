/// The BLAS library that was used, in its own description.
package struct BLASLibrary: Codable, Equatable, Sendable {
  package var version: String
  /// The core whose kernels it uses, such as `SkylakeX`.
  package var core: String
  package var threads: Int

  package init(version: String, core: String, threads: Int) {
    self.version = version
    self.core = core
    self.threads = threads
  }
}
