/// What the program that launched this process says about the others: `mpirun` or `mpiexec` of Open MPI, MPICH and
/// their kin, or Slurm's `srun`.
package struct Launcher: Equatable, Sendable {
  /// The number of this process, from 0.
  package let rank: Int
  /// The processes of the run.
  package let count: Int

  /// The number of processes and the rank, by the launchers that set them. `SLURM_NTASKS` is none of them: a batch
  /// script has it, too, and what the script starts is alone.
  private static let variables = [
    ("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"), ("PMI_SIZE", "PMI_RANK"), ("SLURM_STEP_NUM_TASKS", "PMIX_RANK"),
  ]

  /// The variables that make a process one of several.
  package static var names: [String] { variables.flatMap { [$0.0, $0.1] } }

  /// Returns nil for a process of its own.
  package init?(_ environment: [String: String]) {
    for (count, rank) in Self.variables {
      guard let count = environment[count].flatMap(Int.init), let rank = environment[rank].flatMap(Int.init),
        (0..<count).contains(rank)
      else { continue }
      (self.rank, self.count) = (rank, count)
      return
    }
    return nil
  }
}
