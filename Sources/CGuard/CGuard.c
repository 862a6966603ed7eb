#define _GNU_SOURCE
#include "CGuard.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

// Everything here is read by a signal handler, so there is no lock and no allocation: a table of fixed size.
enum { WATCHES = 1024, FREE = 0, TAKEN = 1, WATCHING = 2 };

typedef struct {
  atomic_int state;
  uintptr_t base;
  size_t bytes;
  size_t guard_bytes;
  uint32_t poison;
  atomic_uintptr_t first;
  atomic_int is_write;
} watch;

static watch watches[WATCHES];
static char crash_sentence[1024];
static atomic_int crash_status;
static struct sigaction previous[2];
static size_t page_bytes;

static int is_write(const void *context) {
#if defined(__x86_64__)
  return (((const ucontext_t *)context)->uc_mcontext.gregs[REG_ERR] >> 1) & 1;
#else
  return -1;
#endif
}

static void open_page(const watch *watch, uintptr_t page) {
  if (mprotect((void *)page, page_bytes, PROT_READ | PROT_WRITE) != 0) return;
  uintptr_t end = watch->base + watch->bytes;
  if (page >= watch->base + watch->guard_bytes && page < end - watch->guard_bytes) return;
  for (uint32_t *word = (uint32_t *)page; word < (uint32_t *)(page + page_bytes); word++) *word = watch->poison;
}

static void handle(int signal, siginfo_t *info, void *context) {
  uintptr_t address = (uintptr_t)info->si_addr;
  for (int index = 0; index < WATCHES; index++) {
    watch *watch = &watches[index];
    if (atomic_load(&watch->state) != WATCHING) continue;
    if (address < watch->base || address >= watch->base + watch->bytes) continue;
    uintptr_t none = 0;
    if (atomic_compare_exchange_strong(&watch->first, &none, address)) {
      atomic_store(&watch->is_write, is_write(context));
    }
    open_page(watch, address & ~(uintptr_t)(page_bytes - 1));
    return;
  }
  int status = atomic_load(&crash_status);
  if (status) {
    (void)!write(STDERR_FILENO, crash_sentence, strlen(crash_sentence));
    _exit(status);
  }
  // The access happens again when this returns, and then meets what was there before.
  sigaction(signal, &previous[signal == SIGBUS], NULL);
}

static void install(void) {
  page_bytes = (size_t)sysconf(_SC_PAGESIZE);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSEGV, &action, &previous[0]);
  sigaction(SIGBUS, &action, &previous[1]);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

int cguard_watch(void *base, size_t bytes, size_t guard_bytes, uint32_t poison) {
  pthread_once(&once, install);
  for (int index = 0; index < WATCHES; index++) {
    watch *watch = &watches[index];
    int expected = FREE;
    if (!atomic_compare_exchange_strong(&watch->state, &expected, TAKEN)) continue;
    watch->base = (uintptr_t)base;
    watch->bytes = bytes;
    watch->guard_bytes = guard_bytes;
    watch->poison = poison;
    atomic_store(&watch->first, 0);
    atomic_store(&watch->state, WATCHING);
    return index;
  }
  return -1;
}

cguard_access cguard_take(int number) {
  watch *watch = &watches[number];
  cguard_access access = {atomic_exchange(&watch->first, 0), atomic_load(&watch->is_write)};
  return access;
}

void cguard_end(int number) { atomic_store(&watches[number].state, FREE); }

void cguard_say_on_crash(const char *sentence, int status) {
  pthread_once(&once, install);
  atomic_store(&crash_status, 0);
  if (!sentence) return;
  strncpy(crash_sentence, sentence, sizeof crash_sentence - 1);
  atomic_store(&crash_status, status);
}
