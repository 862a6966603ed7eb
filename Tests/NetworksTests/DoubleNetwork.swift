import Convolution
import Glibc
import Kernels
import Networks

/// A network computed from its layers' definitions in double precision: what programs and their gradients are held
/// against. Slow, and shares no code with them.
struct DoubleNetwork {
  let layers: [Layer]
  let batch: Int
  let input: [Double]
  /// Batch norm by the statistics of this batch, else by the moving ones.
  var usesBatchStatistics = true
  /// What dropout multiplies by, by layer; none drops nothing.
  var masks: [String: [Double]] = [:]

  typealias Parameters = [String: [Double]]

  /// The output of every layer.
  func outputs(_ parameters: Parameters) -> [[Double]] {
    var outputs: [[Double]] = []
    for layer in layers {
      let sources = layer.inputs.map { $0.map { outputs[$0] } ?? input }
      outputs.append(output(of: layer, sources, parameters))
    }
    return outputs
  }

  func logits(_ parameters: Parameters) -> [Double] { outputs(parameters).last! }

  /// sum(logits^2) / 2.
  func loss(_ parameters: Parameters) -> Double { logits(parameters).reduce(0) { $0 + $1 * $1 } / 2 }

  /// Central differences of the loss by every element of a parameter.
  func gradient(of name: String, _ parameters: Parameters, step: Double = 1e-6) -> [Double] {
    var moved = parameters
    return parameters[name]!.indices.map { index in
      let value = parameters[name]![index]
      moved[name]![index] = value + step
      let above = loss(moved)
      moved[name]![index] = value - step
      let below = loss(moved)
      moved[name]![index] = value
      return (above - below) / (2 * step)
    }
  }

  /// Mean and biased variance of each channel.
  static func moments(_ x: [Double], channels: Int) -> (mean: [Double], variance: [Double]) {
    let rows = Double(x.count / channels)
    var mean = [Double](repeating: 0, count: channels)
    var variance = mean
    for index in x.indices { mean[index % channels] += x[index] / rows }
    for index in x.indices {
      let deviation = x[index] - mean[index % channels]
      variance[index % channels] += deviation * deviation / rows
    }
    return (mean, variance)
  }
}

extension DoubleNetwork {
  private func output(of layer: Layer, _ sources: [[Double]], _ parameters: Parameters) -> [Double] {
    let x = sources[0]
    switch layer.kind {
    case .convolution(let problem, let bias, let activation), .fullyConnected(let problem, let bias, let activation):
      var y = convolution(problem, x, parameters["\(layer.name)/weights"]!)
      if bias {
        let biases = parameters["\(layer.name)/biases"]!
        for index in y.indices { y[index] += biases[index % biases.count] }
      }
      return y.map { clamp($0, activation) }
    case .maxPool(let pool): return windows(pool, layer, x).map { $0.max()! }
    case .averagePool(let pool):
      let size = pool.windows.rows.size * pool.windows.columns.size
      return windows(pool.windows, layer, x).map { values in
        values.reduce(0, +) / Double(pool.countsPadding ? size : values.count)
      }
    case .globalAveragePool: return averagePool(layer, x)
    case .localResponse(let response): return localResponse(response, x, channels: layer.input.channels)
    case .batchNormalization(let prefix, let activation):
      return normalize(x, prefix, layer.output.channels, parameters).map { clamp($0, activation) }
    case .add(let activation): return zip(x, sources[1]).map { clamp($0 + $1, activation) }
    case .activation(let activation): return x.map { clamp($0, activation) }
    case .concatenation:
      let pixels = batch * layer.output.height * layer.output.width
      return (0..<pixels).flatMap { pixel in
        sources.flatMap { $0[(pixel * $0.count / pixels)..<((pixel + 1) * $0.count / pixels)] }
      }
    case .dropout: return masks[layer.name].map { zip(x, $0).map { $0 * $1 } } ?? x
    }
  }

  private func clamp(_ value: Double, _ activation: Activation) -> Double {
    switch activation {
    case .none: value
    case .relu: max(value, 0)
    case .relu6: min(max(value, 0), 6)
    }
  }

