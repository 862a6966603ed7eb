import Glibc
import Synchronization

/// The functions of the library that are called, with the types of `cblas.h`.
struct OpenBLASLibrary: Sendable {
  typealias Text = @convention(c) () -> UnsafePointer<CChar>
  typealias SetThreads = @convention(c) (Int32) -> Void
  typealias GEMM =
    @convention(c) (
      Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32, UnsafePointer<Float>, Int32, Float,
      UnsafeMutablePointer<Float>, Int32
    ) -> Void
  typealias GEMV =
    @convention(c) (
      Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32, UnsafePointer<Float>, Int32, Float,
      UnsafeMutablePointer<Float>, Int32
    ) -> Void

  /// The values of CBLAS's enumerations.
  static let (rowMajor, plain, transposed): (Int32, Int32, Int32) = (101, 111, 112)
  /// What Debian, Fedora and others install, in the order of preference.
  static let names = ["libopenblas.so.0", "libopenblas.so"]
  /// With more than one thread the library starts threads of its own as soon as it is loaded. They would loop for ever
  /// where memory is short, and its handler at exit waits for them.
  private static let threadVariable = "OPENBLAS_NUM_THREADS"

  let configuration: String
  let core: String
  let setThreads: SetThreads
  let sgemm: GEMM
  let sgemv: GEMV

  /// Nil where the system has no such library.
  init?() {
    let before = getenv(Self.threadVariable).map { String(cString: $0) }
    setenv(Self.threadVariable, "1", 1)
    let handle = Self.names.lazy.compactMap { dlopen($0, RTLD_NOW | RTLD_LOCAL) }.first
    if let before { setenv(Self.threadVariable, before, 1) } else { unsetenv(Self.threadVariable) }
    guard let handle, let configuration = dlsym(handle, "openblas_get_config"),
      let core = dlsym(handle, "openblas_get_corename"), let threads = dlsym(handle, "openblas_set_num_threads"),
      let sgemm = dlsym(handle, "cblas_sgemm"), let sgemv = dlsym(handle, "cblas_sgemv")
    else { return nil }
    self.configuration = String(cString: unsafeBitCast(configuration, to: Text.self)())
    self.core = String(cString: unsafeBitCast(core, to: Text.self)())
    setThreads = unsafeBitCast(threads, to: SetThreads.self)
    self.sgemm = unsafeBitCast(sgemm, to: GEMM.self)
    self.sgemv = unsafeBitCast(sgemv, to: GEMV.self)
    setThreads(Int32(OpenBLAS.threads))
  }
}

/// Whether something has happened, for all threads.
final class LoadedOnce: Sendable {
  private let value = Atomic<Bool>(false)
  var isSet: Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}
