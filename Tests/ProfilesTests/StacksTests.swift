import Foundation
import TestSupport
import Testing

@testable import Profiles

/// Profiles made by hand, of addresses that no file names.
@Suite struct StacksTests {
  private func stacks(_ samples: [(UInt64, [UInt64])], _ notes: ProfileNotes = ProfileNotes()) throws -> Stacks {
    var file = CPUProfileBytes()
    file.samples = samples.map { (count: $0.0, addresses: $0.1) }
    file.text += notes.text
    return Stacks(try read(file.bytes))
  }

  /// Callers come first; a return address belongs to the instruction before it; equal stacks are one line.
  @Test func foldedStacks() throws {
    let stacks = try stacks([(3, [0x1010, 0x1021]), (2, [0x1010, 0x1021]), (1, [0x5000, 0x1031, 0x1031])])
    let expected = """
      libfirst.so.1+0x20;libfirst.so.1+0x10 5
      libfirst.so.1+0x30;0x5000 1

      """
    #expect(stacks.folded == expected)
  }

  /// OpenBLAS's kernels have no unwinding tables, so their stacks have no label; the ticks of the threads have.
  @Test func ticksNameTheOperationOfShortStacks() throws {
    var notes = ProfileNotes()
    notes.operations = ["conv1", "conv2"].map { ProfiledOperation(pass: "forward", layer: $0, phase: "forward") }
    notes.ticks = [.init(address: 0x1010, label: 1): 2, .init(address: 0x1010, label: 2): 4]
    let stacks = try stacks([(7, [0x1010]), (1, [0x1040])], notes)
    let expected = """
      conv1 forward;libfirst.so.1+0x10 2
      conv2 forward;libfirst.so.1+0x10 4
      no operation;libfirst.so.1+0x10 1
      no operation;libfirst.so.1+0x40 1

      """
    #expect(stacks.folded == expected)
    let totals = StackTotals(stacks)
    #expect(totals.operations.map(\.samples) == [2, 4, 2])
    #expect(totals.functions.map(\.own) == [7, 1] && totals.functions.map(\.total) == [7, 1])
  }

  /// Where there are several passes, they come first.
  @Test func passesAreRoots() throws {
    var notes = ProfileNotes()
    notes.operations = ["forward", "train"].map { ProfiledOperation(pass: $0, layer: "fc", phase: "forward") }
    notes.ticks = [.init(address: 0x1010, label: 2): 1]
    let stacks = try stacks([(1, [0x1010])], notes)
    #expect(stacks.folded == "train;fc forward;libfirst.so.1+0x10 1\n")
    let root = StackTree(stacks).root
    #expect(root.samples == 1 && root.children.map(\.name) == ["train"])
    #expect(root.children[0].children[0].children.map(\.kind) == [.library])
  }

  /// A function that calls itself is counted once for each sample.
  @Test func recursionCountsOnce() throws {
    let totals = StackTotals(try stacks([(4, [0x1010, 0x1021, 0x1011])]))
    #expect(totals.functions.allSatisfy { $0.total == 4 } && totals.functions.map(\.own) == [4, 0])
  }
}
