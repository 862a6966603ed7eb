@testable import Convolution

/// Problems that every back end should pass where it takes them: small enough for the reference, odd where kernels have
/// remainders.
enum Problems {
  static let all: [ConvolutionProblem] = (ordinary + strided + padded + grouped + pointwise + connected).map {
    try! ConvolutionProblem(parsing: $0)
  }

  /// 3x3, 5x5 and 7x7, stride 1, SAME: the shapes of the networks with fewer channels, and odd ones.
  static let ordinary = [
    "n2c3h17w15k64r3p1", "n1c3h9w30k32r3p1", "n1c3h8w8k5r3p1", "n2c16h12w14k32r3p1", "n1c16h7w7k16r3p1",
    "n1c17h6w9k33r3p1", "n1c32h14w28k48r3p1", "n2c64h13w13k40r3p1", "n1c64h5w57k31r3p1", "n3c1h9w9k1r3p1",
    "n1c1h12w12k32r3p1", "n1c5h11w10k1r3p1", "n2c8h6w27k24r5p2", "n1c20h9w9k96r5p2", "n1c3h14w13k16r7p3",
    "n1c96h4w4k64r3p1", "n4c7h3w3k9r3p1", "n1c33h1w20k17r3p1", "n1c12h20w1k18r3p1", "n1c2h2w2k2r5p2",
    "n1c128h6w6k130r3p1", "n5c4h2w45k6r3p1", "n4c16h13w13k32r3p1", "n1c2h70w70k3r3p1",
  ]
  /// Strides, among them larger than the kernel and unequal.
  static let strided = [
    "n1c3h35w35k32r11u4p3+4", "n2c3h23w23k16r7u2p3", "n1c3h16w18k32r3u2p0+1", "n2c16h15w15k24r3u2p1",
    "n1c24h14w14k33r3u2p0+1", "n1c6h11w13k8r2u3", "n1c6h12w9k20r1u2", "n1c4h9w9k7r1u3p1", "n2c18h10w10k18r3u3p1",
    "n1c9h10w12k10r3s2u1v2p1q0", "n1c8h9w14k11r1s5u1v3p0q2", "n2c5h17w7k6r4s3u4v2p2q1", "n1c16h8w8k16r5u2p2",
    "n1c3h1w1k4r1u2", "n1c2h7w7k3r2u5p4", "n1c10h6w6k12r3u2p2+3",
  ]
  /// No padding, uneven padding, padding as wide as the kernel.
  static let padded = [
    "n1c16h9w10k32r3", "n1c5h8w9k6r3p0+2q1+0", "n2c17h6w7k16r2p1+0q0+1", "n1c4h5w5k8r3p3", "n1c3h4w6k5r4p3+2q2+3",
    "n1c32h3w3k16r3", "n1c6h3w8k10r3s5p2q4", "n1c1h1w1k1r3p1", "n2c3h1w1k20r1p1",
  ]
  /// Groups, depthwise with multipliers 1, 2 and 3.
  static let grouped = [
    "n1g2c32h9w13k48r3p1", "n2g2c10h7w8k14r5p2", "n1g3c9h8w8k51r3u2p1", "n1g4c16h6w6k16r1", "n1g2c34h5w5k66r3p1",
    "n1g8c8h9w15k8r3p1", "n2g32c32h14w14k32r3p1", "n1g19c19h13w8k19r3p1", "n1g16c16h15w15k16r3u2p0+1",
    "n2g24c24h9w9k24r3u2p1", "n1g48c48h7w7k48r5p2", "n1g6c6h8w9k12r3p1", "n1g5c5h7w7k15r3u2p1", "n1g17c17h5w6k17r2u3",
    "n1g3c3h1w1k3r3p1", "n1g96c96h10w11k96r3p1", "n1g40c40h6w33k40r3u1v2p1", "n1g16c16h4w5k32r1",
    "n6g2c16h9w13k32r3p1",
    // More taps in a row than a register tile of the depthwise filter gradient has, with a column outside at each side.
    "n2g20c20h7w12k20r3s5p1q1", "n1g20c20h5w12k20r1s9p0q1", "n1g18c18h4w2k18r3p1q1+0", "n1g18c18h4w1k18r3s2p1q1+0",
    "n1g18c18h3w4k18r1p0q0+1",
  ]
  /// 1x1 on images.
  static let pointwise = [
    "n1c16h14w14k96r1", "n2c24h7w7k144r1", "n1c96h7w9k24r1", "n3c33h5w5k47r1", "n1c320h3w5k130r1", "n1c1h9w9k3r1",
    "n2c40h4w4k16r1", "n1c144h13w3k24r1", "n2c3h50w50k4r1",
  ]
  /// Fully connected layers: 1x1 problems on 1x1 images.
  static let connected = [
    "n1c512h1w1k100r1", "n2c96h1w1k64r1", "n7c130h1w1k33r1", "n16c256h1w1k128r1", "n33c65h1w1k47r1", "n1c1h1w1k1r1",
    "n3c5h1w1k1r1", "n16c3h1w1k200r1", "n64c100h1w1k37r1", "n1c37h1w1k17r1", "n130c48h1w1k10r1", "n16c80h1w1k1000r1",
  ]
}
