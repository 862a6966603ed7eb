extension Program {
  /// For each dispatch of a step, the bytes of the tensors that the memory plan keeps apart then: those in use, without
  /// the persistent ones. It is at most `memory.transientBytes`.
  package var liveBytes: [Int] {
    var bytes: [ObjectIdentifier: Int] = [:]
    let requests = Lifetimes(schedule.groups).requests
    for (number, operation) in schedule.groups.joined().enumerated() {
      bytes[ObjectIdentifier(operation)] = requests.reduce(0) {
        $0 + ($1.steps.contains(number) ? $1.byteCount : 0)
      }
    }
    return schedule.dispatches.map { bytes[ObjectIdentifier($0.operation)]! }
  }
}
