#include "CAllocationCount.h"

#include <stdatomic.h>
#include <stdbool.h>

#include "Count.h"

static atomic_bool is_counting;
static atomic_long process_allocations, process_bytes;
static _Thread_local allocation_count of_thread;

static bool counts(void) { return atomic_load_explicit(&is_counting, memory_order_relaxed); }

void allocation_count_add(size_t bytes) {
  if (__builtin_expect(!counts(), 1)) return;
  of_thread.allocations += 1;
  of_thread.bytes += (long)bytes;
  atomic_fetch_add_explicit(&process_allocations, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&process_bytes, (long)bytes, memory_order_relaxed);
}

void allocation_count_start(void) {
  if (allocation_count_prepare()) atomic_store(&is_counting, true);
}

allocation_count allocation_count_of_process(void) {
  if (!counts()) return (allocation_count){-1, -1};
  return (allocation_count){
    atomic_load_explicit(&process_allocations, memory_order_relaxed),
    atomic_load_explicit(&process_bytes, memory_order_relaxed)};
}

allocation_count allocation_count_of_thread(void) { return counts() ? of_thread : (allocation_count){-1, -1}; }
