/// Stacks with common beginnings put together: a flame graph.
package struct StackTree {
  package struct Node {
    package let name: String
    package let kind: Kind
    package fileprivate(set) var samples: Int
    package fileprivate(set) var children: [Node] = []
  }

  /// What a node is, by which a picture colours it.
  package enum Kind: Int {
    case operation, kernel, swift, library
  }

  package private(set) var root: Node

  package init(_ stacks: Stacks) {
    root = Node(name: "all", kind: .operation, samples: 0)
    // Operations come in the order in which they run, which the order of insertion keeps.
    let sorted = stacks.counts.sorted { a, b in
      let (first, second) = (a.key.operation ?? .max, b.key.operation ?? .max)
      return first != second ? first < second : stacks.names(a.key).lexicographicallyPrecedes(stacks.names(b.key))
    }
    for (stack, count) in sorted {
      let roots = stacks.roots(of: stack.operation).map { (name: $0, kind: Kind.operation) }
      let frames = stack.frames.map { (name: $0.name, kind: Kind($0)) }
      Self.add(roots + frames, count, to: &root)
    }
    Self.order(&root)
  }

  private static func add(_ path: [(name: String, kind: Kind)], _ count: Int, to node: inout Node) {
    node.samples += count
    guard let first = path.first else { return }
    let index = node.children.firstIndex { $0.name == first.name && $0.kind == first.kind } ?? node.children.count
    if index == node.children.count { node.children.append(Node(name: first.name, kind: first.kind, samples: 0)) }
    add(Array(path.dropFirst()), count, to: &node.children[index])
  }

  /// Functions come with most samples first.
  private static func order(_ node: inout Node) {
    if node.children.allSatisfy({ $0.kind != .operation }) {
      node.children.sort { $0.samples != $1.samples ? $0.samples > $1.samples : $0.name < $1.name }
    }
    for index in node.children.indices { order(&node.children[index]) }
  }
}

extension StackTree.Kind {
  fileprivate init(_ frame: Frame) {
    self = frame.isKernel ? .kernel : frame.module.contains(".so") || frame.function.contains("+0x") ? .library : .swift
  }
}
