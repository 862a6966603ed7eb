import Foundation
import Testing

@testable import Analysis

/// Contrasts as WCAG 2 defines them, in light and dark.
@Suite struct HTMLStyleTests {
  /// The colours by name, the light ones before the dark ones.
  static let schemes: [[String: SIMD3<Double>]] = HTMLStyle.text.matches(of: /:root \{(?s:(.*?))\}/).map { block in
    let colours = block.1.matches(of: /--([a-z0-9-]+): #([0-9a-f]{6})/).map { colour -> (String, SIMD3<Double>) in
      let bits = Int(colour.2, radix: 16)!
      return (String(colour.1), SIMD3(Double(bits >> 16), Double(bits >> 8 & 255), Double(bits & 255)) / 255)
    }
    return Dictionary(uniqueKeysWithValues: colours)
  }

  @Test func thereAreTwo() { #expect(Self.schemes.map { $0.keys.count { $0.hasPrefix("s") } } == [8, 8]) }

  @Test(arguments: schemes)
  func seriesStandOut(_ colours: [String: SIMD3<Double>]) throws {
    let match = try #require(HTMLStyle.text.firstMatch(of: /\.dot \{[^}]*fill-opacity: ([0-9.]+)/))
    let (opacity, card, paper) = (try #require(Double(match.1)), colours["card"]!, colours["paper"]!)
    for index in 0..<8 {
      let colour = colours["s\(index)"]!
      #expect(contrast(colour, card) >= 3 && contrast(colour, paper) >= 3, "s\(index)")
      #expect(contrast(opacity * colour + (1 - opacity) * card, card) >= 3, "point of s\(index)")
    }
  }

  @Test(arguments: schemes)
  func textIsReadable(_ colours: [String: SIMD3<Double>]) {
    let pairs = ["ink", "muted", "s0"].flatMap { [($0, "paper"), ($0, "card")] }
    for (text, paper) in pairs + [("peak", "card"), ("warn", "warn-paper"), ("muted", "warn-paper")] {
      #expect(contrast(colours[text]!, colours[paper]!) >= 4.5, "\(text) on \(paper)")
    }
  }

  private func contrast(_ first: SIMD3<Double>, _ second: SIMD3<Double>) -> Double {
    let (a, b) = (luminance(first), luminance(second))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  private func luminance(_ colour: SIMD3<Double>) -> Double {
    let weights = [0.2126, 0.7152, 0.0722]
    return (0..<3).reduce(0) { sum, index in
      let value = colour[index]
      return sum + weights[index] * (value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4))
    }
  }
}
