import Terms

/// Hears of the gradients of a step between its dispatches, on the thread that runs them.
package protocol GradientListener: AnyObject {
  func stepBegins()
  /// The step writes these gradients no more. The listener may change them until `updateBegins` returns.
  func areFinal(_ gradients: [Tensor])
  /// A dispatch of backward has ended.
  func dispatchEnded()
  /// Backward is over, and what follows reads the gradients.
  func updateBegins()
}

/// Runs the steps of a program and tells a listener which gradients are final.
package struct GradientFollower {
  private let listener: any GradientListener
  /// The gradients that each dispatch is the last to write.
  private let final: [[Tensor]]
  /// From the first dispatch that finishes a gradient on, until the first one of the update.
  private let backward: Range<Int>

  /// - Parameter program: of a pass with gradients
  package init(_ program: Program, _ listener: any GradientListener) {
    let order = program.finalGradients
    let first = order.firstIndex { !$0.isEmpty } ?? order.endIndex
    let update = program.schedule.dispatches.firstIndex { $0.operation.phase == .update } ?? order.endIndex
    (self.listener, final, backward) = (listener, order, first..<max(first, update))
  }

  func run(_ schedule: Schedule) {
    let dispatches = schedule.dispatches
    listener.stepBegins()
    for dispatch in dispatches[..<backward.lowerBound] { dispatch.run() }
    for number in backward {
      dispatches[number].run()
      if !final[number].isEmpty { listener.areFinal(final[number]) }
      listener.dispatchEnded()
    }
    listener.updateBegins()
    for dispatch in dispatches[backward.upperBound...] { dispatch.run() }
  }
}

extension Program {
  /// The gradients of parameters that each dispatch of a step is the last to write, by the dispatches' numbers.
  package var finalGradients: [[Tensor]] {
    let gradients = Set(gradients.values.map(ObjectIdentifier.init))
    var seen = Set<ObjectIdentifier>()
    let backwards = schedule.dispatches.reversed().map { dispatch in
      dispatch.operation.writes.filter { tensor in
        let id = ObjectIdentifier(tensor)
        return gradients.contains(id) && seen.insert(id).inserted
      }
    }
    return backwards.reversed()
  }
}
