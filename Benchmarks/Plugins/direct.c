// Forward convolutions in 60 lines of C: every worker computes a share of the output's pixels, in NHWC.
//
//   cc -O3 -march=native -shared -fPIC -I INCLUDE direct.c -o libdirect.so
#include <stdio.h>
#include <stdlib.h>

#include "bench_backend.h"

struct bench_plan { bench_problem p; const bench_tensors *t; };

static void pixels(void *argument, int64_t begin, int64_t end, int32_t worker) {
  const bench_plan *plan = argument;
  const bench_problem *p = &plan->p;
  const bench_tensors *t = plan->t;
  const int64_t channels = p->c / p->g, outputs = p->k / p->g;
  (void)worker;
  for (int64_t i = begin; i < end; i++) {
    const int64_t x = i % p->output_w, y = i / p->output_w % p->output_h, n = i / p->output_w / p->output_h;
    float *out = t->output + i * p->k;
    for (int64_t k = 0; k < p->k; k++) out[k] = t->bias ? t->bias[k] : 0;
    for (int64_t tap = 0; tap < p->r * p->s; tap++) {
      const int64_t row = y * p->stride_h + tap / p->s - p->pad_top;
      const int64_t column = x * p->stride_w + tap % p->s - p->pad_left;
      if (row < 0 || row >= p->h || column < 0 || column >= p->w) continue;
      const float *in = t->input + ((n * p->h + row) * p->w + column) * p->c;
      const float *filter = t->filter + tap * channels * p->k;
      for (int64_t c = 0; c < p->c; c++) {
        const int64_t first = c / channels * outputs;
        const float *weights = filter + c % channels * p->k + first;
        for (int64_t k = 0; k < outputs; k++) out[first + k] += in[c] * weights[k];
      }
    }
    if (p->fused & BENCH_RELU) for (int64_t k = 0; k < p->k; k++) out[k] = out[k] < 0 ? 0 : out[k];
  }
}

static int32_t supports(const bench_backend *backend, const bench_problem *p, char *text, size_t length) {
  (void)backend;
  if (p->direction == BENCH_FORWARD && p->dilation_h == 1 && p->dilation_w == 1) return 1;
  snprintf(text, length, "It computes forward convolutions alone, without dilation.");
  return 0;
}

static int32_t create(const bench_backend *backend, const bench_problem *p, const bench_host *host,
                      bench_plan_info *info, bench_plan **plan, char *text, size_t length) {
  (void)backend, (void)host;
  *plan = malloc(sizeof **plan);
  if (!*plan) return snprintf(text, length, "no memory"), BENCH_FAILED;
  (*plan)->p = *p;
  snprintf(info->algorithm, sizeof info->algorithm, "direct, nested loops");
  return BENCH_OK;  // NHWC, no workspace, no packed filter: zeros
}

static void destroy(bench_plan *plan) { free(plan); }

static int32_t run(bench_plan *plan, const bench_host *host, const bench_tensors *t, char *text, size_t length) {
  (void)text, (void)length;
  plan->t = t;
  host->parallel_for(host->context, plan->p.n * plan->p.output_h * plan->p.output_w, pixels, plan);
  return BENCH_OK;
}

const bench_backend *bench_backend_get(uint32_t host_version, int index) {
  static const bench_backend backend = {
    BENCH_BACKEND_VERSION, sizeof(bench_backend), "c-direct", "nested loops in C", NULL, BENCH_ISA_BASELINE, 0,
    BENCH_BIAS | BENCH_RELU, 0, supports, create, destroy, run, NULL, NULL};
  return host_version >= 1 && index == 0 ? &backend : NULL;
}
