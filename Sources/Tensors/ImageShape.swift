/// The height, width and channels of one image; channels are innermost in memory.
package struct ImageShape: Hashable, Sendable, CustomStringConvertible {
  package var height: Int
  package var width: Int
  package var channels: Int

  package init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  package var count: Int { height * width * channels }
  package var description: String { "\(height)x\(width)x\(channels)" }
}
