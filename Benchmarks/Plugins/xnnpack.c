// XNNPACK as a back end in one file: forward convolutions in NHWC, with its own packing and threads.
//
//   cc -O2 -shared -fPIC -I INCLUDE xnnpack.c -o libxnnpack-plugin.so -lXNNPACK -lpthreadpool
//
// Debian and Ubuntu have it in the packages libxnnpack-dev and libpthreadpool-dev.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pthreadpool.h>
#include <xnnpack.h>

#include "bench_backend.h"

struct bench_plan {
  bench_problem p;
  xnn_operator_t convolution;  // NULL until a run has a filter and a bias
  pthreadpool_t threads;
  float *bias;                 // what `convolution` was made with
  int is_packed;               // whether it was made with the filter that `prepare` has seen last
};

static int64_t channels(const bench_problem *p) { return p->c / p->g; }
static size_t filter_count(const bench_problem *p) { return p->r * p->s * channels(p) * p->k; }
static size_t input_bytes(const bench_problem *p) { return sizeof(float) * p->n * p->h * p->w * p->c; }

static int32_t failed(enum xnn_status status, const char *what, char *text, size_t length) {
  snprintf(text, length, "XNNPACK returns %d from %s.", (int)status, what);
  return BENCH_FAILED;
}

static int32_t supports(const bench_backend *backend, const bench_problem *p, char *text, size_t length) {
  (void)backend;
  if (p->direction == BENCH_FORWARD && p->dilation_h == 1 && p->dilation_w == 1) return 1;
  snprintf(text, length, "It computes forward convolutions alone, without dilation.");
  return 0;
}

static void plan_destroy(bench_plan *plan) {
  xnn_delete_operator(plan->convolution);
  pthreadpool_destroy(plan->threads);
  free(plan->bias);
  free(plan);
}

static int32_t plan_create(const bench_backend *backend, const bench_problem *p, const bench_host *host,
                           bench_plan_info *info, bench_plan **made, char *text, size_t length) {
  bench_plan *plan = calloc(1, sizeof *plan);
  (void)backend;
  if (plan) {
    plan->p = *p;
    plan->bias = calloc(p->k, sizeof *plan->bias);
    plan->threads = pthreadpool_create(host->threads);
  }
  if (!plan || !plan->bias || !plan->threads) {
    if (plan) plan_destroy(plan);
    snprintf(text, length, "There is no memory for a plan.");
    return BENCH_FAILED;
  }
  snprintf(info->algorithm, sizeof info->algorithm, channels(p) == 1 ? "depthwise" : "indirect convolution");
  info->packed_filter_bytes = sizeof(float) * filter_count(p);
  info->workspace_bytes = input_bytes(p) + XNN_EXTRA_BYTES;
  *made = plan;
  return BENCH_OK;
}

// XNNPACK packs a filter when an operator is made from it, in the order [k][r][s][c / g], or [r][s][k] for one channel.
static int32_t prepare(bench_plan *plan, const bench_host *host, const float *filter, void *packed, char *text,
                       size_t length) {
  const bench_problem *p = &plan->p;
  const int64_t depth = p->r * p->s * channels(p);
  float *to = packed;
  (void)host, (void)text, (void)length;
  if (channels(p) == 1) {
    memcpy(to, filter, sizeof(float) * filter_count(p));
  } else {
    for (int64_t k = 0; k < p->k; k++)
      for (int64_t i = 0; i < depth; i++) to[k * depth + i] = filter[i * p->k + k];
  }
  plan->is_packed = 0;
  return BENCH_OK;
}

static enum xnn_status pack(bench_plan *plan, const bench_tensors *t) {
  const bench_problem *p = &plan->p;
  const float low = p->activation == BENCH_ACTIVATION_NONE ? -INFINITY : 0;
  const float high = p->activation == BENCH_ACTIVATION_RELU6 ? 6 : INFINITY;
  // Its workers would spin for milliseconds beside the back end whose turn is next.
  const uint32_t flags = XNN_FLAG_YIELD_WORKERS | (channels(p) == 1 ? XNN_FLAG_DEPTHWISE_CONVOLUTION : 0);
  xnn_delete_operator(plan->convolution);
  plan->convolution = NULL;
  if (t->bias) memcpy(plan->bias, t->bias, sizeof(float) * p->k);
  return xnn_create_convolution2d_nhwc_f32(
    p->pad_top, p->pad_right, p->pad_bottom, p->pad_left, p->r, p->s, p->stride_h, p->stride_w, 1, 1, p->g, channels(p),
    p->k / p->g, p->c, p->k, t->packed_filter, t->bias ? plan->bias : NULL, low, high, flags, &plan->convolution);
}

// Its kernels may read XNN_EXTRA_BYTES behind the input. Within the last page that harms nobody; else the input moves.
static const float *readable(const bench_plan *plan, const bench_tensors *t) {
  const size_t bytes = input_bytes(&plan->p), page = 4096;
  if (((uintptr_t)t->input + bytes - 1) / page == ((uintptr_t)t->input + bytes - 1 + XNN_EXTRA_BYTES) / page)
    return t->input;
  return memcpy(t->workspace, t->input, bytes);
}

static int32_t run(bench_plan *plan, const bench_host *host, const bench_tensors *t, char *text, size_t length) {
  const bench_problem *p = &plan->p;
  const int has_other_bias = t->bias && memcmp(plan->bias, t->bias, sizeof(float) * p->k) != 0;
  enum xnn_status status = xnn_status_success;
  (void)host;
  // A filter that stays is packed in the first run; one that changes, in every run.
  if (!plan->is_packed || has_other_bias) status = pack(plan, t);
  if (status != xnn_status_success) return failed(status, "xnn_create_convolution2d_nhwc_f32", text, length);
  plan->is_packed = 1;
  status = xnn_setup_convolution2d_nhwc_f32(
    plan->convolution, p->n, p->h, p->w, readable(plan, t), t->output, plan->threads);
  if (status != xnn_status_success) return failed(status, "xnn_setup_convolution2d_nhwc_f32", text, length);
  status = xnn_run_operator(plan->convolution, plan->threads);
  return status == xnn_status_success ? BENCH_OK : failed(status, "xnn_run_operator", text, length);
}

const bench_backend *bench_backend_get(uint32_t host_version, int index) {
  static bench_backend backend = {
    BENCH_BACKEND_VERSION, sizeof(bench_backend), "xnnpack", "XNNPACK, NHWC", NULL, BENCH_ISA_BASELINE,
    BENCH_OWNS_THREADS, BENCH_BIAS | BENCH_RELU | BENCH_RELU6, 0, supports, plan_create, plan_destroy, run, prepare, NULL};
  if (xnn_initialize(NULL) != xnn_status_success) backend.unavailable = "XNNPACK does not know this processor.";
  return host_version >= 1 && index == 0 ? &backend : NULL;
}
