extension ProfileRecord {
  /// A list that does not have one number for each profiled step, or for each thread, and how many it has to have.
  ///
  /// Whoever compares two profiles goes through these lists together.
  var firstWrongList: (key: String, reason: String)? {
    func wrong(_ key: String, _ count: Int, _ expected: Int, _ what: String) -> (String, String)? {
      count == expected ? nil : (key, "it needs \(expected) entries, one for each \(what), not \(count)")
    }
    let steps = durations.count
    if let list = wrong("plain_durations_s", plainDurations.count, steps, "step")
      ?? wrong("threads", threads.count, threadCount, "thread")
    {
      return list
    }
    for (index, layer) in layers.enumerated() {
      let key = "layers[\(index)]"
      if let list = wrong("\(key).durations_s", layer.durations.count, steps, "step")
        ?? wrong("\(key).busy_s", layer.busy.count, threadCount, "thread")
      {
        return list
      }
      for (number, phase) in layer.phases.enumerated() {
        let key = "\(key).phases[\(number)].durations_s"
        if let list = wrong(key, phase.durations.count, steps, "step") { return list }
      }
    }
    return nil
  }
}
