extension Deviation {
  /// The distance of as many values as the reference has. Without a copy, for tensors of any size.
  package init(of values: UnsafePointer<Float>, from reference: FloatBuffer) {
    self.init(
      of: UnsafeBufferPointer(start: values, count: reference.count),
      from: UnsafeBufferPointer(start: UnsafePointer(reference.base), count: reference.count).lazy.map(Double.init))
  }
}
