#include "CClosure.h"

#define SWIFT_CONVENTION __attribute__((swiftcall))
#define SWIFT_CONTEXT __attribute__((swift_context))

// Swift cannot store a closure that does not escape, only pass it on; what it passes are these two words. Called from
// Swift, by a declaration that gives the closure's type: `use` may keep the words until it returns.
SWIFT_CONVENTION void cclosure_lend(
  const void *code, const void *context, void (*use)(cclosure body, void *user), void *user) {
  use((cclosure){code, context}, user);
}

void cclosure_call(cclosure body, intptr_t argument) {
  typedef SWIFT_CONVENTION void (*Code)(intptr_t, SWIFT_CONTEXT const void *);
  ((Code)body.code)(argument, body.context);
}
