/// The rank of each sample, counted from 1; equal samples share the mean of their ranks.
func ranks(_ samples: [Double]) -> [Double] {
  // Samples beside their indices: comparing through indices would miss the caches in every step.
  let order = samples.enumerated().map { (sample: $1, index: $0) }.sorted { $0.sample < $1.sample }
  var ranks = [Double](repeating: 0, count: samples.count)
  var start = 0
  while start < order.count {
    var end = start + 1
    while end < order.count, order[end].sample == order[start].sample { end += 1 }
    for (_, index) in order[start..<end] { ranks[index] = Double(start + end + 1) / 2 }
    start = end
  }
  return ranks
}
