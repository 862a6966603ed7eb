/// Problems that are small enough for the reference, and odd where kernels have remainders.
package enum OddProblems {
  package static let all = texts.map { try! ConvolutionProblem(parsing: $0) }

  private static let texts = [
    // SAME, with full, few and odd channels, and more than one image.
    "n1c3h8w8k5r3p1", "n2c16h12w14k32r3p1", "n3c17h6w9k33r3p1", "n2c8h6w27k24r5p2", "n1c3h14w13k16r7p3",
    "n1c33h1w20k17r3p1", "n1c12h20w1k18r3p1", "n4c16h13w13k32r3p1",
    // Strides, among them larger than the kernel and unequal.
    "n1c3h35w35k32r11u4p3+4", "n1c3h16w18k32r3u2p0+1", "n1c6h12w9k20r1u2", "n1c9h10w12k10r3s2u1v2p1q0",
    "n2c5h17w7k6r4s3u4v2p2q1",
    // No padding, uneven padding, padding as wide as the kernel.
    "n1c16h9w10k32r3", "n2c17h6w7k16r2p1+0q0+1", "n1c4h5w5k8r3p3", "n2c3h4w6k20r1p1",
    // Groups, and depthwise with multipliers 1 and 3.
    "n2g2c10h7w8k14r5p2", "n1g3c9h8w8k51r3u2p1", "n2g24c24h9w9k24r3u2p1", "n1g5c5h7w7k15r3u2p1",
    // Dilation: unequal, with strides, groups and images that are smaller than what the taps span.
    "n2c5h13w12k7r3d2p2", "n1c4h11w15k6r3s5u2v1d3e2p3q4", "n1g2c6h9w10k8r5d2p4", "n1c3h4w5k4r3u2d4p4",
    "n1g4c4h12w9k4r3d2p2+1",
    // 1x1, and fully connected.
    "n3c33h5w5k47r1", "n1c320h3w5k130r1", "n7c130h1w1k33r1",
  ]
}
