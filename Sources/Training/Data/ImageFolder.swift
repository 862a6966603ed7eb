import Foundation
import Terms

/// A folder with a folder for each class, which has the images: `cats/1.png`, `dogs/7.jpg`.
///
/// Where the folder has a folder `train` and one of `test` or `val`, the classes are in these. Classes are numbered in
/// the order of their names. Images are read when they are needed; damage shows then.
package struct ImageFolder: ImageSource {
  package let name: String
  package let classes: [String]
  package var count: Int { images.count }
  /// Says that both splits are the same images, as a sentence; nil where they are not.
  package var noteOnSplit: String? {
    isUndivided
      ? "\(name) has no folders `train` and `test`: the images of the evaluation are those of the training." : nil
  }
  private let isUndivided: Bool
  private let images: [(path: String, label: Int)]

  private static let extensions: Set = ["png", "jpg", "jpeg"]

  /// - Throws: `DataError` where there is no such folder, no class or a class without images
  package init(_ path: String, _ split: Split) throws(DataError) {
    let entries = try Self.entries(path)
    let tests = ["test", "val"].filter(entries.folders.contains)
    isUndivided = !entries.folders.contains("train") || tests.isEmpty
    let root = isUndivided ? path : "\(path)/\(split == .training ? "train" : tests[0])"
    let (classes, stray) = isUndivided ? entries : try Self.entries(root)
    guard !classes.isEmpty else {
      let found = stray.isEmpty ? "the folder is empty" : "the folder has images, but no folder for a class"
      throw DataError(root, "\(found). Put the images of each class into a folder of its own.")
    }
    if let image = stray.first {
      throw DataError("\(root)/\(image)", "the image has no class. Put it into the folder of one.")
    }
    var images: [(String, Int)] = []
    for (label, name) in classes.enumerated() {
      let files = try Self.entries("\(root)/\(name)").images
      guard !files.isEmpty else {
        throw DataError("\(root)/\(name)", "the class has no PNG or JPEG image. Add some, or remove the folder.")
      }
      images += files.map { ("\(root)/\(name)/\($0)", label) }
    }
    self.classes = classes
    self.images = images
    name = FilePath(path).name.isEmpty ? path : FilePath(path).name
  }

  /// Names in a folder, sorted: of folders, and of files that are images by their extension.
  private static func entries(_ path: String) throws(DataError) -> (folders: [String], images: [String]) {
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: path).sorted() } catch {
      throw DataError(
        path,
        "there is no such folder, or it cannot be read. Give CIFAR-10's binary files, a folder with a folder for "
          + "each class, or the word \(DataSet.synthetic).")
    }
    let visible = names.filter { !$0.hasPrefix(".") }
    var isFolder: ObjCBool = false
    let folders = visible.filter {
      FileManager.default.fileExists(atPath: "\(path)/\($0)", isDirectory: &isFolder) && isFolder.boolValue
    }
    let images = visible.filter { name in
      name.lastIndex(of: ".").map { extensions.contains(name[name.index(after: $0)...].lowercased()) } ?? false
    }
    return (folders, images.filter { !folders.contains($0) })
  }

  package func read(_ index: Int) throws(DataError) -> LabelledImage {
    let (path, label) = images[index]
    let bytes: [UInt8]
    do { bytes = try FileContents.bytes(path) } catch {
      throw DataError(path, "the image cannot be read (\(error.reason)); check its permissions.")
    }
    return try ImageDecoder.image(bytes, label: label, path: path)
  }
}
