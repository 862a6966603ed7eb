import Tensors

/// A convolution problem as oneDNN's benchdnn writes it: `mb16_ic64ih56oc64oh56kh3ph1n"conv2*3"`.
///
/// | entries | meaning | when left out |
/// |---|---|---|
/// | g, mb | groups, images in a batch | 1, 2 |
/// | ic, oc | channels of the input and of the output | never |
/// | ih, iw; oh, ow | image and output | image: never; output: what image and padding give |
/// | kh, kw; sh, sw; dh, dw | kernel, stride, dilation (0 is none) | never; 1; 0 |
/// | ph, pw | padding above and on the left | half of what the output asks for, else 0 |
/// | n | name, up to the end; `*3` at its end is how often a network has the problem | none |
///
/// All of a width's entries left out, the problem is a square; all of a height's left out, the height is 1. The padding
/// below and on the right is as above and on the left where that gives the output, else what the output asks for.
package struct BenchdnnDescriptor: Equatable, Sendable {
  package let problem: ConvolutionProblem
  /// Without quotes and count; nil where there is none.
  package let name: String?
  package let count: Int

  /// Why there is no problem, as a part of a sentence.
  package enum Failure: Error, Equatable {
    /// The text is none of benchdnn's.
    case malformed(String)
    /// benchdnn has this, but `ConvolutionProblem` does not.
    case unsupported(String)
  }

  private static let entries: Set<String> = [
    "g", "mb", "ic", "id", "ih", "iw", "oc", "od", "oh", "ow", "kd", "kh", "kw", "sd", "sh", "sw", "pd", "ph", "pw",
    "dd", "dh", "dw",
  ]

  /// Whether a word is benchdnn's rather than one in the suite's own letters, where nothing has two.
  package static func resembles(_ word: some StringProtocol) -> Bool {
    Substring(word).prefixMatch(of: /[a-z0-9_]*(?:mb|[io]c|[ik][dhw])[0-9]/) != nil
  }

  /// - Parameter batch: takes the place of `mb`
  package init(parsing text: some StringProtocol, batch: Int? = nil) throws(Failure) {
    let (fields, label) = try Self.fields(of: text)
    let (name, count) = try Self.nameAndCount(label)
    // A depth of one is no depth.
    if let field = ["id", "kd", "od", "pd"].first(where: { fields[$0, default: 0] > ($0 == "pd" ? 0 : 1) }) {
      throw .unsupported("it is a 3-D convolution (\(field)\(fields[field]!))")
    }
    func required(_ field: String) throws(Failure) -> Int {
      guard let value = fields[field], value > 0 else { throw .malformed("'\(field)' is missing or 0") }
      return value
    }
    let isFlat = Axis.height.isAbsent(in: fields)
    if isFlat, Axis.width.isAbsent(in: fields) { throw .malformed("neither 'ih' nor 'iw' is given") }
    let width = Axis.width.isAbsent(in: fields) ? try Axis.height.read(fields) : try Axis.width.read(fields)
    let height = isFlat ? .single : try Axis.height.read(fields)
    let images = try fields["mb"] == nil ? 2 : required("mb")
    problem = ConvolutionProblem(
      batch: batch ?? images,
      input: ImageShape(height: height.input, width: width.input, channels: try required("ic")),
      outputChannels: try required("oc"), kernel: .init(height.kernel, width.kernel),
      stride: .init(height.stride, width.stride), dilation: .init(height.dilation, width.dilation),
      padding: .init(top: height.before, bottom: height.after, left: width.before, right: width.after),
      groups: try fields["g"] == nil ? 1 : required("g"))
    (self.name, self.count) = (name, count)
    if let reason = problem.reasonInvalid { throw .malformed(reason) }
    if let reason = problem.reasonAbsurd { throw .unsupported(reason) }
  }

  private static func fields(of text: some StringProtocol) throws(Failure) -> ([String: Int], label: Substring) {
    var fields: [String: Int] = [:]
    var rest = Substring(text)
    while let first = rest.first, first != "n" {
      if first == "_" {
        rest.removeFirst()
        continue
      }
      let field = String(rest.prefix { $0.isLowercase })
      guard entries.contains(field) else { throw .malformed("it has no entry '\(rest.prefix(12))'") }
      rest.removeFirst(field.count)
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty else { throw .malformed("'\(field)' needs a number") }
      guard let value = Int(digits), value <= 1 << 24 else {
        throw .unsupported("its \(field) of \(digits) is above the limit of 16777216")
      }
      rest.removeFirst(digits.count)
      guard fields.updateValue(value, forKey: field) == nil else { throw .malformed("'\(field)' comes twice") }
    }
    return (fields, rest.dropFirst())
  }

  /// Takes `"conv2*3"` apart, quotes or none.
  private static func nameAndCount(_ label: Substring) throws(Failure) -> (String?, Int) {
    let label = label.filter { $0 != "\"" }
    guard let match = label.wholeMatch(of: /(.*)\*([0-9]+)/) else { return (label.isEmpty ? nil : label, 1) }
    guard let count = Int(match.2), (1...1_000_000).contains(count) else {
      throw .malformed("its count of \(match.2) must be 1 to 1000000")
    }
    return (match.1.isEmpty ? nil : String(match.1), count)
  }
}

extension BenchdnnDescriptor {
  /// One of the two directions of an image, by the letter of its entries.
  private enum Axis: String {
    case height = "h"
    case width = "w"

    struct Extents {
      var input: Int
      var kernel: Int
      var stride: Int
      var dilation = 1
      var before: Int
      var after: Int
      static let single = Extents(input: 1, kernel: 1, stride: 1, before: 0, after: 0)
    }

    func isAbsent(in fields: [String: Int]) -> Bool {
      ["i", "k", "o", "d", "p"].allSatisfy { fields[$0 + rawValue, default: 0] == 0 }
        && fields["s" + rawValue, default: 1] == 1
    }

    func read(_ fields: [String: Int]) throws(Failure) -> Extents {
      func value(_ kind: String) -> Int? { fields[kind + rawValue] }
      guard let input = value("i"), input > 0 else { throw .malformed("'i\(rawValue)' is missing or 0") }
      guard let kernel = value("k"), kernel > 0 else { throw .malformed("'k\(rawValue)' is missing or 0") }
      let stride = value("s") ?? 1
      guard stride > 0 else { throw .malformed("'s\(rawValue)' is 0") }
      // benchdnn counts the pixels that are skipped. A kernel of one tap is the same with every dilation.
      let dilation = kernel > 1 ? (value("d") ?? 0) + 1 : 1
      var extents = Extents(
        input: input, kernel: kernel, stride: stride, dilation: dilation, before: value("p") ?? 0, after: 0)
      let window = (kernel - 1) * dilation + 1
      let output = value("o") ?? 0
      // What the output asks for, on both sides together. Below 0, the stride skips the last pixels.
      let total = (output - 1) * stride - input + window
      if output > 0, value("p") == nil { extents.before = max(0, total / 2) }
      extents.after = extents.before
      let reach = input + 2 * extents.before - window
      guard output > 0, reach < 0 || reach / stride + 1 != output else { return extents }
      extents.after = total - extents.before
      guard extents.after > -stride else {
        throw .unsupported(
          "its output of \(output) (o\(rawValue)) leaves out pixels that the image and the padding give")
      }
      guard extents.after < extents.before + window + stride else {
        throw .unsupported(
          "its output of \(output) (o\(rawValue)) is larger than the image and the padding give, as a deconvolution's")
      }
      extents.after = max(0, extents.after)
      return extents
    }
  }
}
