import Foundation

/// What `bench machine --format json` prints.
package struct MachineFile: Codable, Equatable, Sendable {
  package let schema: Int
  package var context: Context
  /// The bounds at one thread and at all threads.
  package var bounds: [MachineBounds]
  /// The multiply-add peak of each instruction set that the processor has, at the same thread counts.
  package var fmaPeaks: [FMAPeak]

  package init(context: Context, bounds: [MachineBounds], fmaPeaks: [FMAPeak]) {
    schema = ResultFile.schema
    self.context = context
    self.bounds = bounds
    self.fmaPeaks = fmaPeaks
  }

  /// Sorted keys, a newline at the end.
  /// - Throws: `ResultsError.notFinite` where a number is NaN or infinite, which JSON cannot say.
  package func json() throws(ResultsError) -> Data { try ResultJSON.encode(self) }

  /// - Parameter path: where `json` comes from, for the sentence of an error.
  package init(json: Data, path: String) throws(ResultsError) { self = try ResultJSON.decode(json, path: path) }

  enum CodingKeys: String, CodingKey {
    case schema, context, bounds
    case fmaPeaks = "fma_peaks"
  }
}

/// The multiply-add peak of an instruction set on some threads.
package struct FMAPeak: Codable, Equatable, Sendable {
  package var instructionSet: String
  package var threads: Int
  /// FLOP/s in single precision; a multiply-add counts as two operations.
  package var rate: Double
  /// Seconds since the beginning of 1970, UTC.
  package var measuredAt: Int64

  package init(instructionSet: String, threads: Int, rate: Double, measuredAt: Int64) {
    self.instructionSet = instructionSet
    self.threads = threads
    self.rate = rate
    self.measuredAt = measuredAt
  }

  enum CodingKeys: String, CodingKey {
    case threads
    case instructionSet = "instruction_set"
    case rate = "fma_peak_flops_per_s"
    case measuredAt = "measured_at_unix_s"
  }
}
