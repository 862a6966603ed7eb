import Results

extension RingModel {
  /// What the model says for some numbers of ranks, a row for each.
  /// - Parameter record: the run that the model is made of
  package func table(_ record: Record, ranks: [Int], _ link: Link) -> Table {
    let (bandwidth, latency) = (DisplayUnit.gigabytesPerSecond, DisplayUnit.microseconds)
    let rows = ranks.map { count -> [Table.Cell] in
      let step = step(ranks: count, link)
      return [
        .number(Double(count)), .number(step), .number(Double(count * record.batchSize) / step),
        .number(efficiency(ranks: count, link)), .number(step - self.step),
      ]
    }
    return Table(
      "\(record.model) \(record.pass.rawValue), batch \(record.batchSize) a rank: predicted steps of many ranks",
      columns: [
        .init("ranks", .count, decimals: 0), .init("step", .time(for: step), decimals: 2),
        .init("images/s", .count, decimals: 1), .init("efficiency", .perCent, decimals: 1),
        .init("exposed", .time(for: step), decimals: 2),
      ], rows: rows,
      notes: [
        "A step without communication takes \(DisplayUnit.time(for: step).format(step, decimals: 2)) "
          + "\(DisplayUnit.time(for: step).symbol) as measured; the link moves "
          + "\(bandwidth.format(link.bandwidth, decimals: 3)) \(bandwidth.symbol) in each direction, and a message costs "
          + "\(latency.format(link.latency, decimals: 1)) \(latency.symbol).",
        "Assumed: a host for each rank, all as fast as the measured one; a ring of 2 (N - 1) exchanges for each "
          + "all-reduce, one after the other, each from when its gradients are ready; and no time of the processor for it.",
      ])
  }
}
