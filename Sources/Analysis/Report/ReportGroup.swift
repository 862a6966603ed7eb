import Results
import Statistics

/// The runs that a chart can show together: they did the same work, on any back end.
struct ReportGroup {
  let title: String
  let runs: [ReportRun]
  /// One series for each run, named by its back end, with a number where several runs have the same one.
  let series: [Series]

  /// The groups, in the order of their first runs. A back end has the same colour in all of them.
  static func all(_ runs: [ReportRun]) -> [ReportGroup] {
    var (order, members): ([String], [String: [ReportRun]]) = ([], [:])
    for run in runs {
      let title = run.record.heading
      if members[title] == nil { order.append(title) }
      members[title, default: []].append(run)
    }
    var colours: [String: Int] = [:]
    return order.map { title in
      let group = members[title]!
      var seen: [String: Int] = [:]
      let counts = Dictionary(grouping: group, by: \.record.backend).mapValues(\.count)
      let series = group.map { run -> Series in
        let backend = run.record.backend
        seen[backend, default: 0] += 1
        let number = seen[backend]!
        let several = counts[backend]! > 1
        let name = several ? "\(backend) (\(number))" : backend
        colours[name] = colours[name] ?? colours.count
        return Series(
          name: name, colour: colours[name]!, durations: run.record.durations, median: run.summary.summary.median,
          interval: run.summary.summary.medianInterval)
      }
      return ReportGroup(title: title, runs: group, series: series)
    }
  }

  var charts: [any Chart] {
    var charts: [any Chart] = series.count > 1 ? [RateChart(bars: bars)] : []
    charts += [DistributionChart(series), DriftChart(series: series)] as [any Chart]
    if let layers {
      charts.append(layers)
      if let roofline = RooflineChart(layers, bandwidth: runs.compactMap(\.record.memoryBandwidth).max()) {
        charts.append(roofline)
      }
    }
    return charts
  }

  /// The comparison in turns; nil unless all runs are of one file that was measured so.
  private var comparison: BackendComparison? {
    guard runs.count > 1, Set(runs.map(\.file)).count == 1,
      runs.allSatisfy({ $0.record.protocolName == Record.inTurns })
    else { return nil }
    return BackendComparison(runs.map(\.record))
  }

  private var bars: [RateChart.Bar] {
    let comparison = comparison
    return zip(runs, series).map { run, series in
      let batch = Double(run.record.batchSize)
      let remark = comparison.flatMap { comparison in
        comparison.speed(run.record).map { speed in
          "\(speed.ratio.label) x \(comparison.baseline.backend), \(speed.interval.lowerBound.label) to "
            + speed.interval.upperBound.label
        }
      }
      return RateChart.Bar(
        name: series.name, colour: series.colour, rate: batch / series.median,
        interval: batch / series.interval.upperBound...batch / series.interval.lowerBound, remark: remark ?? "")
    }
  }

  private var layers: LayerChart? {
    let timed = zip(runs, series).filter { run, _ in run.record.layers.contains { $0.flopRate != nil } }
    let aligned = timed.map(\.0.record).withAlignedLayers
    guard let first = aligned.first else { return nil }
    let records = aligned.map { record in
      Dictionary(record.layers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let layers = first.layers.filter { $0.problem != nil }.map { layer in
      let same = records.map { $0[layer.name] }
      return LayerChart.Layer(
        name: layer.name, problem: layer.problem ?? "", intensity: same.lazy.compactMap { $0?.intensity }.first,
        rates: same.map { $0?.flopRate })
    }
    return LayerChart(
      layers: layers, series: timed.map { ($0.1.name, $0.1.colour) },
      peak: timed.compactMap(\.0.record.peakFlopRate).max())
  }

  /// The numbers of the charts: the fastest back end of each layer, or the times of each layer of each run.
  var tables: [Table] {
    var tables: [Table] = []
    if let comparison {
      tables.append(comparison.table())
      if layers != nil { tables.append(FastestBackends(comparison).table) }
    } else {
      tables += runs.filter { $0.record.layers.contains { $0.durations != nil } }.map { LayerTable.table($0.record) }
    }
    return tables
  }
}
