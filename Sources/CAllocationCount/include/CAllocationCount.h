// Counts heap allocations. A program that links this target has its allocation functions from here; they forward to
// those that the program would have without it.
#pragma once

/// Allocations since `allocation_count_start`; both numbers are negative where they are not counted.
typedef struct {
  long allocations;
  long bytes;
} allocation_count;

/// Counts from now on, in every thread and until the program ends. Before this call each allocation pays for one
/// predictable branch.
void allocation_count_start(void);

/// The allocations of all threads.
allocation_count allocation_count_of_process(void);

/// The allocations of the calling thread.
allocation_count allocation_count_of_thread(void);
