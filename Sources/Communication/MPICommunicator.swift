#if MPI
  import CMPI
  import Glibc

  /// The processes that an MPI launcher has started.
  package final class MPICommunicator: Communicator {
    package let rank: Int
    package let count: Int

    /// Joins the others. Only the thread that did may call the communicator.
    package init() {
      var (rank, count): (Int32, Int32) = (0, 0)
      let error = cmpi_join(&rank, &count)
      (self.rank, self.count) = (Int(rank), Int(count))
      check(error)
    }

    package var library: String {
      let text = Self.text(cmpi_library)
      // Open MPI goes on with the host on which it was built.
      return String(text.prefix { $0 != "," && $0 != "\n" })
    }

    package func sum(_ values: UnsafeMutableBufferPointer<Float>) -> CommunicationRequest {
      start { cmpi_sum(values.baseAddress, Int32(values.count), &$0) }
    }

    package func maximum(_ values: UnsafeMutableBufferPointer<Double>) -> CommunicationRequest {
      start { cmpi_maximum(values.baseAddress, Int32(values.count), &$0) }
    }

    package func broadcast(_ bytes: UnsafeMutableRawBufferPointer) -> CommunicationRequest {
      start { cmpi_broadcast(bytes.baseAddress, Int32(bytes.count), 0, &$0) }
    }

    package func gather(
      _ bytes: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer
    ) -> CommunicationRequest {
      start { cmpi_gather(bytes.baseAddress, all.baseAddress, Int32(bytes.count), &$0) }
    }

    package func isComplete(_ request: inout CommunicationRequest) -> Bool {
      var (handle, isComplete) = (cmpi_request(word: request.word), Int32(0))
      check(cmpi_test(&handle, &isComplete))
      request.word = handle.word
      return isComplete != 0
    }

    package func leave() { _ = cmpi_leave() }

    package func abort(_ status: Int32) -> Never {
      cmpi_abort(status)
      _exit(status)
    }

    private func start(_ operation: (inout cmpi_request) -> Int32) -> CommunicationRequest {
      var handle = cmpi_request()
      check(operation(&handle))
      return CommunicationRequest(word: handle.word)
    }

    private func check(_ error: Int32) {
      guard error != 0 else { return }
      say("Error: Rank \(rank): \(Self.text { cmpi_describe(error, $0, $1) }).")
      abort(1)
    }

    private static func text(_ write: (UnsafeMutablePointer<CChar>, Int) -> Void) -> String {
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 8192) { buffer in
        write(buffer.baseAddress!, buffer.count)
        return String(cString: buffer.baseAddress!)
      }
    }
  }
#endif
