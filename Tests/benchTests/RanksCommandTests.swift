import TestSupport
import Testing

/// What one process says about options and launchers of many. `scripts/test-mpi` runs many.
@Suite struct RanksCommandTests {
  @Test(arguments: ["--scaling", "--share-cores", "--bucket-size 2", "--rank-timeout 5"])
  func optionsOfManyNeedALauncher(_ option: String) {
    expectRefusal(
      ["mobilenetv2", "--pass", "train"] + option.split(separator: " ").map(String.init), status: 64,
      saying: "mpirun -np 2 bench MODEL --pass train")
  }

  @Test(arguments: ["0", "-1", "nan", "2000"]) func bucketsHaveASize(_ size: String) {
    expectRefusal(["mobilenetv2", "--bucket-size=\(size)"], status: 64, saying: "--bucket-size must be 0.001 to 1024")
  }

  #if !MPI
    /// Rank 0 says how to build a program for many; the others end with the same code.
    @Test(arguments: [0, 1]) func buildForOneSaysHowToGetAnother(_ rank: Int) throws {
      try withDirectory { (directory: String) throws in
        let ran = try Ran(
          ["OMPI_COMM_WORLD_SIZE=2", "OMPI_COMM_WORLD_RANK=\(rank)", Ran.program, "mobilenetv2", "--pass", "train"],
          in: directory)
        #expect(ran.status == 64 && ran.out == "")
        #expect(ran.err.contains("--traits MPI") == (rank == 0) && ran.err.split(separator: "\n").count == 1 - rank)
      }
    }

    @Test func oneLaunchedProcessIsAlone() throws {
      try withDirectory { (directory: String) throws in
        let ran = try Ran(["PMI_SIZE=1", "PMI_RANK=0", Ran.program, "list"], in: directory)
        #expect(ran.status == 0 && ran.out.contains("vgg16"), "\(ran.err)")
      }
    }
  #endif
}
