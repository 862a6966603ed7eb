import Kernels
import Threads

/// A sum over the rows of a matrix, cut into parts that depend neither on the number of threads nor on how many images
/// are taken at a time.
struct ColumnReduction {
  /// A part of this size is still in the cache when it is read a second time.
  private static let partBytes = 256 << 10

  private let imageRows: Int
  private let images: Int
  let columns: Int
  private let imageParts: Int
  private let partRows: Int

  /// - Parameters:
  ///   - rows: of one image
  ///   - images: how many there are
  init(rows: Int, of images: Int, columns: Int) {
    imageRows = rows
    self.images = images
    self.columns = columns
    partRows = max(Self.partBytes / (columns * MemoryLayout<Float>.stride), 64)
    imageParts = rows.dividedRoundingUp(by: partRows)
  }

  /// Rows of all images.
  var rows: Int { images * imageRows }
  var parts: Int { images * imageParts }
  /// [parts, columns].
  var scratchFloats: Int { parts * columns }

  /// Calls `body(rows, part)` for every part of `images`, split among the workers; rows are counted from the first
  /// image's.
  func run(
    _ images: Range<Int>, on pool: ThreadPool, scratch: UnsafeMutablePointer<Float>,
    _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    nonisolated(unsafe) let scratch = scratch
    let firstPart = images.lowerBound * imageParts
    let firstRow = images.lowerBound * imageRows
    pool.split(images.count * imageParts) { share in
      for part in share {
        let rows = rows(of: firstPart + part)
        body(rows.lowerBound - firstRow..<rows.upperBound - firstRow, scratch + (firstPart + part) * columns)
      }
    }
  }

  func rows(of part: Int) -> Range<Int> {
    let (image, index) = part.quotientAndRemainder(dividingBy: imageParts)
    return (image * imageRows + index * partRows)..<(image * imageRows + min((index + 1) * partRows, imageRows))
  }
}
