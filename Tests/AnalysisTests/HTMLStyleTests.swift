import Foundation
import Testing

@testable import Analysis

/// Contrasts as WCAG 2 defines them, in light and dark.
@Suite struct HTMLStyleTests {
  /// The colours by name, the light ones before the dark ones.
  static let schemes = colours(HTMLStyle.text)
  static let activities = colours(ProfileStyle.text)

  private static func colours(_ style: String) -> [[String: SIMD3<Double>]] {
    style.matches(of: /:root \{(?s:(.*?))\}/).map { block in
      let colours = block.1.matches(of: /--([a-z0-9-]+): #([0-9a-f]{6})/).map { colour -> (String, SIMD3<Double>) in
        let bits = Int(colour.2, radix: 16)!
        return (String(colour.1), SIMD3(Double(bits >> 16), Double(bits >> 8 & 255), Double(bits & 255)) / 255)
      }
      return Dictionary(uniqueKeysWithValues: colours)
    }
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

  @Test(arguments: zip(schemes, activities))
  func activitiesStandOut(_ colours: [String: SIMD3<Double>], _ activities: [String: SIMD3<Double>]) {
    #expect(Set(activities.keys) == Set(ActivityFamily.allCases.map(\.rawValue)))
    for (name, colour) in activities { #expect(contrast(colour, colours["card"]!) >= 3, "\(name)") }
  }

  /// Simulations after Machado, Oliveira & Fernandes 2009.
  @Test(arguments: activities)
  func activitiesDifferForColourBlindReaders(_ activities: [String: SIMD3<Double>]) {
    let sights: [[SIMD3<Double>]] = [
      [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
      [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
      [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
      [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ]
    for sight in sights {
      let seen = activities.mapValues { colour in
        let linear = SIMD3(linear(colour.x), linear(colour.y), linear(colour.z))
        return lab(SIMD3((sight[0] * linear).sum(), (sight[1] * linear).sum(), (sight[2] * linear).sum()))
      }
      for (first, a) in seen {
        for (second, b) in seen where first < second {
          #expect(((a - b) * (a - b)).sum().squareRoot() >= 20, "\(first) and \(second)")
        }
      }
    }
  }

  /// CIELAB of linear sRGB.
  private func lab(_ rgb: SIMD3<Double>) -> SIMD3<Double> {
    func f(_ t: Double) -> Double { t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116 }
    let x = f((SIMD3(0.4124, 0.3576, 0.1805) * rgb).sum() / 0.95047)
    let y = f((SIMD3(0.2126, 0.7152, 0.0722) * rgb).sum())
    let z = f((SIMD3(0.0193, 0.1192, 0.9505) * rgb).sum() / 1.08883)
    return SIMD3(116 * y - 16, 500 * (x - y), 200 * (y - z))
  }

  private func contrast(_ first: SIMD3<Double>, _ second: SIMD3<Double>) -> Double {
    let (a, b) = (luminance(first), luminance(second))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  private func luminance(_ colour: SIMD3<Double>) -> Double {
    let weights = [0.2126, 0.7152, 0.0722]
    return (0..<3).reduce(0) { $0 + weights[$1] * linear(colour[$1]) }
  }

  private func linear(_ value: Double) -> Double {
    value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }
}
