import Tensors

/// Text that is no convolution problem, and why.
package struct ProblemSyntaxError: Error, CustomStringConvertible {
  package let description: String
  package init(description: String) { self.description = description }
}

/// The problem as text: `n16c64h224w224k64r3s3u1p1`.
///
/// | letter | meaning | when left out |
/// |---|---|---|
/// | n | batch | 1 |
/// | g | groups | 1 |
/// | c, h, w | channels, height and width of the input | w: as h |
/// | k | output channels | never |
/// | r, s | kernel height and width | s: as r |
/// | u, v | stride, vertical and horizontal | u: 1, v: as u |
/// | d, e | rows and columns from one tap to the next, 1 without dilation | d: 1, e: as d |
/// | p, q | padding, vertical and horizontal; `p0+1` is 0 above and 1 below | p: 0, q: as p |
extension ConvolutionProblem: CustomStringConvertible {
  package var description: String {
    func pair(_ first: Int, _ second: Int) -> String { first == second ? "\(first)" : "\(first)+\(second)" }
    var text = "n\(batch)"
    if groups != 1 { text += "g\(groups)" }
    text += "c\(input.channels)h\(input.height)w\(input.width)k\(outputChannels)r\(kernel.height)s\(kernel.width)"
    text += "u\(stride.height)"
    if stride.width != stride.height { text += "v\(stride.width)" }
    if isDilated { text += "d\(dilation.height)" }
    if dilation.width != dilation.height { text += "e\(dilation.width)" }
    let vertical = pair(padding.top, padding.bottom)
    let horizontal = pair(padding.left, padding.right)
    text += "p\(vertical)"
    if horizontal != vertical { text += "q\(horizontal)" }
    return text
  }

  /// Multiply-adds of a problem that somebody may write: at 200 GFLOP/s a step takes a quarter of an hour.
  static let mostMACs = 100_000_000_000_000
  /// The largest kernel, stride, dilation and padding: plans have a loop over the phases of a stride and the taps of a
  /// kernel.
  static let largestExtent = 1024

  /// Why nobody can mean this, or nil.
  package var reasonAbsurd: String? {
    let extents = [
      ("kernel", max(kernel.height, kernel.width)), ("stride", max(stride.height, stride.width)),
      ("dilation", max(dilation.height, dilation.width)),
      ("padding", max(padding.top, padding.bottom, padding.left, padding.right)),
    ]
    for (name, extent) in extents where extent > Self.largestExtent {
      return "its \(name) of \(extent) is above the limit of \(Self.largestExtent)"
    }
    return macs > Self.mostMACs
      ? "its \(macs) multiply-adds are above the limit of \(Self.mostMACs), a quarter of an hour a step" : nil
  }

  /// - Throws: `ProblemSyntaxError` with a sentence.
  package init(parsing text: some StringProtocol) throws(ProblemSyntaxError) {
    func fail(_ reason: String) -> ProblemSyntaxError {
      ProblemSyntaxError(
        description: "'\(text)' is no convolution problem: \(reason). Write it like n16c64h224w224k64r3s3u1p1.")
    }
    var fields: [Character: (Int, Int)] = [:]
    var rest = Substring(text)
    while let letter = rest.popFirst() {
      guard "ngchwkrsuvdepq".contains(letter) else { throw fail("it has no field '\(letter)'") }
      let value = rest.prefix { $0.isASCII && ($0.isNumber || $0 == "+") }
      rest.removeFirst(value.count)
      let numbers = value.split(separator: "+", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = numbers.first.flatMap(\.self), let second = numbers.last.flatMap(\.self),
        numbers.count == 1 || (numbers.count == 2 && "pq".contains(letter))
      else { throw fail("'\(letter)' needs a number") }
      guard max(first, second) <= 1 << 24 else { throw fail("'\(letter)' is out of range") }
      guard fields.updateValue((first, second), forKey: letter) == nil else { throw fail("'\(letter)' comes twice") }
    }
    func required(_ letter: Character) throws(ProblemSyntaxError) -> Int {
      guard let value = fields[letter] else { throw fail("'\(letter)' is missing") }
      return value.0
    }
    let (height, channels) = (try required("h"), try required("c"))
    let (outputChannels, kernelHeight) = (try required("k"), try required("r"))
    let vertical = fields["p"] ?? (0, 0)
    let horizontal = fields["q"] ?? vertical
    let (strideHeight, dilationHeight) = (fields["u"]?.0 ?? 1, fields["d"]?.0 ?? 1)
    self.init(
      batch: fields["n"]?.0 ?? 1,
      input: ImageShape(height: height, width: fields["w"]?.0 ?? height, channels: channels),
      outputChannels: outputChannels,
      kernel: Extent(kernelHeight, fields["s"]?.0 ?? kernelHeight),
      stride: Extent(strideHeight, fields["v"]?.0 ?? strideHeight),
      dilation: Extent(dilationHeight, fields["e"]?.0 ?? dilationHeight),
      padding: Padding(top: vertical.0, bottom: vertical.1, left: horizontal.0, right: horizontal.1),
      groups: fields["g"]?.0 ?? 1)
    if let reason = reasonInvalid ?? reasonAbsurd { throw fail(reason) }
  }
}