  private func convolution(_ problem: ConvolutionProblem, _ x: [Double], _ filter: [Double]) -> [Double] {
    let (input, output) = (problem.input, problem.output)
    let (depth, width) = (problem.channelsPerGroup, problem.outputChannelsPerGroup)
    var y = [Double](repeating: 0, count: batch * output.count)
    x.withUnsafeBufferPointer { x in
      filter.withUnsafeBufferPointer { filter in
        for pixel in 0..<(batch * output.height * output.width) {
          let (image, row, column) = position(pixel, height: output.height, width: output.width)
          for r in 0..<problem.kernel.height {
            let h = row * problem.stride.height + r * problem.dilation.height - problem.padding.top
            if h < 0 || h >= input.height { continue }
            for s in 0..<problem.kernel.width {
              let w = column * problem.stride.width + s * problem.dilation.width - problem.padding.left
              if w < 0 || w >= input.width { continue }
              let source = ((image * input.height + h) * input.width + w) * input.channels
              for k in 0..<output.channels {
                let weights = (r * problem.kernel.width + s) * depth * output.channels + k
                var sum = 0.0
                for c in 0..<depth {
                  sum += x[source + k / width * depth + c] * filter[weights + c * output.channels]
                }
                y[pixel * output.channels + k] += sum
              }
            }
          }
        }
      }
    }
    return y
  }

  /// The values of each window that lie inside the image, by output.
  private func windows(_ pool: PoolGeometry, _ layer: Layer, _ x: [Double]) -> [[Double]] {
    let (input, output) = (layer.input, layer.output)
    var values = [[Double]](repeating: [], count: batch * output.count)
    for pixel in 0..<(batch * output.height * output.width) {
      let (image, row, column) = position(pixel, height: output.height, width: output.width)
      for r in 0..<pool.rows.size {
        let h = row * pool.rows.stride + r - pool.rows.before
        if h < 0 || h >= input.height { continue }
        for s in 0..<pool.columns.size {
          let w = column * pool.columns.stride + s - pool.columns.before
          if w < 0 || w >= input.width { continue }
          let source = ((image * input.height + h) * input.width + w) * input.channels
          for c in 0..<input.channels { values[pixel * input.channels + c].append(x[source + c]) }
        }
      }
    }
    return values
  }

  private func averagePool(_ layer: Layer, _ x: [Double]) -> [Double] {
    let (size, channels) = (layer.input.count, layer.input.channels)
    var y = [Double](repeating: 0, count: batch * channels)
    for index in x.indices {
      y[index / size * channels + index % channels] += x[index] * Double(channels) / Double(size)
    }
    return y
  }

  private func localResponse(_ response: LocalResponse, _ x: [Double], channels: Int) -> [Double] {
    x.indices.map { index in
      let (pixel, channel) = index.quotientAndRemainder(dividingBy: channels)
      let window = max(channel - response.radius, 0)...min(channel + response.radius, channels - 1)
      let squares = window.reduce(0.0) { $0 + x[pixel * channels + $1] * x[pixel * channels + $1] }
      return x[index] / pow(Double(response.bias) + Double(response.alpha) * squares, Double(response.beta))
    }
  }

  private func normalize(_ x: [Double], _ prefix: String, _ channels: Int, _ parameters: Parameters) -> [Double] {
    let (mean, variance) =
      usesBatchStatistics
      ? Self.moments(x, channels: channels)
      : (parameters["\(prefix)/moving_mean"]!, parameters["\(prefix)/moving_variance"]!)
    let (gamma, beta) = (parameters["\(prefix)/gamma"]!, parameters["\(prefix)/beta"]!)
    return x.indices.map { index in
      let c = index % channels
      // Epsilon is a float in the program.
      return (x[index] - mean[c]) / (variance[c] + Double(1e-5 as Float)).squareRoot() * gamma[c] + beta[c]
    }
  }

  private func position(_ pixel: Int, height: Int, width: Int) -> (image: Int, row: Int, column: Int) {
    (pixel / (height * width), pixel / width % height, pixel % width)
  }
}
