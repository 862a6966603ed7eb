extension CachePolicy {
  // MARK: Batch norm by its input's moments

  // These two decide how statistics are rounded, so they do not depend on the machine.

  /// Whether a 1x1 convolution has so many more outputs than channels that the covariance of the channels takes less
  /// time than passes over the outputs.
  package static func widensForMoments(channels: Int, outputs: Int) -> Bool { outputs >= 3 * channels }

  /// Whether there are so many pixels that the products of matrices of the filter's size, which grow with the channels
  /// and not with the pixels, take less time than passes over the outputs.
  package static func repaysMoments(rows: Int, channels: Int) -> Bool { rows >= 8 * channels }
}
