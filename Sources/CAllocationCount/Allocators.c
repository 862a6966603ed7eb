// The allocation functions. There are three kinds: hooks of a sanitizer, definitions before the C library's, none.
#define _GNU_SOURCE
#include "Count.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define HAS_SANITIZER
#endif
#endif

#if defined(HAS_SANITIZER)

// A sanitizer must keep its own definitions, because it has to know every block that is freed.
extern int __sanitizer_install_malloc_and_free_hooks(
  void (*allocated)(const volatile void *, size_t), void (*freed)(const volatile void *));

static void allocated(const volatile void *block, size_t size) { allocation_count_add(size); }
static void freed(const volatile void *block) {}

bool allocation_count_prepare(void) {
  static bool is_installed;
  if (!is_installed) is_installed = __sanitizer_install_malloc_and_free_hooks(allocated, freed) != 0;
  return is_installed;
}

#elif defined(__GLIBC__)

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

typedef struct {
  void *(*malloc)(size_t size);
  void *(*calloc)(size_t count, size_t size);
  void *(*realloc)(void *block, size_t size);
  void *(*memalign)(size_t alignment, size_t size);
} allocator;

/// The allocator that the program would have without these definitions: a preloaded or linked one, or the C library's.
/// `free` is not defined here, so blocks go back to the same one.
static allocator next;

// `dlsym` itself allocates in some versions of glibc (up to 2.33), which is served by glibc meanwhile. The first
// allocation of a process finds the next allocator, before any thread is started.
static const allocator *find(void) {
  next = (allocator){__libc_malloc, __libc_calloc, __libc_realloc, __libc_memalign};
  allocator found = {
    dlsym(RTLD_NEXT, "malloc"), dlsym(RTLD_NEXT, "calloc"), dlsym(RTLD_NEXT, "realloc"),
    dlsym(RTLD_NEXT, "memalign")};
  if (found.malloc && found.calloc && found.realloc && found.memalign) next = found;
  return &next;
}

static inline const allocator *counted(size_t bytes) {
  allocation_count_add(bytes);
  return __builtin_expect(next.malloc != NULL, 1) ? &next : find();
}

void *malloc(size_t size) { return counted(size)->malloc(size); }
void *calloc(size_t count, size_t size) { return counted(count * size)->calloc(count, size); }
void *realloc(void *block, size_t size) { return counted(size)->realloc(block, size); }
void *memalign(size_t alignment, size_t size) { return counted(size)->memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return counted(size)->memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  void *memory = counted(size)->memalign(alignment, size);
  if (memory == NULL) return ENOMEM;
  *block = memory;
  return 0;
}

bool allocation_count_prepare(void) { return true; }

#else

bool allocation_count_prepare(void) { return false; }

#endif
