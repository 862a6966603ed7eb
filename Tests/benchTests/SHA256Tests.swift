import Testing

@testable import bench

@Suite(.serialized) struct SHA256Tests {
  /// The examples of FIPS 180-4, and lengths around a block's end.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func digestsAreRight(_ text: String, _ digest: String) { #expect(SHA256.digest(Array(text.utf8)) == digest) }

  @Test(arguments: [55, 56, 63, 64, 65, 119, 120])
  func lengthsAroundABlock(_ count: Int) throws {
    let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: count)
    let ran = try Ran(
      ["sh", "-c", "printf '\(String(decoding: bytes, as: UTF8.self))' | sha256sum"],
      in: "\(PluginFolder.shared.path)/include")
    #expect(ran.out.hasPrefix(SHA256.digest(bytes) + " "))
  }
}
