#define _GNU_SOURCE
#include "CTicks.h"
#include <signal.h>
#include <stdatomic.h>
#include <ucontext.h>

enum { MOST = 1 << 17 };
static ctick ticks[MOST];
static atomic_size_t count;
static atomic_bool is_enabled;
static uint32_t (*label_of_thread)(void);
static struct sigaction profiler;

// The program's code, from the linker.
extern const char __executable_start, etext;

static uint64_t interrupted(const void *context) {
#if defined(__x86_64__)
  return (uint64_t)((const ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
  return ((const ucontext_t *)context)->uc_mcontext.pc;
#else
  return 0;
#endif
}

static void tick(int signal, siginfo_t *info, void *context) {
  const uint64_t address = interrupted(context);
  const bool is_ours = address >= (uint64_t)&__executable_start && address < (uint64_t)&etext;
  const uint32_t label = atomic_load(&is_enabled) && !is_ours ? label_of_thread() : 0;
  if (label != 0) {
    const size_t index = atomic_fetch_add(&count, 1);
    if (index < MOST) ticks[index] = (ctick){address, label};
  }
  // A jump: the profiler leaves out as many frames of a stack as it knows between itself and the interrupted code.
  __attribute__((musttail)) return profiler.sa_sigaction(signal, info, context);
}

void cticks_begin(uint32_t (*label)(void)) {
  atomic_store(&count, 0);
  label_of_thread = label;
  if (sigaction(SIGPROF, NULL, &profiler) != 0 || !(profiler.sa_flags & SA_SIGINFO)) return;
  struct sigaction action = profiler;
  action.sa_sigaction = tick;
  sigaction(SIGPROF, &action, NULL);
}

void cticks_enable(bool enabled) { atomic_store(&is_enabled, enabled); }

size_t cticks_end(void) {
  atomic_store(&is_enabled, false);
  struct sigaction current;
  if (sigaction(SIGPROF, NULL, &current) == 0 && current.sa_flags & SA_SIGINFO && current.sa_sigaction == tick)
    sigaction(SIGPROF, &profiler, NULL);
  const size_t noted = atomic_load(&count);
  return noted < MOST ? noted : MOST;
}

const ctick *cticks_all(void) { return ticks; }
