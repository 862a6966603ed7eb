// Vector primitives, one instruction each: what Swift's SIMD types do not promise. No algorithm lives here.
#pragma once
#include <stdint.h>

// Vectors wider than the target's have no agreed way to be passed; everything here is inlined, so none is.
#pragma clang diagnostic ignored "-Wpsabi"

#define CVECTOR static inline __attribute__((always_inline))

// A target without fused multiply-add would call libm's fmaf for every lane; two instructions serve it better.
#if defined(__FMA__) || defined(__aarch64__)
#define CVECTOR_FMA(a, b, c) __builtin_elementwise_fma(a, b, c)
#else
#define CVECTOR_FMA(a, b, c) ((a) * (b) + (c))
#endif

#define CVECTOR_WIDTH(n)                                                                                     \
  typedef float cvector_f##n __attribute__((ext_vector_type(n)));                                            \
  typedef float cvector_f##n##u __attribute__((ext_vector_type(n), aligned(4)));                             \
  CVECTOR cvector_f##n cvector_splat##n(float x) { return (cvector_f##n)(x); }                               \
  CVECTOR cvector_f##n cvector_load##n(const float *p) { return *(const cvector_f##n##u *)p; }               \
  CVECTOR void cvector_store##n(float *p, cvector_f##n v) { *(cvector_f##n##u *)p = v; }                     \
  CVECTOR void cvector_store_nontemporal##n(float *p, cvector_f##n v) {                                      \
    __builtin_nontemporal_store(v, (cvector_f##n *)p);                                                       \
  }                                                                                                          \
  CVECTOR cvector_f##n cvector_add##n(cvector_f##n a, cvector_f##n b) { return a + b; }                      \
  CVECTOR cvector_f##n cvector_sub##n(cvector_f##n a, cvector_f##n b) { return a - b; }                      \
  CVECTOR cvector_f##n cvector_mul##n(cvector_f##n a, cvector_f##n b) { return a * b; }                      \
  CVECTOR cvector_f##n cvector_div##n(cvector_f##n a, cvector_f##n b) { return a / b; }                      \
  /* a * b + c */                                                                                            \
  CVECTOR cvector_f##n cvector_fma##n(cvector_f##n a, cvector_f##n b, cvector_f##n c) {                      \
    return CVECTOR_FMA(a, b, c);                                                                             \
  }                                                                                                          \
  /* NaN in a stays NaN when b is the constant bound */                                                      \
  CVECTOR cvector_f##n cvector_max##n(cvector_f##n a, cvector_f##n b) { return b > a ? b : a; }              \
  CVECTOR cvector_f##n cvector_min##n(cvector_f##n a, cvector_f##n b) { return b < a ? b : a; }              \
  /* v where mask > 0, else 0 */                                                                             \
  CVECTOR cvector_f##n cvector_mask_positive##n(cvector_f##n v, cvector_f##n mask) {                         \
    return mask > (cvector_f##n)(0.0f) ? v : (cvector_f##n)(0.0f);                                           \
  }

CVECTOR_WIDTH(4)
CVECTOR_WIDTH(8)
CVECTOR_WIDTH(16)

// The first count lanes, 0...n: a load touches no memory behind them and leaves zero in the others.
#define CVECTOR_PARTIAL(n)                                                                                   \
  CVECTOR cvector_f##n cvector_load_first##n(const float *p, long count) {                                   \
    float lanes[n] = {0};                                                                                    \
    for (long i = 0; i < count; i++) lanes[i] = p[i];                                                        \
    return *(const cvector_f##n##u *)lanes;                                                                  \
  }                                                                                                          \
  CVECTOR void cvector_store_first##n(float *p, cvector_f##n v, long count) {                                \
    float lanes[n];                                                                                          \
    *(cvector_f##n##u *)lanes = v;                                                                           \
    for (long i = 0; i < count; i++) p[i] = lanes[i];                                                        \
  }

CVECTOR_PARTIAL(4)

#if defined(__AVX2__)
typedef int32_t cvector_i8 __attribute__((ext_vector_type(8)));
typedef int32_t cvector_i8v __attribute__((vector_size(32)));
typedef float cvector_f8v __attribute__((vector_size(32)));
CVECTOR cvector_i8v cvector_mask8(long count) {
  return (cvector_i8v)((cvector_i8){0, 1, 2, 3, 4, 5, 6, 7} < (cvector_i8)((int32_t)count));
}
CVECTOR cvector_f8 cvector_load_first8(const float *p, long count) {
  return (cvector_f8)__builtin_ia32_maskloadps256((const cvector_f8v *)p, cvector_mask8(count));
}
CVECTOR void cvector_store_first8(float *p, cvector_f8 v, long count) {
  __builtin_ia32_maskstoreps256((cvector_f8v *)p, cvector_mask8(count), (cvector_f8v)v);
}
#else
CVECTOR_PARTIAL(8)
#endif

#if defined(__AVX512F__)
typedef float cvector_f16v __attribute__((vector_size(64)));
CVECTOR cvector_f16 cvector_load_first16(const float *p, long count) {
  const cvector_f16 zero = (cvector_f16)(0.0f);
  return (cvector_f16)__builtin_ia32_loadups512_mask(p, (cvector_f16v)zero, (unsigned short)((1u << count) - 1));
}
CVECTOR void cvector_store_first16(float *p, cvector_f16 v, long count) {
  __builtin_ia32_storeups512_mask(p, (cvector_f16v)v, (unsigned short)((1u << count) - 1));
}
#else
CVECTOR_PARTIAL(16)
#endif

