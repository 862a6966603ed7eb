// A back end to begin with: all three directions by their definition, one result after the other.
//
// `make` builds it, `make check` checks it. Replace `output`, `input_gradient` and `filter_gradient` by kernels, one at a
// time: the check says what is wrong where. Whatever `supports` refuses is left to other back ends.
#include <stdio.h>
#include <stdlib.h>

#include "bench_backend.h"

// What a plan keeps between `plan_create` and `run`.
struct bench_plan {
  bench_problem p;
  const bench_tensors *t;
};

// One value of the output, before the epilogue, which the host applies.
static float output(const bench_problem *p, const bench_tensors *t, int64_t n, int64_t y, int64_t x, int64_t k) {
  const int64_t channels = p->c / p->g, first = k / (p->k / p->g) * channels;
  double sum = 0;
  for (int64_t r = 0; r < p->r; r++)
    for (int64_t s = 0; s < p->s; s++) {
      const int64_t row = y * p->stride_h + r * p->dilation_h - p->pad_top;
      const int64_t column = x * p->stride_w + s * p->dilation_w - p->pad_left;
      if (row < 0 || row >= p->h || column < 0 || column >= p->w) continue;
      const float *in = t->input + ((n * p->h + row) * p->w + column) * p->c + first;
      const float *weights = t->filter + (r * p->s + s) * channels * p->k + k;
      for (int64_t c = 0; c < channels; c++) sum += (double)in[c] * weights[c * p->k];
    }
  return (float)sum;
}

// One value of the input gradient: every output that this pixel went into sends its gradient back.
static float input_gradient(const bench_problem *p, const bench_tensors *t, int64_t n, int64_t y, int64_t x, int64_t c) {
  const int64_t channels = p->c / p->g, outputs = p->k / p->g, first = c / channels * outputs;
  double sum = 0;
  for (int64_t r = 0; r < p->r; r++)
    for (int64_t s = 0; s < p->s; s++) {
      const int64_t row = y + p->pad_top - r * p->dilation_h, column = x + p->pad_left - s * p->dilation_w;
      if (row < 0 || column < 0 || row % p->stride_h || column % p->stride_w) continue;
      if (row / p->stride_h >= p->output_h || column / p->stride_w >= p->output_w) continue;
      const int64_t pixel = (n * p->output_h + row / p->stride_h) * p->output_w + column / p->stride_w;
      const float *gradient = t->output + pixel * p->k + first;
      const float *weights = t->filter + ((r * p->s + s) * channels + c % channels) * p->k + first;
      for (int64_t k = 0; k < outputs; k++) sum += (double)gradient[k] * weights[k];
    }
  return (float)sum;
}

// One value of the filter gradient: the sum over all images and positions that the tap has seen.
static float filter_gradient(const bench_problem *p, const bench_tensors *t, int64_t r, int64_t s, int64_t c, int64_t k) {
  const int64_t channel = k / (p->k / p->g) * (p->c / p->g) + c;
  double sum = 0;
  for (int64_t n = 0; n < p->n; n++)
    for (int64_t y = 0; y < p->output_h; y++)
      for (int64_t x = 0; x < p->output_w; x++) {
        const int64_t row = y * p->stride_h + r * p->dilation_h - p->pad_top;
        const int64_t column = x * p->stride_w + s * p->dilation_w - p->pad_left;
        if (row < 0 || row >= p->h || column < 0 || column >= p->w) continue;
        sum += (double)t->input[((n * p->h + row) * p->w + column) * p->c + channel]
               * t->output[((n * p->output_h + y) * p->output_w + x) * p->k + k];
      }
  return (float)sum;
}

// A worker's share of the result.
static void share(void *argument, int64_t begin, int64_t end, int32_t worker) {
  const bench_plan *plan = argument;
  const bench_problem *p = &plan->p;
  const bench_tensors *t = plan->t;
  const int64_t channels = p->c / p->g;
  (void)worker;
  for (int64_t i = begin; i < end; i++) switch (p->direction) {
    case BENCH_FORWARD:
      t->output[i] = output(
        p, t, i / p->k / p->output_w / p->output_h, i / p->k / p->output_w % p->output_h, i / p->k % p->output_w, i % p->k);
      break;
    case BENCH_INPUT_GRADIENT:
      t->input[i] = input_gradient(p, t, i / p->c / p->w / p->h, i / p->c / p->w % p->h, i / p->c % p->w, i % p->c);
      break;
    default:
      t->filter[i] = filter_gradient(
        p, t, i / p->k / channels / p->s, i / p->k / channels % p->s, i / p->k % channels, i % p->k);
    }
}

static int32_t supports(const bench_backend *backend, const bench_problem *p, char *text, size_t length) {
  (void)backend;
  if (p->direction <= BENCH_FILTER_GRADIENT) return 1;
  snprintf(text, length, "It has no other directions.");
  return 0;
}

static int32_t plan_create(const bench_backend *backend, const bench_problem *p, const bench_host *host,
                           bench_plan_info *info, bench_plan **plan, char *text, size_t length) {
  (void)backend, (void)host;
  *plan = malloc(sizeof **plan);
  if (!*plan) {
    snprintf(text, length, "There is no memory for a plan.");
    return BENCH_FAILED;
  }
  (*plan)->p = *p;
  // Layouts are NHWC and memory is none where `info` is left as it is.
  snprintf(info->algorithm, sizeof info->algorithm, "definition");
  return BENCH_OK;
}

static void plan_destroy(bench_plan *plan) { free(plan); }

static int32_t run(bench_plan *plan, const bench_host *host, const bench_tensors *t, char *text, size_t length) {
  const bench_problem *p = &plan->p;
  const int64_t count = p->direction == BENCH_FORWARD          ? p->n * p->output_h * p->output_w * p->k
                        : p->direction == BENCH_INPUT_GRADIENT ? p->n * p->h * p->w * p->c
                                                               : p->r * p->s * (p->c / p->g) * p->k;
  (void)text, (void)length;
  plan->t = t;
  host->parallel_for(host->context, count, share, plan);
  return BENCH_OK;
}

const bench_backend *bench_backend_get(uint32_t host_version, int index) {
  static const bench_backend backend = {
    BENCH_BACKEND_VERSION, sizeof(bench_backend), "mine", "the definition, to begin with", NULL, BENCH_ISA_BASELINE,
    0, 0, 0, supports, plan_create, plan_destroy, run, NULL, NULL};
  return host_version >= 1 && index == 0 ? &backend : NULL;
}
