import Foundation

/// The images that `--data` names.
package enum DataSet {
  /// The word for the set that is drawn.
  package static let synthetic = "synthetic"

  /// Opens one split of a set: CIFAR-10's binary files, a folder of classes, or what is drawn.
  ///
  /// - Parameters:
  ///   - imageSize: side of the network's input, in pixels. Synthetic images are a third larger, as CIFAR's are for its
  ///     tutorial, so that random parts can be taken
  ///   - outputs: how many classes the network tells apart
  package static func open(
    _ path: String, _ split: Split, imageSize: Int, outputs: Int
  ) throws(DataError) -> any ImageSource {
    let source: any ImageSource
    if path == synthetic {
      let classes = min(outputs, SyntheticImages.largestClassCount)
      return SyntheticImages(split, side: imageSize + (imageSize + 2) / 3, classes: classes)
    } else if let directory = CIFARFiles.find(in: path) {
      source = try CIFARFiles(directory: directory, split)
    } else {
      source = try ImageFolder(path, split)
    }
    guard source.classes.count <= outputs else {
      throw DataError(
        path, "the set has \(source.classes.count) classes, more than the \(outputs) that the network tells apart.")
    }
    return source
  }
}
