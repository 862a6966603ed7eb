// Notes of a profiler's ticks: which instruction was interrupted, and for which label the thread computed.
//
// A profiler cannot find the callers of code without unwinding tables, such as OpenBLAS's kernels in assembler; then its
// stack is one instruction long and does not say what it worked for. The label of the thread does.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint64_t address;
  uint32_t label;
} ctick;

// Puts itself in front of SIGPROF's handler, until `cticks_end`. `label` is called inside signal handlers; 0 is no label.
void cticks_begin(uint32_t (*_Nonnull label)(void));

// Whether ticks are noted now; at first they are not.
void cticks_enable(bool enabled);

// Gives SIGPROF's handler back and returns the number of ticks.
size_t cticks_end(void);

// The ticks since `cticks_begin` on threads with a label, of instructions outside of the program itself: inside it there
// are unwinding tables. Beyond 2^17 none is noted.
const ctick *_Nonnull cticks_all(void);
