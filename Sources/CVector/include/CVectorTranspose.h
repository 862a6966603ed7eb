// Square blocks of floats, transposed in registers: destination[j * n + i] = source[i * stride + j].
#pragma once
#include "CVector.h"

// One stage swaps, for every pair of rows `distance` apart, the blocks beside the diagonal.
#define CVECTOR_STAGE(n, distance, low, high)                                                                \
  _Pragma("clang loop unroll(full)") for (int i = 0; i < n; i++) {                                           \
    if (i & distance) continue;                                                                              \
    const cvector_f##n a = rows[i], b = rows[i + distance];                                                  \
    rows[i] = __builtin_shufflevector(a, b, CVECTOR_LIST low);                                               \
    rows[i + distance] = __builtin_shufflevector(a, b, CVECTOR_LIST high);                                   \
  }
#define CVECTOR_LIST(...) __VA_ARGS__

#define CVECTOR_TRANSPOSE(n, STAGES)                                                                         \
  CVECTOR void cvector_transpose##n(const float *source, long stride, float *destination) {                  \
    cvector_f##n rows[n];                                                                                    \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < n; i++) {                                         \
      rows[i] = cvector_load##n(source + i * stride);                                                        \
    }                                                                                                        \
    STAGES                                                                                                   \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < n; i++) {                                         \
      cvector_store##n(destination + i * n, rows[i]);                                                        \
    }                                                                                                        \
  }

// clang-format off
CVECTOR_TRANSPOSE(4,
  CVECTOR_STAGE(4, 2, (0,1,4,5), (2,3,6,7))
  CVECTOR_STAGE(4, 1, (0,4,2,6), (1,5,3,7)))

CVECTOR_TRANSPOSE(8,
  CVECTOR_STAGE(8, 4, (0,1,2,3,8,9,10,11), (4,5,6,7,12,13,14,15))
  CVECTOR_STAGE(8, 2, (0,1,8,9,4,5,12,13), (2,3,10,11,6,7,14,15))
  CVECTOR_STAGE(8, 1, (0,8,2,10,4,12,6,14), (1,9,3,11,5,13,7,15)))

CVECTOR_TRANSPOSE(16,
  CVECTOR_STAGE(16, 8, (0,1,2,3,4,5,6,7,16,17,18,19,20,21,22,23), (8,9,10,11,12,13,14,15,24,25,26,27,28,29,30,31))
  CVECTOR_STAGE(16, 4, (0,1,2,3,16,17,18,19,8,9,10,11,24,25,26,27), (4,5,6,7,20,21,22,23,12,13,14,15,28,29,30,31))
  CVECTOR_STAGE(16, 2, (0,1,16,17,4,5,20,21,8,9,24,25,12,13,28,29), (2,3,18,19,6,7,22,23,10,11,26,27,14,15,30,31))
  CVECTOR_STAGE(16, 1, (0,16,2,18,4,20,6,22,8,24,10,26,12,28,14,30), (1,17,3,19,5,21,7,23,9,25,11,27,13,29,15,31)))
// clang-format on
