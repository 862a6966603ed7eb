/// One rule about what runs together.
protocol FusionRule: Sendable {
  /// Changes the groups to which the rule applies, and notes why it does not apply to those that it almost matches.
  func apply(to fusion: inout FusionPass) throws(NetworkError)
}

/// Every rule, in the order in which they apply: first those that decide which layers are a group, then how many images
/// it takes, then what it does besides.
enum FusionRules {
  static let all: [any FusionRule] = [
    NormalizeByInputMoments(), KeepExpansionInCache(), FoldBatchNormalization(), AddResidual(), FoldActivation(),
    PoolOutput(), ChainConvolutions(),
    TakeMicroBatches(), KeepOutputInMicroBatch(), RecomputeNormalizedInput(),
    SumBiasGradient(), MaskInputGradient(), SaveForBackward(),
  ]
}
