// Everything that can be fused, by its definition: bias, residual, activations, the 2x2 max pool with its argmax, the
// ReLU mask of an input gradient, and the bias gradient.
//
//   cc -O3 -march=native -shared -fPIC -I INCLUDE fused.c -o libfused.so
#include <stdio.h>
#include <stdlib.h>

#include "bench_backend.h"

struct bench_plan { bench_problem p; const bench_tensors *t; };

static int64_t pooled(const bench_problem *p, int64_t size) { return p->fused & BENCH_MAX_POOL ? size / 2 : size; }

// One value of the output before a pool: activation(sum + bias + residual).
static float output(const bench_plan *plan, int64_t n, int64_t y, int64_t x, int64_t k) {
  const bench_problem *p = &plan->p;
  const bench_tensors *t = plan->t;
  const int64_t channels = p->c / p->g, first = k / (p->k / p->g) * channels;
  double sum = 0;
  for (int64_t tap = 0; tap < p->r * p->s; tap++) {
    const int64_t row = y * p->stride_h + tap / p->s - p->pad_top, column = x * p->stride_w + tap % p->s - p->pad_left;
    if (row < 0 || row >= p->h || column < 0 || column >= p->w) continue;
    const float *in = t->input + ((n * p->h + row) * p->w + column) * p->c + first;
    const float *weights = t->filter + tap * channels * p->k + k;
    for (int64_t c = 0; c < channels; c++) sum += (double)in[c] * weights[c * p->k];
  }
  float value = (float)sum;
  if (p->fused & BENCH_BIAS) value += t->bias[k];
  if (p->fused & BENCH_RESIDUAL) value += t->residual[((n * p->output_h + y) * p->output_w + x) * p->k + k];
  if (p->activation != BENCH_ACTIVATION_NONE && value < 0) value = 0;
  return p->activation == BENCH_ACTIVATION_RELU6 && value > 6 ? 6 : value;
}

// The gradient of that value. Behind a pool it is the pooled one's where the argmax points here; a window whose values
// are all 0, and an odd last row or column, send nothing back.
static float gradient(const bench_plan *plan, int64_t n, int64_t y, int64_t x, int64_t k) {
  const bench_problem *p = &plan->p;
  if (!(p->fused & BENCH_MAX_POOL)) return plan->t->output[((n * p->output_h + y) * p->output_w + x) * p->k + k];
  if (y / 2 >= p->output_h / 2 || x / 2 >= p->output_w / 2) return 0;
  const int64_t i = ((n * (p->output_h / 2) + y / 2) * (p->output_w / 2) + x / 2) * p->k + k;
  return plan->t->argmax[i] == 2 * (y % 2) + x % 2 ? plan->t->output[i] : 0;
}

static void forward(bench_plan *plan, int64_t i) {
  const bench_problem *p = &plan->p;
  const int64_t rows = pooled(p, p->output_h), columns = pooled(p, p->output_w), k = i % p->k;
  const int64_t x = i / p->k % columns, y = i / p->k / columns % rows, n = i / p->k / columns / rows;
  if (!(p->fused & BENCH_MAX_POOL)) {
    plan->t->output[i] = output(plan, n, y, x, k);
    return;
  }
  float best = 0;
  uint8_t winner = 4;
  for (uint8_t corner = 0; corner < 4; corner++) {
    const float value = output(plan, n, 2 * y + corner / 2, 2 * x + corner % 2, k);
    if (value > best) best = value, winner = corner;
  }
  plan->t->output[i] = best;
  if (plan->t->argmax) plan->t->argmax[i] = winner;
}

static void input_gradient(bench_plan *plan, int64_t i) {
  const bench_problem *p = &plan->p;
  const bench_tensors *t = plan->t;
  const int64_t channels = p->c / p->g, outputs = p->k / p->g, c = i % p->c, first = c / channels * outputs;
  const int64_t x = i / p->c % p->w, y = i / p->c / p->w % p->h, n = i / p->c / p->w / p->h;
  double sum = 0;
  for (int64_t tap = 0; tap < p->r * p->s; tap++) {
    const int64_t row = y + p->pad_top - tap / p->s, column = x + p->pad_left - tap % p->s;
    if (row < 0 || column < 0 || row % p->stride_h || column % p->stride_w) continue;
    if (row / p->stride_h >= p->output_h || column / p->stride_w >= p->output_w) continue;
    const float *weights = t->filter + (tap * channels + c % channels) * p->k + first;
    for (int64_t k = 0; k < outputs; k++)
      sum += (double)gradient(plan, n, row / p->stride_h, column / p->stride_w, first + k) * weights[k];
  }
  // The mask may be the gradient's own memory, so it is read before that is written.
  t->input[i] = p->fused & BENCH_RELU_MASK && !(t->relu_mask[i] > 0) ? 0 : (float)sum;
}

