// Plain loops where they do: each target's instruction set is enough for the compiler to vectorise them.

extension LayerKernels {
  /// gradient[i] = 0 where the activation is not inside (0, ceiling): the derivative of ReLU (infinite ceiling) and
  /// ReLU6, applied in place.
  @inlinable @inline(never)
  public static func reluBackward(_ gradient: Destination, activation: Source, ceiling: Float, count: Int) {
    for index in 0..<count {
      let value = activation[index]
      gradient[index] = value > 0 && value < ceiling ? gradient[index] : 0
    }
  }

  /// sum[i] = a[i] + b[i]. The sum may be written over a or b, for which the compiler's vectors are not prepared.
  @inlinable @inline(never)
  public static func add(_ a: Source, _ b: Source, into sum: Destination, count: Int) {
    let whole = count / Lanes.count * Lanes.count
    for index in stride(from: 0, to: whole, by: Lanes.count) {
      (Lanes(load: a + index) + Lanes(load: b + index)).store(to: sum + index)
    }
    for index in whole..<count { sum[index] = a[index] + b[index] }
  }

  /// sum[i] = clamp(a[i] + b[i], floor, ceiling), which is ReLU's or ReLU6's value. A NaN stays a NaN. The sum may be
  /// written over a or b.
  @inlinable @inline(never)
  public static func add(_ a: Source, _ b: Source, into sum: Destination, floor: Float, ceiling: Float, count: Int) {
    let whole = count / Lanes.count * Lanes.count
    for index in stride(from: 0, to: whole, by: Lanes.count) {
      (Lanes(load: a + index) + Lanes(load: b + index)).maximum(Lanes(floor)).minimum(Lanes(ceiling))
        .store(to: sum + index)
    }
    for index in whole..<count {
      let value = a[index] + b[index]
      let raised = value < floor ? floor : value
      sum[index] = raised > ceiling ? ceiling : raised
    }
  }

  /// destination[i] = clamp(source[i], floor, ceiling). A NaN stays a NaN.
  @inlinable @inline(never)
  public static func activate(
    _ source: Source, into destination: Destination, floor: Float, ceiling: Float, count: Int
  ) {
    for index in 0..<count {
      let raised = source[index] < floor ? floor : source[index]
      destination[index] = raised > ceiling ? ceiling : raised
    }
  }

  /// Copies `rows` rows of `columns` floats, of which one begins `step` floats behind the other.
  @inlinable @inline(never)
  public static func copyRows(
    _ source: Source, step: Int, into destination: Destination, step destinationStep: Int, rows: Int, columns: Int
  ) {
    for row in 0..<rows {
      let (from, to) = (source + row * step, destination + row * destinationStep)
      for column in 0..<columns { to[column] = from[column] }
    }
  }

  /// sums[c] = sum over rows of matrix[row, c]; `matrix` is [rows, columns].
  @inlinable @inline(never)
  public static func columnSums(_ matrix: Source, rows: Int, columns: Int, into sums: Destination) {
    sums.update(repeating: 0, count: columns)
    for row in 0..<rows {
      let values = matrix + row * columns
      for column in 0..<columns { sums[column] += values[column] }
    }
  }

  /// velocity = momentum * velocity + gradient; parameter -= rate * velocity.
  @inlinable @inline(never)
  public static func momentumUpdate(
    _ parameter: Destination, velocity: Destination, gradient: Source, rate: Float, momentum: Float, count: Int
  ) {
    for index in 0..<count {
      let updated = momentum * velocity[index] + gradient[index]
      velocity[index] = updated
      parameter[index] -= rate * updated
    }
  }
}
