import Tensors

/// Gradient descent with momentum.
private enum Descent {
  /// Small: l2_loss is a sum over the batch, not a mean, and a benchmark must not run into infinities.
  static let rate: Float = 1e-6
  static let momentum: Float = 0.9
}

extension ProgramBuilder {
  private var last: Int { layers.count - 1 }

  /// The last layer's output is transient; the logits stay readable after the step.
  mutating func copyLogits(to logits: Tensor) {
    let output = outputs[last]!
    emit(last, .forward, as: .copy, reads: [output], writes: [logits]) {
      logits.floats.update(from: output.floats, count: logits.count)
    }
  }

  /// share * l2_loss(logits) = share * sum(logits^2) / 2, whose gradient is share * logits.
  mutating func lowerLoss(_ logits: Tensor, share: Float) {
    let gradient = gradientTensor(last)
    emit(last, .forward, as: .loss, reads: [logits], writes: [gradient]) {
      for index in 0..<logits.count { gradient.floats[index] = share * logits.floats[index] }
    }
    outputGradients[last] = Gradient(tensor: gradient)
  }

  /// The mean over the batch of -log(softmax(logits)[label]), whose gradient is (softmax(logits) - 1[label]) / batch;
  /// the gradient, not the loss that is told, is multiplied by `share`.
  mutating func lowerLoss(_ logits: Tensor, with loss: LabelledLoss, share: Float) {
    let gradient = gradientTensor(last)
    let classes = layers[last].output.count
    let (labels, losses) = loss.tensors
    emit(last, .forward, as: .loss, reads: [logits, labels], writes: [gradient, losses]) { [context, batch] in
      nonisolated(unsafe) let (x, slope, labels, losses) = (logits.floats, gradient.floats, loss.labels, loss.losses)
      let scale = share / Float(batch)
      context.pool.split(batch) { images in
        for image in images {
          let (label, row) = (Int(labels[image]), slope + image * classes)
          guard (0..<classes).contains(label) else { fatalError("label \(label) of \(classes) classes") }
          losses[image] = LabelledLoss.crossEntropy(x + image * classes, label: label, classes: classes)
          _ = context.kernels.softmax(x + image * classes, into: row, count: classes)
          row[label] -= 1
          for index in 0..<classes { row[index] *= scale }
        }
      }
    }
    outputGradients[last] = Gradient(tensor: gradient)
  }

  /// Softmax of every image's logits, and the class with the largest.
  mutating func lowerSoftmax(_ logits: Tensor) -> Tensor {
    let classes = layers[last].output.count
    let probabilities = Tensor("probabilities", count: logits.count, .persistent)
    let predictions = Tensor("predictions", byteCount: batch * MemoryLayout<Int32>.stride, .persistent)
    emit(last, .forward, as: .softmax, reads: [logits], writes: [probabilities, predictions]) { [context, batch] in
      nonisolated(unsafe) let (x, y) = (logits.floats, probabilities.floats)
      nonisolated(unsafe) let best = predictions.address.assumingMemoryBound(to: Int32.self)
      context.pool.split(batch) { images in
        for image in images {
          best[image] = context.kernels.softmax(x + image * classes, into: y + image * classes, count: classes)
        }
      }
    }
    return probabilities
  }

  /// velocity = momentum * velocity + gradient; parameter -= rate * velocity.
  mutating func lowerUpdate() {
    for (index, layer) in layers.enumerated() {
      for trained in layer.parameters where trained.isTrainable { lowerUpdate(index, trained) }
    }
  }

  private mutating func lowerUpdate(_ index: Int, _ trained: Parameter) {
    let (tensor, gradient) = (parameter(trained.name), gradients[trained.name]!)
    let velocity = Tensor("velocity/\(trained.name)", count: trained.count, .persistent)
    emit(index, .update, as: .update, reads: [tensor, gradient, velocity], writes: [tensor, velocity]) { [context] in
      nonisolated(unsafe) let (values, speed, slope) = (tensor.floats, velocity.floats, gradient.floats)
      context.pool.split(trained.count, grain: 1024) { range in
        context.kernels.momentumUpdate(
          values + range.lowerBound, velocity: speed + range.lowerBound, gradient: slope + range.lowerBound,
          rate: Descent.rate, momentum: Descent.momentum, count: range.count)
      }
    }
  }
}
