/// The numbers of cores as Linux writes them: `0-3,8`.
package func coreList(_ cores: some Collection<Int>) -> String {
  var ranges: [ClosedRange<Int>] = []
  for core in Set(cores).sorted() {
    if let last = ranges.last, last.upperBound + 1 == core {
      ranges[ranges.count - 1] = last.lowerBound...core
    } else {
      ranges.append(core...core)
    }
  }
  return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
}
