// A Swift closure as Swift passes it: code, and the context it reads its captured values from.
#pragma once
#include <stdint.h>

typedef struct {
  const void *_Nonnull code;
  const void *_Nullable context;
} cclosure;

// Calls a closure of type `(Int) -> Void`.
void cclosure_call(cclosure body, intptr_t argument);

// The hexadecimal digits of a label, and the largest label that they hold.
#define CCLOSURE_LABEL_DIGITS 3
#define CCLOSURE_LARGEST_LABEL 0xfff

// Calls the closure below one frame for each digit of the label, the first digit outermost: `cclosure_digit_0` to
// `cclosure_digit_f`. Whoever looks at the stack can read the label there.
void cclosure_call_labelled(cclosure body, intptr_t argument, uint32_t label);

// The label under which the calling thread computes; 0 for none. It may be called inside a signal handler.
uint32_t cclosure_current_label(void);
