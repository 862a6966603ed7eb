import Terms

/// The axes of a result: three that number its lines, and the channels of a line.
struct ResultLayout: Sendable {
  /// Of an image tensor: images, rows, columns; of a filter: its rows, columns and input channels.
  let extents: [Int]
  let channels: Int
  private let isFilter: Bool

  init(_ request: ConvolutionRequest) {
    let problem = request.problem
    isFilter = request.direction == .filterGradient
    switch request.direction {
    case .forward:
      let divisor = request.fusions.contains(.maxPool) ? 2 : 1
      extents = [problem.batch, problem.output.height / divisor, problem.output.width / divisor]
      channels = problem.outputChannels
    case .inputGradient:
      extents = [problem.batch, problem.input.height, problem.input.width]
      channels = problem.input.channels
    case .filterGradient:
      extents = [problem.kernel.height, problem.kernel.width, problem.channelsPerGroup]
      channels = problem.outputChannels
    }
  }

  var lines: Int { extents.reduce(1, *) }
  var count: Int { lines * channels }

  /// Where an element lies, for a reader.
  func place(_ index: Int) -> String {
    let (line, channel) = index.quotientAndRemainder(dividingBy: channels)
    let (a, b, c) = coordinates(line)
    return isFilter ? "r \(a), s \(b), c \(c), k \(channel)" : "n \(a), y \(b), x \(c), channel \(channel)"
  }

  /// The coordinates that several elements share, such as `n 1` or `channel 5`; nil where they share none.
  func common(_ indices: [Int]) -> String? {
    guard let first = indices.first, indices.count > 1 else { return nil }
    func position(_ index: Int) -> [Int] {
      let (line, channel) = index.quotientAndRemainder(dividingBy: channels)
      let (a, b, c) = coordinates(line)
      return [a, b, c, channel]
    }
    let (expected, sizes) = (position(first), extents + [channels])
    let shared = indices.reduce(into: (0..<4).map { sizes[$0] > 1 }) { shared, index in
      for (axis, coordinate) in position(index).enumerated() where coordinate != expected[axis] { shared[axis] = false }
    }
    let names = isFilter ? ["r", "s", "c", "k"] : ["n", "y", "x", "channel"]
    let words = (0..<4).filter { shared[$0] }.map { "\(names[$0]) \(expected[$0])" }
    return words.isEmpty ? nil : words.joined(separator: ", ")
  }

  /// Whether a line is a pixel at the border of its image.
  func isAtBorder(_ line: Int) -> Bool {
    let (_, y, x) = coordinates(line)
    return !isFilter && (y == 0 || x == 0 || y == extents[1] - 1 || x == extents[2] - 1)
  }

  /// All lines where `count` allows it. Else `count` of them, and more where it takes more, by chance, but so that
  /// each image, row and column is hit, and with a line all of its channels.
  func sample(_ count: Int, _ random: inout some RandomNumberGenerator) -> [Int] {
    guard lines > count else { return Array(0..<lines) }
    let orders = extents.map { Array(0..<$0).shuffled(using: &random) }
    var sample = Set([0, lines - 1])
    for turn in 0..<extents.max()! {
      let place = orders.map { $0[turn % $0.count] }
      sample.insert((place[0] * extents[1] + place[1]) * extents[2] + place[2])
    }
    while sample.count < count { sample.insert(.random(in: 0..<lines, using: &random)) }
    return sample.sorted()
  }

  private func coordinates(_ line: Int) -> (Int, Int, Int) {
    let (row, c) = line.quotientAndRemainder(dividingBy: extents[2])
    let (a, b) = row.quotientAndRemainder(dividingBy: extents[1])
    return (a, b, c)
  }
}