// Elements behind the filter's are those of the bias.
static void filter_gradient(bench_plan *plan, int64_t i) {
  const bench_problem *p = &plan->p;
  const bench_tensors *t = plan->t;
  const int64_t channels = p->c / p->g, k = i % p->k, c = i / p->k % channels, tap = i / p->k / channels;
  const int64_t channel = k / (p->k / p->g) * channels + c;
  const int is_bias = tap == p->r * p->s;
  double sum = 0;
  for (int64_t pixel = 0; pixel < p->n * p->output_h * p->output_w; pixel++) {
    const int64_t x = pixel % p->output_w, y = pixel / p->output_w % p->output_h, n = pixel / p->output_w / p->output_h;
    const int64_t row = y * p->stride_h + tap / p->s - p->pad_top, column = x * p->stride_w + tap % p->s - p->pad_left;
    if (!is_bias && (row < 0 || row >= p->h || column < 0 || column >= p->w)) continue;
    const float value = is_bias ? 1 : t->input[((n * p->h + row) * p->w + column) * p->c + channel];
    sum += (double)value * gradient(plan, n, y, x, k);
  }
  if (is_bias) t->bias_gradient[k] = (float)sum;
  else t->filter[i] = (float)sum;
}

static void share(void *argument, int64_t begin, int64_t end, int32_t worker) {
  bench_plan *plan = argument;
  void (*element)(bench_plan *, int64_t) = plan->p.direction == BENCH_FORWARD          ? forward
                                           : plan->p.direction == BENCH_INPUT_GRADIENT ? input_gradient
                                                                                       : filter_gradient;
  (void)worker;
  for (int64_t i = begin; i < end; i++) element(plan, i);
}

static int32_t run(bench_plan *plan, const bench_host *host, const bench_tensors *t, char *text, size_t length) {
  const bench_problem *p = &plan->p;
  const int64_t outputs = p->n * pooled(p, p->output_h) * pooled(p, p->output_w) * p->k;
  const int64_t weights = p->r * p->s * (p->c / p->g) * p->k, biases = p->fused & BENCH_BIAS_GRADIENT ? p->k : 0;
  (void)text, (void)length;
  plan->t = t;
  host->parallel_for(host->context,
                     p->direction == BENCH_FORWARD          ? outputs
                     : p->direction == BENCH_INPUT_GRADIENT ? p->n * p->h * p->w * p->c
                                                            : weights + biases,
                     share, plan);
  return BENCH_OK;
}

static int32_t supports(const bench_backend *backend, const bench_problem *p, char *text, size_t length) {
  (void)backend;
  if (p->dilation_h == 1 && p->dilation_w == 1 && p->direction <= BENCH_FILTER_GRADIENT) return 1;
  snprintf(text, length, "It has no dilation.");
  return 0;
}

static int32_t create(const bench_backend *backend, const bench_problem *p, const bench_host *host,
                      bench_plan_info *info, bench_plan **plan, char *text, size_t length) {
  (void)backend, (void)host;
  *plan = malloc(sizeof **plan);
  if (!*plan) return snprintf(text, length, "There is no memory for a plan."), BENCH_FAILED;
  (*plan)->p = *p;
  snprintf(info->algorithm, sizeof info->algorithm, "definition, fused");
  return BENCH_OK;
}

static void destroy(bench_plan *plan) { free(plan); }

const bench_backend *bench_backend_get(uint32_t host_version, int index) {
  static const bench_backend backend = {
    BENCH_BACKEND_VERSION, sizeof(bench_backend), "fused", "all that can be fused, by the definition", NULL,
    BENCH_ISA_BASELINE, 0,
    BENCH_BIAS | BENCH_RESIDUAL | BENCH_RELU | BENCH_RELU6 | BENCH_MAX_POOL | BENCH_RELU_MASK | BENCH_BIAS_GRADIENT, 0,
    supports, create, destroy, run, NULL, NULL};
  return host_version >= 1 && index == 0 ? &backend : NULL;
}
