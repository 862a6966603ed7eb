import ArgumentParser
import Foundation
import Gate

/// `bench worker`: the process that `bench gate` starts. It is hidden, because people have no use for it.
struct WorkerCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Take steps on request: JSON lines on standard input and output.",
    shouldDisplay: false)

  func run(on console: Console) throws -> Int32 {
    let slowdown = ProcessInfo.processInfo.environment[GatePrograms.slowdownVariable].flatMap(Double.init) ?? 1
    let server = WorkerServer(slowdown: slowdown) { (specification, verify) throws(WorkloadError) in
      try gateWorkload(specification, verify: verify)
    }
    server.serve(readLine: { readLine() }, write: { console.print($0) })
    // When output is lost, the gate has gone, so nobody would read a sentence.
    return console.hasLostOutput ? ExitStatus.failure : 0
  }
}
