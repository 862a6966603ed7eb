import RealModule

/// What the gradients of a step are the derivatives of.
package enum Loss: Sendable {
  /// l2_loss(logits) = sum(logits^2) / 2, that of the timed passes. It needs no labels.
  case l2
  /// The mean over the batch of the softmax cross-entropy with labels. Who sets the labels updates the parameters, too:
  /// the step computes gradients alone.
  case softmaxCrossEntropy
}

/// The labels of a batch, and what the step finds with them.
package struct LabelledLoss: Sendable {
  /// The class of each image, counted from 0.
  private let labelTensor: Tensor
  /// The cross-entropy of each image.
  private let lossTensor: Tensor

  init(batch: Int) {
    labelTensor = Tensor("labels", byteCount: batch * MemoryLayout<Int32>.stride, .persistent)
    lossTensor = Tensor("losses", byteCount: batch * MemoryLayout<Double>.stride, .persistent)
  }

  var tensors: (labels: Tensor, losses: Tensor) { (labelTensor, lossTensor) }

  /// [batch], each below the number of classes.
  package var labels: UnsafeMutablePointer<Int32> { labelTensor.bytes(as: Int32.self) }
  /// [batch], after a step.
  package var losses: UnsafeMutablePointer<Double> { lossTensor.bytes(as: Double.self) }
  /// The mean over the batch after a step, added up in the order of the images on any number of threads.
  package var mean: Double {
    let count = lossTensor.byteCount / MemoryLayout<Double>.stride
    return UnsafeBufferPointer(start: losses, count: count).reduce(0, +) / Double(count)
  }
}

extension LabelledLoss {
  /// -log(softmax(logits)[label]) in double, without the division whose result may be too small for a float.
  static func crossEntropy(_ logits: UnsafePointer<Float>, label: Int, classes: Int) -> Double {
    var largest = logits[0]
    for index in 1..<classes where logits[index] > largest { largest = logits[index] }
    var sum = 0.0
    for index in 0..<classes { sum += .exp(Double(logits[index] - largest)) }
    return .log(sum) - Double(logits[label] - largest)
  }
}
