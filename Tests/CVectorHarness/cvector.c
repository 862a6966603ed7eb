// Calls the primitives of CVector.h for one instruction set, against scalar arithmetic, under the sanitizers of C. Arrays
// have exactly the size that a primitive may touch: in Swift's tests they lie inside of larger ones, and the address
// sanitizer of Swift does not look into what is taken from a header. `scripts/sanitize undefined` compiles it for each
// instruction set.
#include "CVector.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

static void expect(int holds, const char *what, int width, long count) {
  if (holds) return;
  fprintf(stderr, "%s of %d lanes is wrong (%ld)\n", what, width, count);
  failures++;
}

// A fused multiply-add rounds once and two instructions round twice, so the last place may differ.
static int is_near(float a, float b) { return fabsf(a - b) <= 2e-7f * (1 + fabsf(b)); }

static float *values(long count, float scale) {
  float *block = malloc(sizeof(float) * (size_t)(count > 0 ? count : 1));
  for (long i = 0; i < count; i++) block[i] = scale * (float)((i * 7) % 11 - 4);
  return block;
}

#define LANES(n, what, vector, scalar)                                                                      \
  {                                                                                                          \
    float result[n];                                                                                         \
    cvector_store##n(result, vector);                                                                        \
    for (int i = 0; i < n; i++) expect(is_near(result[i], scalar), what, n, i);                              \
  }

#define CHECK(n)                                                                                             \
  static void check_arithmetic##n(void) {                                                                    \
    /* One float behind the beginning of a block: no alignment is promised. */                               \
    float *a = values(n + 1, 0.37f), *b = values(n + 1, -1.3f), *c = values(n + 1, 2.1f);                    \
    const cvector_f##n x = cvector_load##n(a + 1), y = cvector_load##n(b + 1), z = cvector_load##n(c + 1);   \
    a++, b++, c++;                                                                                           \
    LANES(n, "splat", cvector_splat##n(3.5f), 3.5f)                                                          \
    LANES(n, "add", cvector_add##n(x, y), a[i] + b[i])                                                       \
    LANES(n, "sub", cvector_sub##n(x, y), a[i] - b[i])                                                       \
    LANES(n, "mul", cvector_mul##n(x, y), a[i] * b[i])                                                       \
    LANES(n, "div", cvector_div##n(x, cvector_add##n(cvector_mul##n(y, y), cvector_splat##n(1))),            \
          a[i] / (b[i] * b[i] + 1))                                                                          \
    LANES(n, "fma", cvector_fma##n(x, y, z), a[i] * b[i] + c[i])                                             \
    LANES(n, "max", cvector_max##n(x, z), a[i] > c[i] ? a[i] : c[i])                                         \
    LANES(n, "min", cvector_min##n(x, z), a[i] < c[i] ? a[i] : c[i])                                         \
    LANES(n, "mask_positive", cvector_mask_positive##n(x, y), b[i] > 0 ? a[i] : 0)                           \
    LANES(n, "pick", cvector_pick##n(x, y, z, x), a[i] > b[i] ? c[i] : a[i])                                 \
    LANES(n, "rsqrt", cvector_rsqrt##n(cvector_add##n(cvector_mul##n(x, x), cvector_splat##n(1))),           \
          1 / sqrtf(a[i] * a[i] + 1))                                                                        \
    float sum = 0;                                                                                           \
    for (int i = 0; i < n; i++) sum += a[i];                                                                 \
    expect(fabsf(cvector_sum##n(x) - sum) < 1e-5f, "sum", n, 0);                                             \
    free(a - 1), free(b - 1), free(c - 1);                                                                   \
  }                                                                                                          \
  static void check_partial##n(void) {                                                                       \
    for (long count = 0; count <= n; count++) {                                                              \
      float *from = values(count, 0.5f), *to = values(count, 9), lanes[n];                                   \
      const cvector_f##n x = cvector_load_first##n(from, count);                                             \
      cvector_store##n(lanes, x);                                                                            \
      for (int i = 0; i < n; i++) expect(lanes[i] == (i < count ? from[i] : 0), "load_first", n, count);     \
      cvector_store_first##n(to, x, count);                                                                  \
      expect(count == 0 || !memcmp(to, from, sizeof(float) * (size_t)count), "store_first", n, count);       \
      free(from), free(to);                                                                                  \
    }                                                                                                        \
  }                                                                                                          \
  static void check_bytes##n(void) {                                                                         \
    /* One byte behind the beginning of a block. */                                                          \
    uint8_t *bytes = (uint8_t *)malloc(n + 1) + 1;                                                           \
    float *v = values(n, 1), which[n];                                                                       \
    for (int i = 0; i < n; i++) which[i] = (float)(i % 5);                                                   \
    cvector_store_bytes##n(bytes, cvector_load##n(which));                                                   \
    for (int i = 0; i < n; i++) expect(bytes[i] == i % 5, "store_bytes", n, i);                              \
    for (int32_t w = 0; w < 5; w++)                                                                          \
      LANES(n, "keep", cvector_keep##n(cvector_load##n(v), bytes, w), i % 5 == w ? v[i] : 0)                 \
    free(bytes - 1), free(v);                                                                                \
  }                                                                                                          \
  static void check_memory##n(void) {                                                                        \
    const long stride = n + 3;                                                                               \
    float *from = values((n - 1) * stride + n, 1), *to = values(n * n, 0);                                   \
    cvector_transpose##n(from, stride, to);                                                                  \
    for (int i = 0; i < n; i++)                                                                              \
      for (int j = 0; j < n; j++) expect(to[j * n + i] == from[i * stride + j], "transpose", n, i);          \
    float *aligned = aligned_alloc(sizeof(float) * n, sizeof(float) * n);                                    \
    cvector_store_nontemporal##n(aligned, cvector_load##n(from));                                            \
    cvector_store_fence();                                                                                   \
    expect(!memcmp(aligned, from, sizeof(float) * n), "store_nontemporal", n, 0);                            \
    free(from), free(to), free(aligned);                                                                     \
  }                                                                                                          \
  static void check##n(void) {                                                                               \
    check_arithmetic##n();                                                                                   \
    check_partial##n();                                                                                      \
    check_bytes##n();                                                                                        \
    check_memory##n();                                                                                       \
  }

CHECK(4)
CHECK(8)
CHECK(16)

int main(int count, char **arguments) {
  (void)arguments;
  const int level = count - 1;
  if (cvector_instruction_set_level() < level) {
    puts("this processor does not have the instruction set");
    return 0;
  }
  check4();
  check8();
  check16();
  cvector_prefetch_l1(&failures);
  cvector_prefetch_l2(&failures);
  cvector_pause();
  expect(cvector_flush_denormals() == 1, "flush_denormals", 0, 0);
  expect(is_near(cvector_powf(2, 0.5f), sqrtf(2)), "powf", 0, 0);
  return failures != 0;
}
