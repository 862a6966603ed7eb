import Terms

/// Activities that have one colour. Their colours can be told apart by colour-blind readers; the members of a family
/// are shades of it.
enum ActivityFamily: String, CaseIterable {
  /// Multiplications and additions.
  case products
  /// Winograd transforms of inputs, outputs and their gradients.
  case transforms
  /// Winograd transforms of filters and their gradients.
  case filters
  /// Data changes its place or its order.
  case moving
  case normalizing
  /// One or two operations for each element.
  case elements
  case pooling
  case other
  case preempted
  /// Waiting, and having no job.
  case waiting
}

extension ThreadActivity {
  /// The family, and the shade from 0 to 3.
  var colour: (family: ActivityFamily, shade: Int) {
    switch self {
    case .phase(let phase): phase.colour
    case .other: (.other, 0)
    case .preempted: (.preempted, 0)
    case .waiting: (.waiting, 0)
    case .starting: (.waiting, 1)
    case .idle: (.waiting, 3)
    }
  }

  /// The CSS classes of the colour.
  var colourClass: String { "a-\(colour.family.rawValue) h\(colour.shade)" }
}

extension KernelPhase {
  fileprivate var colour: (family: ActivityFamily, shade: Int) {
    switch self {
    case .products, .depthwise: (.products, 0)
    case .sgemm, .expansion: (.products, 1)
    case .projection: (.products, 2)
    case .inputTransform: (.transforms, 0)
    case .outputTransform: (.transforms, 1)
    case .outputGradientTransform: (.transforms, 2)
    case .filterTransform: (.filters, 0)
    case .filterGradientTransform: (.filters, 1)
    case .packing: (.moving, 0)
    case .columns: (.moving, 1)
    case .copy, .reorder: (.moving, 2)
    case .concatenation: (.moving, 3)
    case .statistics: (.normalizing, 0)
    case .normalization: (.normalizing, 1)
    case .localResponse: (.normalizing, 2)
    case .epilogue, .addition: (.elements, 0)
    case .reduction, .reluBackward: (.elements, 1)
    case .dropout, .update: (.elements, 2)
    case .activation: (.elements, 3)
    case .pooling, .softmax: (.pooling, 0)
    case .averagePooling, .loss: (.pooling, 1)
    }
  }
}
