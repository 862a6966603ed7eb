/// The operations that connect the processes of a run. All processes call them in the same order, and nobody touches
/// the memory of an operation before it is complete.
///
/// A failure ends the run: there is no way on for a process whose others wait for it.
package protocol Communicator: AnyObject {
  /// The number of this process, from 0.
  var rank: Int { get }
  /// The processes, called ranks.
  var count: Int { get }
  /// The name and version of the library.
  var library: String { get }

  /// Replaces `values` by their sums over all ranks, which come out the same on each.
  func sum(_ values: UnsafeMutableBufferPointer<Float>) -> CommunicationRequest
  /// Replaces `values` by their maxima over all ranks.
  func maximum(_ values: UnsafeMutableBufferPointer<Double>) -> CommunicationRequest
  /// Replaces `bytes` by those of rank 0.
  func broadcast(_ bytes: UnsafeMutableRawBufferPointer) -> CommunicationRequest
  /// Collects `bytes`, as many on each rank, in `all`, by rank.
  func gather(_ bytes: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer) -> CommunicationRequest

  /// Lets every operation make progress, and says whether this one is complete.
  func isComplete(_ request: inout CommunicationRequest) -> Bool

  /// Leaves the other ranks in order. Nothing may be called afterwards.
  func leave()
  /// Ends all ranks with an exit code.
  func abort(_ status: Int32) -> Never
}

/// An operation that has been started.
package struct CommunicationRequest {
  package var word: UInt64

  package init(word: UInt64) { self.word = word }
}
