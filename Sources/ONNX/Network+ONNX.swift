import Networks

extension Network {
  /// The network of a model, with its parameters' values.
  ///
  /// - Parameter name: what results call it
  /// - Throws: `ONNXError` where a node is no layer
  package init(_ model: ONNXModel, name: String) throws(ONNXError) {
    let imported = try NetworkImport(model)
    let (layers, input, sources) = (imported.layers, imported.input, imported.sources)
    self.init(
      name, summary: "from an ONNX file", citation: "an ONNX file", input: imported.image
    ) { net in
      layers.append(to: &net, input: input)
    }
    values = { parameter in
      guard let source = sources[parameter.name] else {
        throw ONNXError("it has no values for '\(parameter.name)'")
      }
      return try source.values(of: parameter, in: model)
    }
  }
}
