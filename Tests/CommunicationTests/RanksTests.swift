import Communication
import Testing

@Suite struct RanksTests {
  @Test(arguments: [1, 2, 5]) func everyRankHearsTheTextOfEach(_ count: Int) {
    let texts = (0..<count).map { String(repeating: "ä\($0)", count: 3 * $0) }
    ThreadCommunicator.run(count) { ranks in
      #expect(ranks.gather(texts[ranks.rank]) == texts)
    }
  }

  @Test func maximaAndRequestsReachAll() throws {
    ThreadCommunicator.run(3) { ranks in
      #expect(ranks.maximum([Double(ranks.rank), -Double(ranks.rank)]) == [2, 0])
      #expect(ranks.any(ranks.rank == 1) && !ranks.any(false))
    }
  }

  @Test func broadcastTakesRankZeros() {
    ThreadCommunicator.run(2) { ranks in
      var values = (0..<5).map { Float($0 + 10 * ranks.rank) }
      values.withUnsafeMutableBytes { ranks.broadcast($0) }
      #expect(values == [0, 1, 2, 3, 4])
    }
  }

  @Test func digestsDifferWhereBytesDo() {
    func digest(_ bytes: [UInt8]) -> String {
      var digest = Digest()
      bytes.withUnsafeBytes { digest.add($0) }
      return digest.text
    }
    var seen = Set<String>()
    for count in 0..<40 { seen.insert(digest([UInt8](repeating: 0, count: count))) }
    for position in 0..<40 {
      var bytes = [UInt8](repeating: 0, count: 40)
      bytes[position] = 1
      seen.insert(digest(bytes))
    }
    #expect(seen.count == 80 && seen.allSatisfy { $0.count == 16 })
  }
}

@Suite struct LauncherTests {
  @Test func launchersAreKnownByTheirVariables() {
    #expect(Launcher(["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "3"])?.rank == 3)
    #expect(Launcher(["PMI_SIZE": "2", "PMI_RANK": "0"])?.count == 2)
    #expect(Launcher(["SLURM_STEP_NUM_TASKS": "8", "PMIX_RANK": "7"])?.count == 8)
  }

  /// A batch script of Slurm is alone, and nobody is rank 4 of 4.
  @Test(
    arguments: [
      [:], ["SLURM_NTASKS": "4", "SLURM_PROCID": "0"], ["OMPI_COMM_WORLD_SIZE": "4"],
      ["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "4"], ["PMI_SIZE": "x", "PMI_RANK": "0"],
    ] as [[String: String]]) func otherProcessesAreAlone(_ environment: [String: String])
  {
    #expect(Launcher(environment) == nil)
  }
}

@Suite struct SeatTests {
  private func seat(_ host: String, _ cores: [Int], _ threads: Int, chosen: Bool = false) -> Seat {
    Seat(host: host, cores: cores, threads: threads, choosesThreads: chosen)
  }

  @Test func ranksOnCoresOfTheirOwnDoNotDisplaceEachOther() {
    #expect([seat("a", [0], 1), seat("a", [1], 1), seat("b", [0], 1)].conflict == nil)
    #expect([seat("a", [], 2), seat("a", [], 2)].conflict == nil)
  }

  @Test func sharedCoresAreRefusedInASentence() throws {
    let conflict = try #require([seat("a", [0, 1], 2), seat("b", [0, 1], 2), seat("b", [1, 2], 2)].conflict)
    #expect(conflict.contains("Ranks 1 and 2 share core 1 of b"), "\(conflict)")
    #expect(conflict.hasSuffix("at most 3 of them."), "\(conflict)")
  }

  @Test func chosenThreadsThatFitAreTaken() {
    #expect([seat("a", [0, 1], 1, chosen: true), seat("a", [0, 1], 1, chosen: true)].conflict == nil)
    #expect([seat("a", [0, 1], 2, chosen: true), seat("a", [0, 1], 1, chosen: true)].conflict != nil)
    #expect([seat("a", [0, 1], 1, chosen: true), seat("a", [0, 1], 1)].conflict != nil)
  }
}
