#include "CClosure.h"

typedef void (*Digit)(cclosure body, intptr_t argument, uint32_t rest, int left);
static const Digit digits[16];

// Calls the frame of the next digit, which is the uppermost of `rest`, or the closure where no digit is left.
__attribute__((always_inline)) static inline void next(cclosure body, intptr_t argument, uint32_t rest, int left) {
  if (left == 0) cclosure_call(body, argument);
  else digits[rest >> 28](body, argument, rest << 4, left - 1);
}

// The `asm` behind the call keeps the compiler from jumping to the callee, which would remove the frame. Its operand
// differs, so that no linker takes the sixteen functions for one.
#define DIGIT(d)                                                                                        \
  __attribute__((noinline)) void cclosure_digit_##d(cclosure body, intptr_t argument, uint32_t rest, int left); \
  void cclosure_digit_##d(cclosure body, intptr_t argument, uint32_t rest, int left) {                  \
    next(body, argument, rest, left);                                                                   \
    __asm__ volatile("" : : "r"(0x##d) : "memory");                                                     \
  }

DIGIT(0) DIGIT(1) DIGIT(2) DIGIT(3) DIGIT(4) DIGIT(5) DIGIT(6) DIGIT(7)
DIGIT(8) DIGIT(9) DIGIT(a) DIGIT(b) DIGIT(c) DIGIT(d) DIGIT(e) DIGIT(f)

static const Digit digits[16] = {
  cclosure_digit_0, cclosure_digit_1, cclosure_digit_2, cclosure_digit_3, cclosure_digit_4, cclosure_digit_5,
  cclosure_digit_6, cclosure_digit_7, cclosure_digit_8, cclosure_digit_9, cclosure_digit_a, cclosure_digit_b,
  cclosure_digit_c, cclosure_digit_d, cclosure_digit_e, cclosure_digit_f,
};

static _Thread_local volatile uint32_t current;

uint32_t cclosure_current_label(void) { return current; }

void cclosure_call_labelled(cclosure body, intptr_t argument, uint32_t label) {
  const uint32_t outer = current;
  current = label;
  next(body, argument, label << (32 - 4 * CCLOSURE_LABEL_DIGITS), CCLOSURE_LABEL_DIGITS);
  current = outer;
}
