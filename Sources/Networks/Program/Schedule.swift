/// The order of a step's instructions.
///
/// Layer by layer, each for the whole batch, but for tensors that the caches cannot hold: there, instructions that follow
/// each other and take images in portions form a group, which goes through the batch portion by portion, so that each
/// instruction finds in the cache what the one before it wrote. Batch norm's statistics end a group: they need the whole
/// batch.
package struct Schedule {
  /// Instructions that are in use together: their tensors must not share memory.
  package private(set) var groups: [[any Instruction]] = []
  package private(set) var turns: [Turn] = []

  /// One run of one instruction.
  package struct Turn {
    package let instruction: any Instruction
    package let images: Range<Int>
    func run() { instruction.run(images: images) }
  }

  init(_ instructions: [any Instruction], batch: Int) {
    var group: [any Instruction] = []
    var images: Int?
    /// Instructions on weights alone interrupt no group: they run before it.
    var ahead: [any Instruction] = []

    func close() {
      for instruction in ahead { append(instruction, batch) }
      append(group, portion: images ?? batch, batch)
      (group, images, ahead) = ([], nil, [])
    }
    for instruction in instructions {
      switch instruction.portion {
      case .batch:
        close()
        append(instruction, batch)
      case .weights: ahead.append(instruction)
      case .any: group.append(instruction)
      case .images(let count):
        if let images, images != count { close() }
        images = count
        group.append(instruction)
      }
    }
    close()
  }

  private mutating func append(_ group: [any Instruction], portion: Int, _ batch: Int) {
    guard portion < batch else {
      for instruction in group { append(instruction, batch) }
      return
    }
    groups.append(group)
    for first in stride(from: 0, to: batch, by: portion) {
      for instruction in group {
        turns.append(Turn(instruction: instruction, images: first..<first + portion))
      }
    }
  }

  private mutating func append(_ instruction: any Instruction, _ batch: Int) {
    groups.append([instruction])
    turns.append(Turn(instruction: instruction, images: 0..<batch))
  }
}
