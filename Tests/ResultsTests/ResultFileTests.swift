import Foundation
import Testing

@testable import Results

@Suite struct ResultFileTests {
  @Test func roundTripsExactly() throws {
    #expect(try ResultFile(json: full.json(), path: "x") == full)
  }

  @Test func keysAreSnakeCaseSortedAndAllThere() throws {
    let json = try full.json()
    let text = String(decoding: json, as: UTF8.self)
    #expect(text.hasSuffix("}\n"))
    let object = try #require(JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(object.keys.sorted() == ["context", "records", "schema"])
    let records = try #require(object["records"] as? [[String: Any]])
    #expect(
      records[1].keys.sorted() == [
        "backend", "batch_size", "burn_in_durations_s", "durations_s", "flop_per_step", "flushes_denormals",
        "huge_pages_advised", "image_size", "instruction_set", "layers", "max_time_s", "model", "pass",
        "peak_flops_per_s", "peak_rss_bytes", "predicted_bytes", "prepare_s", "protocol", "requested_batches",
        "requested_burn_in", "seed", "stopped_early", "threads", "verification", "workspace_bytes",
      ])
    // An unknown value is written as null, not left out.
    #expect(records[1]["stopped_early"] is NSNull)
    #expect(records[0]["stopped_early"] as? String == "max-time")
    #expect(records[0]["pass"] as? String == "forward-backward")
    for key in keys(object) {
      // The names of environment variables are data and have no fixed form.
      #expect(key.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" } || key == "OPENBLAS_CORETYPE")
    }
    let keys = ["schema\"", "records\"", "batch_size\"", "burn_in_durations_s\"", "seed\""]
    let positions = keys.map { key in text.range(of: "\"" + key)!.lowerBound }
    // The keys are sorted: context, records, schema, and in the first record batch_size, ..., seed.
    #expect(positions[1..<5].elementsEqual(positions[1..<5].sorted()) && positions[0] > positions[4])
  }

  @Test func notJSONIsSaid() {
    expectError(.notJSON(path: "x.json", reason: ""), reading: "{\"schema\": 1,")
    expectError(.notJSON(path: "x.json", reason: ""), reading: "")
    expectError(.notJSON(path: "x.json", reason: ""), reading: "PNG \u{0}")
  }

  @Test func otherSchemaIsSaidBeforeAnythingElse() {
    expectError(.wrongSchema(path: "x.json", found: 99), reading: "{\"schema\": 99, \"records\": 3}")
    expectError(.missingKey(path: "x.json", key: "schema"), reading: "{\"records\": []}")
  }

  @Test(arguments: ["threads", "stopped_early", "durations_s", "protocol"])
  func missingKeyIsNamed(_ key: String) throws {
    let text = try edited { records in records[1].removeValue(forKey: key) }
    expectError(.missingKey(path: "x.json", key: "records[1].\(key)"), reading: text)
  }

  /// These keys were added after the first files were written.
  @Test func olderFilesAreRead() throws {
    let text = try edited { records in
      for key in ["memory_bandwidth_bytes_per_s", "huge_page_bytes"] { records[0].removeValue(forKey: key) }
      var layers = records[0]["layers"] as? [[String: Any]] ?? []
      layers[0].removeValue(forKey: "compulsory_bytes")
      records[0]["layers"] = layers
    }
    var expected = full
    expected.records[0].memoryBandwidth = nil
    expected.records[0].layers[0].compulsoryBytes = nil
    #expect(expected != full)
    #expect(try ResultFile(json: Data(text.utf8), path: "x") == expected)
  }

  @Test func wrongValueIsNamed() throws {
    let wrongType = try edited { $0[0]["threads"] = "two" }
    expectError(.wrongValue(path: "x.json", key: "records[0].threads", reason: ""), reading: wrongType)
    let unknownPass = try edited { $0[0]["pass"] = "sideways" }
    expectError(.wrongValue(path: "x.json", key: "records[0].pass", reason: ""), reading: unknownPass)
    let null = try edited { $0[0]["model"] = NSNull() }
    expectError(.wrongValue(path: "x.json", key: "records[0].model", reason: ""), reading: null)
  }

  /// Code that reads a file never sees such values.
  @Test(arguments: [
    "batch_size", "image_size", "threads", "flop_per_step", "peak_flops_per_s", "memory_bandwidth_bytes_per_s",
  ])
  func numbersThatNoMeasurementGivesAreRefused(_ key: String) throws {
    // Only a number with a fraction can be that small or large.
    for value in [0, -4] + (key.contains("flop") || key.contains("_per_s") ? [1e-300, 1.7e308] : []) {
      let text = try edited { $0[0][key] = value }
      expectError(.wrongValue(path: "x.json", key: "records[0].\(key)", reason: ""), reading: text)
    }
  }

  @Test(arguments: ["durations_s", "burn_in_durations_s"])
  func stepsThatTookNoTimeAreRefused(_ key: String) throws {
    for value in [0, 1e-300, 1.7e308] {
      let text = try edited { $0[1][key] = [0.5, value] }
      expectError(.wrongValue(path: "x.json", key: "records[1].\(key)[1]", reason: ""), reading: text)
    }
  }

  /// The decoder takes the whole file for no JSON, and says nothing of a number.
  @Test(arguments: ["1e999", "-1e400", "1e-400", "0.1e-330"])
  func numbersOutsideOfDoubleAreNamed(_ number: String) throws {
    let text = try edited { $0[0]["max_time_s"] = 4.25 }.replacing("4.25", with: number)
    expectError(.wrongValue(path: "x.json", key: "max_time_s", reason: ""), reading: text)
    #expect(throws: ResultsError.wrongValue(path: "x", key: "max_time_s", reason: "no number can be \(number)")) {
      try ResultFile(json: Data(text.utf8), path: "x")
    }
  }

  /// Neither a name that looks like a number nor a broken text is taken for one.
  @Test(arguments: [#"{"a": "1e999", "b": 0e999, "c": 5e-324, "d": -0.0}"#, #"{"a": "1e9"#, "[1e", "\"\\", ""])
  func otherNumbersAreNotNamed(_ text: String) {
    #expect(UnrepresentableNumber.first(in: Data(text.utf8)) == nil)
  }

  @Test(arguments: [Double.nan, .infinity])
  func numbersThatAreNoneAreRefused(_ value: Double) {
    var file = full
    file.records[1].durations[2] = value
    #expect(throws: ResultsError.notFinite(key: "records[1].durations_s[2]")) { try file.json() }
  }

  @Test func errorsAreSentences() {
    let errors: [ResultsError] = [
      .cannotWrite(path: "p", reason: "r"), .noSpace(path: "p"), .cannotRead(path: "p", reason: "r"),
      .isDirectory(path: "p"), .notJSON(path: "p", reason: "r"), .wrongSchema(path: "p", found: 2),
      .missingKey(path: "p", key: "k"), .wrongValue(path: "p", key: "k", reason: "r"), .notFinite(key: "k"),
    ]
    for error in errors {
      #expect(error.description.hasSuffix("."))
      #expect(!error.description.dropLast().contains("."))
    }
  }

  /// The JSON of `full` after a change of its records.
  private func edited(_ change: (inout [[String: Any]]) -> Void) throws -> String {
    var object = try #require(JSONSerialization.jsonObject(with: full.json()) as? [String: Any])
    var records = try #require(object["records"] as? [[String: Any]])
    change(&records)
    object["records"] = records
    return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
  }

  /// The reason within an error is Foundation's wording and may change; the rest must be as expected.
  private func expectError(
    _ expected: ResultsError, reading text: String, at location: SourceLocation = #_sourceLocation
  ) {
    do {
      _ = try ResultFile(json: Data(text.utf8), path: "x.json")
      Issue.record("read without error: \(text)", sourceLocation: location)
    } catch .notJSON(let path, let reason) {
      #expect(!reason.isEmpty && expected == .notJSON(path: path, reason: ""), sourceLocation: location)
    } catch .wrongValue(let path, let key, let reason) {
      #expect(
        !reason.isEmpty && expected == .wrongValue(path: path, key: key, reason: ""), sourceLocation: location)
    } catch {
      #expect(error == expected, sourceLocation: location)
    }
  }

  private func keys(_ value: Any) -> [String] {
    if let object = value as? [String: Any] { return object.flatMap { [$0.key] + keys($0.value) } }
    return (value as? [Any])?.flatMap(keys) ?? []
  }
}
