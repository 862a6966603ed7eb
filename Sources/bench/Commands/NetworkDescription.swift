import Analysis
import Convolution
import Networks
import Terms

/// What `bench describe` shows; the property names are the keys of its JSON.
struct NetworkDescription: Encodable {
  let model: String
  let citation: String
  let deviations: String
  let image_size: Int
  /// Height, width and channels of an image.
  let input: [Int]
  let batch_size: Int
  let parameters: Int
  let macs: Int
  let gflop_per_image: Double
  let layers: [LayerDescription]
  /// Bytes of a whole run, by pass.
  let memory: [String: Memory]

  struct LayerDescription: Encodable {
    let name: String
    let kind: String
    /// The convolution problem for one image.
    let problem: String?
    let activation: String
    let input: [Int]
    let output: [Int]
    let parameters: Int
    let macs: Int
    let parameter_bytes: Int
    /// The size of the output of one image.
    let output_bytes: Int
  }

  struct Memory: Encodable {
    let total_bytes: Int
    let persistent_bytes: Int
    let transient_bytes: Int
    let workspace_bytes: Int
  }

  init(
    _ network: Network, _ layers: [Layer], batch: Int, choice: BackendChoice, context: ExecutionContext
  ) throws {
    model = network.name
    citation = network.citation
    deviations = network.deviations
    image_size = layers[0].input.height
    input = [layers[0].input.height, layers[0].input.width, layers[0].input.channels]
    batch_size = batch
    parameters = layers.parameterCount
    macs = layers.macs
    gflop_per_image = 2e-9 * Double(layers.macs)
    self.layers = layers.map(LayerDescription.init)
    var memory: [String: Memory] = [:]
    for pass in Pass.allCases {
      let forecast: MemoryForecast
      do {
        forecast = try Program(layers, pass: pass, batch: batch, choice: choice, in: context).memory
      } catch { throw Failure.usage(error.description) }
      memory[pass.rawValue] = Memory(
        total_bytes: forecast.totalBytes, persistent_bytes: forecast.persistentBytes,
        transient_bytes: forecast.transientBytes, workspace_bytes: forecast.workspaceBytes)
    }
    self.memory = memory
  }
}

extension NetworkDescription.LayerDescription {
  init(_ layer: Layer) {
    name = layer.name
    kind = layer.kindName
    problem = layer.problem?.description
    activation = layer.activation.rawValue
    input = [layer.input.height, layer.input.width, layer.input.channels]
    output = [layer.output.height, layer.output.width, layer.output.channels]
    parameters = [layer].parameterCount
    macs = layer.macs
    parameter_bytes = 4 * parameters
    output_bytes = 4 * layer.output.count
  }
}

extension NetworkDescription {
  var table: Table {
    let rows = layers.map { layer -> [Table.Cell] in
      [
        .text(layer.name), .text(layer.kind), .text(layer.activation == "none" ? "" : layer.activation),
        .text(layer.output.map(String.init).joined(separator: "x")),
        .number(Double(layer.parameters)), .number(Double(layer.macs)), .number(Double(layer.parameter_bytes)),
        .number(Double(layer.output_bytes)), layer.problem.map { .text($0) } ?? .missing,
      ]
    }
    var notes = [
      "\(parameters) parameters, \(macs) MACs (\(DisplayUnit.count.format(gflop_per_image, decimals: 3)) GFLOP) an image.",
      "Source: \(citation).", "Deviations: \(deviations).",
    ]
    for (pass, bytes) in memory.sorted(by: { $0.key < $1.key }) {
      notes.append(
        "A \(pass) run at batch \(batch_size) needs \(bytes.total_bytes >> 20) MiB, "
          + "\(bytes.workspace_bytes >> 20) MiB of it workspace.")
    }
    return Table(
      "\(model), images of \(input.map(String.init).joined(separator: "x"))",
      columns: [
        .init("layer"), .init("kind"), .init("activation"), .init("output"), .init("parameters", .count, decimals: 0),
        .init("MACs", .count, decimals: 0), .init("parameters", .mebibytes, decimals: 2),
        .init("output", .mebibytes, decimals: 2), .init("problem"),
      ], rows: rows, notes: notes)
  }
}
