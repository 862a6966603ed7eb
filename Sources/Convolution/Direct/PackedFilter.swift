import Kernels
import Tensors
import Threads

/// The filter of a correlation in the order in which the direct kernel reads it:
/// [group][panel][kernel height][kernel width][channel][output channels of the panel].
///
/// A panel is two vectors of output channels; the last one is one vector where that suffices, and zeros fill its lanes.
struct PackedFilter: Sendable {
  let correlation: Correlation
  /// Floats in a vector.
  let width: Int
  /// Output channels of all filters: the filter's innermost extent.
  let filterOutputs: Int
  /// Channels of a group in the filter: the extent before that.
  let filterChannels: Int
  let filterWidth: Int

  init(_ correlation: Correlation, of problem: ConvolutionProblem, width: Int) {
    self.correlation = correlation
    self.width = width
    filterOutputs = problem.outputChannels
    filterChannels = problem.channelsPerGroup
    filterWidth = problem.kernel.width
  }

  /// Floats of one group.
  var groupCount: Int { correlation.isDepthwise ? 0 : correlation.depth * correlation.outputs.rounded(upTo: width) }
  var count: Int { correlation.groups * groupCount }
  /// Output channels of a panel.
  var panelWidth: Int { correlation.isDepthwise ? width : 2 * width }
  var panels: Int { correlation.outputs.dividedRoundingUp(by: panelWidth) }

  /// Floats before the correlation's first tap in a depthwise filter.
  var tapOffset: Int {
    (correlation.tapOrigin.height * filterWidth + correlation.tapOrigin.width) * correlation.outputs
  }

  /// Packs every panel, split among the workers of `pool`.
  func pack(_ filter: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>, on pool: ThreadPool) {
    nonisolated(unsafe) let (filter, packed) = (filter, packed)
    let rows = correlation.kernel.height * correlation.kernel.width
    guard count > 0 else { return }
    pool.split(correlation.groups * panels * rows, as: .packing) { range in
      for index in range {
        let (groupPanel, tap) = index.quotientAndRemainder(dividingBy: rows)
        let (group, panel) = groupPanel.quotientAndRemainder(dividingBy: panels)
        pack(filter, into: packed + group * groupCount, group: group, panel: panel, tap: tap)
      }
    }
  }

  private func pack(
    _ filter: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>, group: Int, panel: Int, tap: Int
  ) {
    let (r, s) = tap.quotientAndRemainder(dividingBy: correlation.kernel.width)
    let filterRow = correlation.tapOrigin.height + r * correlation.tapStep.height
    let filterColumn = correlation.tapOrigin.width + s * correlation.tapStep.width
    let first = panel * 2 * width
    let count = min(correlation.outputs - first, 2 * width)
    let panelWidth = count.rounded(upTo: width)
    let channels = correlation.channels
    let source = filter + (filterRow * filterWidth + filterColumn) * filterChannels * filterOutputs
    let destination = packed + first * correlation.depth + tap * channels * panelWidth
    if correlation.transposesFilter {
      let corner = source + (first * filterOutputs + group * channels)
      transpose(corner, into: destination, columns: channels, rows: count, pitch: panelWidth)
    } else {
      let corner = source + (group * correlation.outputs + first)
      for channel in 0..<channels {
        let row = destination + channel * panelWidth
        row.update(from: corner + channel * filterOutputs, count: count)
        for lane in count..<panelWidth { row[lane] = 0 }
      }
    }
  }

  /// destination[column][row] = source[row][column]; lanes behind `rows` are zeroed.
  private func transpose(
    _ source: UnsafePointer<Float>, into destination: UnsafeMutablePointer<Float>, columns: Int, rows: Int, pitch: Int
  ) {
    // Sixteen columns at a time: one cache line of each source row.
    for first in stride(from: 0, to: columns, by: 16) {
      let end = min(first + 16, columns)
      for row in 0..<rows {
        let line = source + row * filterOutputs
        for column in first..<end { destination[column * pitch + row] = line[column] }
      }
    }
    for row in rows..<pitch {
      for column in 0..<columns { destination[column * pitch + row] = 0 }
    }
  }
}
