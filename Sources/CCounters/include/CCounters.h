// System calls and instructions that Swift has no spelling for, to count what a processor does.
#pragma once

#include <linux/perf_event.h>
#include <stdint.h>

/// Opens a counter of the calling thread, in user space only, so that `perf_event_paranoid` 2 permits it. A `read` of a
/// leader gives its whole group with the times enabled and running (PERF_FORMAT_GROUP).
///
/// - type, config: as in `perf_event_attr`
/// - leader: the file of the group's first counter; -1 starts a group
/// Returns a file, or a negative errno.
int ccounters_open(uint32_t type, uint64_t config, int leader);

/// Starts a group. Its counters are opened before: Linux 6.18 may leave one stopped that is added to a running group.
void ccounters_start(int leader);

/// Adds 1 `count` times, rounded up to a multiple of 16, where each addition waits for the one before and takes one
/// cycle. Returns the sum, or 0 on processors for which there is no such chain.
///
/// Both operands are registers: several processors (Intel since Golden Cove) add a small constant while they rename
/// registers, which takes no cycle.
uint64_t ccounters_dependent_additions(uint64_t count);
