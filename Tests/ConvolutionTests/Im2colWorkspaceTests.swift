import Convolution
import Terms
import Testing
import Threads

/// The column buffer is tiled: its size must not follow the batch.
@Suite struct Im2colWorkspaceTests {
  @Test(arguments: [1, 2, 16], [1, 16, 128])
  func staysUnder64MiB(threads: Int, batch: Int) throws {
    let context = ExecutionContext(pool: ThreadPool(count: threads))
    let layers = [
      "c3h224w224k64r3p1", "c64h224w224k64r3p1", "c512h28w28k512r3p1", "c512h14w14k512r3p1", "c3h224w224k96r11u4p3+4",
      "c25088h1w1k4096r1",
    ]
    for text in layers {
      var problem = try ConvolutionProblem(parsing: text)
      problem.batch = batch
      for direction in Direction.allCases {
        let plan = Im2col().plan(ConvolutionRequest(problem, direction), in: context)
        #expect(plan.workspaceBytes < 64 << 20, "\(direction) \(problem)")
      }
    }
  }
}
