#include "CCounters.h"

#if defined(__x86_64__)
#define ADDITION "add %1, %0\n"
#elif defined(__aarch64__)
#define ADDITION "add %0, %0, %1\n"
#endif

uint64_t ccounters_dependent_additions(uint64_t count) {
  uint64_t sum = 0;
#if defined(ADDITION)
  // The loop's own instructions do not depend on the sum, so they run beside the additions.
  for (uint64_t done = 0; done < count; done += 16) {
    __asm__ volatile(".rept 16\n" ADDITION ".endr" : "+r"(sum) : "r"(UINT64_C(1)) : "cc");
  }
#endif
  return sum;
}
