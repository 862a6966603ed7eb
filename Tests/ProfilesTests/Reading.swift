import Foundation
import TestSupport
import Testing

@testable import Profiles

/// Writes `bytes` to a file and reads them as a profile.
func read(_ bytes: Data) throws -> Profile {
  try withDirectory { (directory: String) throws in
    try bytes.write(to: URL(fileURLWithPath: "\(directory)/cpu.prof"))
    return try Profile(path: "\(directory)/cpu.prof")
  }
}

/// The sentence with which a file is refused; nil where it is not.
func refusal(_ bytes: Data) -> String? {
  do {
    _ = try read(bytes)
    return nil
  } catch { return "\(error)" }
}

/// The code of this process. Foundation's reading ends early where another thread maps memory meanwhile.
func mappingsOfThisProcess() throws -> [Mapping] {
  let file = try #require(fopen("/proc/self/maps", "r"))
  defer { fclose(file) }
  var text: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { text += buffer.prefix(count) }
  return Mapping.all(in: String(decoding: text, as: UTF8.self))
}