// 1 / sqrt(x) for positive finite x, without a square root and a division: the processor's estimate of 12 or 14 bits,
// whose last ones may differ between makers, and one step of Newton's, which squares its error: 4 units in the last
// place at most.
#define CVECTOR_RSQRT(n, estimate)                                                                           \
  CVECTOR cvector_f##n cvector_rsqrt##n(cvector_f##n x) {                                                    \
    const cvector_f##n e = (cvector_f##n)(estimate);                                                         \
    return CVECTOR_FMA(e, CVECTOR_FMA(x * e * -0.5f, e, (cvector_f##n)(0.5f)), e);                           \
  }
#define CVECTOR_RSQRT_EXACT(n)                                                                               \
  CVECTOR cvector_f##n cvector_rsqrt##n(cvector_f##n x) { return 1.0f / __builtin_elementwise_sqrt(x); }

CVECTOR_RSQRT_EXACT(4)
#if defined(__AVX2__)
CVECTOR_RSQRT(8, __builtin_ia32_rsqrtps256((cvector_f8v)x))
#else
CVECTOR_RSQRT_EXACT(8)
#endif
#if defined(__AVX512F__)
CVECTOR_RSQRT(16, __builtin_ia32_rsqrt14ps512_mask((cvector_f16v)x, (cvector_f16v)x, (unsigned short)-1))
#else
CVECTOR_RSQRT_EXACT(16)
#endif

// Pooling indices: which of a window's values is the largest, as one byte a lane.
#define CVECTOR_ARGMAX(n)                                                                                    \
  typedef int32_t cvector_argmax##n __attribute__((ext_vector_type(n)));                                     \
  typedef uint8_t cvector_bytes##n __attribute__((ext_vector_type(n), aligned(1)));                          \
  /* v where the byte is `which`, else 0 */                                                                  \
  CVECTOR cvector_f##n cvector_keep##n(cvector_f##n v, const uint8_t *argmax, int32_t which) {               \
    const cvector_argmax##n w = __builtin_convertvector(*(const cvector_bytes##n *)argmax, cvector_argmax##n); \
    return w == (cvector_argmax##n)(which) ? v : (cvector_f##n)(0.0f);                                       \
  }                                                                                                          \
  /* x where a > b, else y */                                                                                \
  CVECTOR cvector_f##n cvector_pick##n(cvector_f##n a, cvector_f##n b, cvector_f##n x, cvector_f##n y) {     \
    return a > b ? x : y;                                                                                    \
  }                                                                                                          \
  CVECTOR void cvector_store_bytes##n(uint8_t *p, cvector_f##n v) {                                          \
    *(cvector_bytes##n *)p =                                                                                 \
      __builtin_convertvector(__builtin_convertvector(v, cvector_argmax##n), cvector_bytes##n);              \
  }

CVECTOR_ARGMAX(4)
CVECTOR_ARGMAX(8)
CVECTOR_ARGMAX(16)

// Sum of all lanes, by halves.
#define CVECTOR_SUM4(v) (((v).x + (v).z) + ((v).y + (v).w))
CVECTOR float cvector_sum4(cvector_f4 v) { return CVECTOR_SUM4(v); }
CVECTOR float cvector_sum8(cvector_f8 v) {
  cvector_f4 half = v.lo + v.hi;
  return CVECTOR_SUM4(half);
}
CVECTOR float cvector_sum16(cvector_f16 v) {
  cvector_f8 half = v.lo + v.hi;
  cvector_f4 quarter = half.lo + half.hi;
  return CVECTOR_SUM4(quarter);
}

CVECTOR void cvector_prefetch_l1(const void *p) { __builtin_prefetch(p, 0, 3); }
CVECTOR void cvector_prefetch_l2(const void *p) { __builtin_prefetch(p, 0, 2); }

// Orders non-temporal stores before whatever tells another thread that they are done.
CVECTOR void cvector_store_fence(void) {
#if defined(__x86_64__)
  __builtin_ia32_sfence();
#else
  __atomic_thread_fence(__ATOMIC_RELEASE);
#endif
}

// One iteration of a spin loop: frees the core's other hardware thread and saves power.
CVECTOR void cvector_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}

// Flush-to-zero and denormals-are-zero of the calling thread. Returns whether the processor has them.
CVECTOR int cvector_flush_denormals(void) {
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040u);
  return 1;
#elif defined(__aarch64__)
  uint64_t fpcr;
  __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
  __asm__ volatile("msr fpcr, %0" : : "r"(fpcr | (1u << 24)));
  return 1;
#else
  return 0;
#endif
}

// What the processor and the operating system support together. 0: baseline, 1: AVX2 and FMA, 2: AVX-512 F, VL, BW, DQ.
CVECTOR int cvector_instruction_set_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))) return 0;
  if (!(__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")))
    return 1;
  return 2;
#else
  return 0;
#endif
}

float powf(float, float);
CVECTOR float cvector_powf(float base, float exponent) { return powf(base, exponent); }

#include "CVectorTranspose.h"
