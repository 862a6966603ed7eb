import Communication
import Foundation
import Measurement
import Networks
import Results

/// A program of one rank whose gradients are averaged with those of the others.
final class RankedProgram {
  let ranks: Ranks
  let program: Program
  let average: GradientAverage
  private let options: RankOptions
  /// Of all ranks.
  private let seats: [Seat]

  /// Gives every rank the parameters of rank 0.
  ///
  /// - Parameter program: allocated and filled, with a loss divided by the number of ranks
  /// - Throws: `SharedError`
  init(_ program: Program, among ranks: Ranks, seats: [Seat], _ options: RankOptions) throws {
    (self.ranks, self.program, self.seats, self.options) = (ranks, program, seats, options)
    average = try ranks.together {
      do { return try GradientAverage(of: program, among: ranks, bucketBytes: options.bucketBytes) } catch {
        throw Failure.failed("\(error)")
      }
    }
    for (_, tensor) in program.parameters {
      ranks.broadcast(UnsafeMutableRawBufferPointer(start: tensor.bytes, count: tensor.byteCount))
    }
    follow()
  }

  /// Lets the gradients of the steps that come be averaged, or not.
  func follow(_ isOn: Bool = true) {
    program.gradientFollower = isOn ? GradientFollower(program, average) : nil
  }

  /// Checks that all ranks have computed the same.
  ///
  /// - Parameter tensors: what has to be equal
  /// - Throws: `SharedError` with code 3
  func checkEquality(of name: String, _ tensors: [Tensor]) throws {
    var digest = Digest()
    for tensor in tensors { digest.add(UnsafeRawBufferPointer(start: tensor.bytes, count: tensor.byteCount)) }
    let all = ranks.gather(digest.text)
    guard let other = all.firstIndex(where: { $0 != all[0] }) else { return }
    throw SharedError(
      error: Failure(
        description: "The \(name) of rank \(other) (digest \(all[other])) are not those of rank 0 (\(all[0])) after "
          + "the last step, so the ranks have not trained one network; give them the same --isa.",
        status: ExitStatus.mismatch))
  }

  /// What the record says before anything is measured.
  var emptyRecord: RanksRecord {
    RanksRecord(
      library: ranks.communicator.library, bucketBytes: options.bucketBytes,
      buckets: average.bucketBytes.map { BucketRecord(bytes: $0) },
      gradientBytes: average.bytesPerStep, sharesCores: options.shareCores,
      ranks: seats.map { RankRecord(host: $0.host, cores: $0.cores, threads: $0.threads) })
  }

  /// Collects what all ranks have measured.
  ///
  /// - Parameter mine: the durations of this rank's timed steps, and those that took turns with them
  func record(_ mine: RankedSamples) -> RanksRecord {
    // An interrupted round may have left one more.
    let steps = average.steps.prefix(mine.together.count)
    var rank = emptyRecord.ranks[ranks.rank]
    rank.durations = mine.together
    rank.inFlight = steps.map(\.inFlight)
    rank.exposed = steps.map(\.exposed)
    rank.aloneDurations = mine.alone
    rank.separateDurations = mine.separate
    let texts = ranks.gather(encoded(rank))
    var record = emptyRecord
    record.ranks = texts.map(decoded)
    for (index, ready) in average.readyTimes.enumerated() where !mine.together.isEmpty {
      record.buckets[index].ready = ready
    }
    return record
  }
}

/// The durations of the timed steps of a rank, in seconds.
struct RankedSamples {
  var together: [Double]
  /// Steps without the other ranks; nil on other ranks than 0, and where the scaling was not measured.
  var alone: [Double]?
  /// Steps beside the other ranks, without communication.
  var separate: [Double]?
}

/// Ranks send each other text of JSON, which every one of them has written itself.
func encoded(_ value: some Encodable) -> String {
  guard let data = try? JSONEncoder().encode(value) else { preconditionFailure("numbers and names have a JSON text") }
  return String(decoding: data, as: UTF8.self)
}

func decoded<Value: Decodable>(_ text: String) -> Value {
  guard let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8)) else {
    preconditionFailure("all ranks run one program")
  }
  return value
}
