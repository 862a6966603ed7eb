// A Swift closure as Swift passes it: code, and the context it reads its captured values from.
#pragma once
#include <stdint.h>

typedef struct {
  const void *_Nonnull code;
  const void *_Nullable context;
} cclosure;

// Calls a closure of type `(Int) -> Void`.
void cclosure_call(cclosure body, intptr_t argument);
