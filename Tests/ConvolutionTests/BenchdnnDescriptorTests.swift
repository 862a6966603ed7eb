import Convolution
import Testing

@Suite struct BenchdnnDescriptorTests {
  /// Defaults, squares, 1-D problems, and the padding that an output asks for.
  @Test(arguments: [
    ("mb16ic64ih56oc64oh56kh3ph1n\"conv2\"", "n16c64h56w56k64r3s3u1p1"),
    ("ic3ih9oc4kh3", "n2c3h9w9k4r3s3u1p0"),
    ("g2_mb1_ic4ih9iw7_oc6_kh3kw1_sh2sw1_ph1pw0_dh0dw0", "n1g2c4h9w7k6r3s1u2v1p1q0"),
    // Without `ph`, half of what the output asks for, the odd pixel below.
    ("mb1ic3ih8oc4oh4kh3sh2", "n1c3h8w8k4r3s3u2p0+1"),
    ("mb1ic3ih224oc64oh112kh7sh2ph3", "n1c3h224w224k64r7s7u2p3"),
    ("mb1ic3ih224oc64oh112kh7sh2ph2", "n1c3h224w224k64r7s7u2p2+3"),
    // The stride skips the last row and column.
    ("mb1ic3ih8oc4oh4kh1sh2ph0", "n1c3h8w8k4r1s1u2p0"),
    // Width alone is 1-D.
    ("mb1ic3iw16oc4kw3pw1", "n1c3h1w16k4r1s3u1p0q1"),
    // A kernel of one tap cannot be dilated, and one image is no depth.
    ("mb1ic3ih8oc4kh1dh2", "n1c3h8w8k4r1s1u1p0"), ("mb1ic3id1ih8oc4od1kd1kh3sd2", "n1c3h8w8k4r3s3u1p0"),
    ("mb1ic3ih9oc4kh3dh1", "n1c3h9w9k4r3s3u1d2p0"), ("mb1ic3ih9oc4oh9kh3dh1ph2", "n1c3h9w9k4r3s3u1d2p2"),
    ("mb1ic3ih9iw9oc4oh9ow9kh3kw3dw2", "n1c3h9w9k4r3s3u1d1e3p1q3"),
  ])
  func readsWhatBenchdnnMeans(text: String, problem: String) throws {
    #expect(try BenchdnnDescriptor(parsing: text).problem.description == problem)
  }

  @Test(arguments: [
    ("n\"res2a*3\"", "res2a", 3), ("nconv2", "conv2", 1), ("_n\"a:b,c d\"", "a:b,c d", 1), ("n\"*4\"", nil, 4),
    ("n\"2*x\"", "2*x", 1), ("", nil, 1),
  ])
  func nameMayHaveACount(label: String, name: String?, count: Int) throws {
    let descriptor = try BenchdnnDescriptor(parsing: "ic3ih9oc4kh3" + label)
    #expect(descriptor.name == name && descriptor.count == count)
  }

  @Test func batchTakesTheOthersPlace() throws {
    #expect(try BenchdnnDescriptor(parsing: "mb8ic3ih9oc4kh3", batch: 5).problem.batch == 5)
  }

  @Test(arguments: [
    ("ic3id9ih9iw9oc4kd3kh3kw3", "it is a 3-D convolution (id9)"),
    ("ic3ih7oc4oh13kh3sh2ph1", "its output of 13 (oh) is larger than the image and the padding give"),
    ("ic3ih9oc4oh3kh3ph1", "its output of 3 (oh) leaves out pixels"),
    ("ic32oc1iw134217732kw3", "its iw of 134217732 is above the limit"),
    ("mb65536ic1024ih512oc1024kh3", "are above the limit of 100000000000000"),
  ])
  func leavesOutWithTheReason(text: String, reason: String) {
    guard case .unsupported(let said) = failure(of: text) else { return #expect(Bool(false), "\(text)") }
    #expect(said.contains(reason), "\(said)")
  }

  @Test(arguments: [
    ("ic3ih9kh3", "'oc' is missing"), ("ic3oc4", "neither 'ih' nor 'iw'"), ("ic3oc4ih9", "'kh' is missing"),
    ("ic3oc4kh3", "'ih' is missing"), ("ic3ih9oc4kh3sh0", "'sh' is 0"), ("ic3ih9oc4kh3xy2", "no entry 'xy2'"),
    ("ic3ih9oc4kh", "'kh' needs a number"), ("ic3ic3ih9oc4kh3", "'ic' comes twice"),
    ("g2ic3ih9oc4kh3", "must divide"), ("ic3ih9oc4kh11", "larger than the padded image"), ("mb0ic3ih9oc4kh3", "'mb'"),
    ("ic3ih9oc4kh3n\"a*0\"", "its count of 0"), ("ic3ih9oc4kh3-1", "no entry '-1'"), ("icd3", "no entry"),
  ])
  func refusesWithTheReason(text: String, reason: String) {
    guard case .malformed(let said) = failure(of: text) else { return #expect(Bool(false), "\(text)") }
    #expect(said.contains(reason), "\(said)")
  }

  /// The suite's own letters and benchdnn's are told apart.
  @Test func resembles() {
    for text in ["mb2ic3ih9oc4kh3", "g32ic32", "ic3", "_ih2"] { #expect(BenchdnnDescriptor.resembles(text), "\(text)") }
    for text in ["n16c64h224w224k64r3p1", "g2c96h27k256r5", "vgg16:conv3_2", "mobilenetv2:block1/expand", ""] {
      #expect(!BenchdnnDescriptor.resembles(text), "\(text)")
    }
  }

  private func failure(of text: String) -> BenchdnnDescriptor.Failure? {
    do throws(BenchdnnDescriptor.Failure) { _ = try BenchdnnDescriptor(parsing: text) } catch { return error }
    return nil
  }
}
