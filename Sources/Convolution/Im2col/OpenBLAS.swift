import Glibc

/// The BLAS library. It is loaded when somebody asks for it, because it starts threads and reserves memory as soon as it
/// is there, which a command without im2col would pay for in vain.
package enum OpenBLAS {
  /// Nil where the library is not there; see `reasonUnavailable`.
  package static var version: String? {
    library?.configuration.split(separator: " ").dropFirst().first.map(String.init)
  }
  /// The kernels that it chose or was told to use (`OPENBLAS_CORETYPE`), e.g. `Haswell`.
  package static var core: String? { library?.core }

  /// Threads of its own in one call: each worker calls it for itself.
  package static let threads = 1

  /// Whether somebody has asked for it in this process, and it was there.
  package static var isLoaded: Bool { loaded.isSet && library != nil }

  /// Why im2col cannot call it, as a sentence, or nil.
  package static var reasonUnavailable: String? {
    // Where the address space is short, the library itself may have found no place.
    let isLoaded = library != nil
    guard hasMemory else {
      return
        "im2col needs \(reservedBytes >> 20) MiB of address space for OpenBLAS, which the limit of this process does not "
        + "leave; raise `ulimit -v`."
    }
    return isLoaded
      ? nil
      : "im2col needs OpenBLAS (\(OpenBLASLibrary.names[0])), which cannot be loaded here; install it, on Debian with "
        + "apt-get install libopenblas-dev."
  }

  /// What every thread reserves in its first call. OpenBLAS tries for ever where the system refuses it.
  private static let bufferBytes = 160 << 20

  /// What the threads of all processors reserve.
  private static var reservedBytes: Int { bufferBytes * max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1) }

  /// Whether the system grants that. It does where nothing limits the address space.
  private static var hasMemory: Bool {
    var limit = rlimit()
    guard getrlimit(Int32(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < rlim_t.max / 2 else { return true }
    let memory = mmap(nil, reservedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let memory, memory != MAP_FAILED else { return false }
    munmap(memory, reservedBytes)
    return true
  }

  /// Sets how many threads of its own a call uses, for who measures the library by itself.
  package static func use(threads: Int) { library?.setThreads(Int32(threads)) }

  static let loaded = LoadedOnce()
  static let library: OpenBLASLibrary? = {
    loaded.set()
    return OpenBLASLibrary()
  }()
}

/// A matrix in row-major order, or part of one.
package struct Matrix {
  package var base: UnsafeMutablePointer<Float>
  /// Floats from one row to the next.
  package var stride: Int
  package var transposed = false

  package init(base: UnsafeMutablePointer<Float>, stride: Int, transposed: Bool = false) {
    (self.base, self.stride, self.transposed) = (base, stride, transposed)
  }
}

/// c = a * b, or c += a * b: [rows, depth] x [depth, columns] on the calling thread.
package func multiply(
  _ a: Matrix, _ b: Matrix, into c: Matrix, rows: Int, columns: Int, depth: Int, accumulate: Bool = false
) {
  guard let library = OpenBLAS.library else { fatalError("a plan of im2col was made without OpenBLAS") }
  let beta: Float = accumulate ? 1 : 0
  if rows == 1, !a.transposed {
    // A product of one row is bound by memory: sgemm would copy all of b first.
    library.sgemv(
      OpenBLASLibrary.rowMajor, b.transposed ? OpenBLASLibrary.plain : OpenBLASLibrary.transposed,
      Int32(b.transposed ? columns : depth), Int32(b.transposed ? depth : columns), 1, b.base, Int32(b.stride), a.base,
      1, beta, c.base, 1)
  } else {
    library.sgemm(
      OpenBLASLibrary.rowMajor, a.transposed ? OpenBLASLibrary.transposed : OpenBLASLibrary.plain,
      b.transposed ? OpenBLASLibrary.transposed : OpenBLASLibrary.plain, Int32(rows), Int32(columns), Int32(depth), 1,
      a.base, Int32(a.stride), b.base, Int32(b.stride), beta, c.base, Int32(c.stride))
  }
}
