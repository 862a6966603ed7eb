/// The rank of each sample, counted from 1; equal samples share the mean of their ranks.
func ranks(_ samples: [Double]) -> [Double] {
  let order = samples.indices.sorted { samples[$0] < samples[$1] }
  var ranks = [Double](repeating: 0, count: samples.count)
  var start = 0
  while start < order.count {
    var end = start + 1
    while end < order.count, samples[order[end]] == samples[order[start]] { end += 1 }
    for index in order[start..<end] { ranks[index] = Double(start + end + 1) / 2 }
    start = end
  }
  return ranks
}
