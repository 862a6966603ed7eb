// Memory whose surroundings may not be touched, and a record of who touched them.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// The first access that a watched range did not permit.
typedef struct {
  /// 0: there was none.
  uintptr_t address;
  /// 1 for a write, 0 for a read, -1 where the processor does not say.
  int is_write;
} cguard_access;

/// Watches `bytes` bytes from `base`, whose first and last `guard_bytes` are closed, all multiples of the page size. An
/// access that the protection of a page does not permit is recorded, the page is opened, a closed one filled with
/// `poison`, and the program goes on.
///
/// Returns the number of the watch, or -1 where all are taken: such an access then ends the process.
int cguard_watch(void *base, size_t bytes, size_t guard_bytes, uint32_t poison);

/// The first forbidden access since the watch began or was last asked.
cguard_access cguard_take(int watch);

void cguard_end(int watch);

/// Where a thread crashes outside all watches before this is called with NULL, standard error gets `sentence` and the
/// process ends with `status`. The sentence is copied; all but its first kilobyte is cut off.
void cguard_say_on_crash(const char *sentence, int status);
