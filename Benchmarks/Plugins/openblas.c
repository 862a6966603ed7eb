// OpenBLAS through the interface: forward convolution as matrix products, cut into tiles as the suite's own im2col cuts
// it. Measured in turns, the two show what the interface costs.
//
//   cc -O2 -march=native -shared -fPIC -I INCLUDE openblas.c -o libopenblas-plugin.so -lopenblas
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_backend.h"

struct bench_plan {
  bench_problem p;
  const bench_tensors *t;
  int64_t rows, depth, outputs;  // of a group's matrices: [rows, depth] x [depth, outputs]
  int64_t tile_rows, tile_outputs, group;
  int gathers, cuts_outputs;
};

static int64_t max(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t min(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t up(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Many rows: each worker gathers and multiplies tiles of its own. Few rows: all are gathered, then outputs are cut.
static void cut(bench_plan *plan, int64_t workers) {
  const int64_t bytes = 4 * plan->depth, limit = (int64_t)63 << 20, usual = (int64_t)16 << 20;
  plan->cuts_outputs = plan->rows <= 1024 && plan->rows * bytes <= limit && plan->outputs > 16;
  const int64_t fitting = max((plan->gathers ? min(usual, limit / workers) : usual) / bytes, 1);
  const int64_t tiles = max(max(up(plan->rows, fitting), min(plan->rows / 128, 16)), 1);
  plan->tile_rows = plan->cuts_outputs ? plan->rows : min(up(plan->rows, tiles), fitting);
  plan->tile_outputs = plan->cuts_outputs ? up(max(up(plan->outputs, 16), 16), 16) * 16 : plan->outputs;
}

// Rows of the column matrix: for each output pixel the input patch that it sees, [r][s][c / g].
static void gather(const bench_plan *plan, int64_t begin, int64_t end, float *to) {
  const bench_problem *p = &plan->p;
  const int64_t channels = p->c / p->g;
  const float *input = plan->t->input + plan->group * channels;
  for (int64_t row = begin; row < end; row++) {
    const int64_t x = row % p->output_w, y = row / p->output_w % p->output_h, n = row / p->output_w / p->output_h;
    for (int64_t r = 0; r < p->r; r++)
      for (int64_t s = 0; s < p->s; s++, to += channels) {
        const int64_t line = y * p->stride_h + r - p->pad_top, column = x * p->stride_w + s - p->pad_left;
        if (line < 0 || line >= p->h || column < 0 || column >= p->w) memset(to, 0, sizeof(float) * channels);
        else memcpy(to, input + ((n * p->h + line) * p->w + column) * p->c, sizeof(float) * channels);
      }
  }
}

// Some rows and some outputs: their product, then the epilogue while they are in the cache.
static void multiply(const bench_plan *plan, const float *columns, int64_t row, int64_t rows, int64_t first, int64_t count) {
  const bench_problem *p = &plan->p;
  const bench_tensors *t = plan->t;
  const int64_t channel = plan->group * plan->outputs + first, step = plan->gathers ? plan->depth : p->c;
  const float *filter = t->filter + channel;
  float *out = t->output + row * p->k + channel;
  // A residual that is the output itself is added by the product.
  const int adds = t->residual != NULL && t->residual == t->output;
  if (rows == 1)
    cblas_sgemv(CblasRowMajor, CblasTrans, plan->depth, count, 1, filter, p->k, columns, 1, adds, out, 1);
  else
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, count, plan->depth, 1, columns, step, filter, p->k, adds,
                out, p->k);
  for (int64_t i = 0; i < rows; i++, out += p->k) {
    const float *residual = t->residual && !adds ? t->residual + (row + i) * p->k + channel : NULL;
    if (t->bias) for (int64_t k = 0; k < count; k++) out[k] += t->bias[channel + k];
    if (residual) for (int64_t k = 0; k < count; k++) out[k] += residual[k];
    if (p->activation == BENCH_ACTIVATION_NONE) continue;
    const float top = p->activation == BENCH_ACTIVATION_RELU6 ? 6 : 3.402823466e38f;
    for (int64_t k = 0; k < count; k++) out[k] = out[k] < 0 ? 0 : out[k] > top ? top : out[k];
  }
}

static void gather_share(void *argument, int64_t begin, int64_t end, int32_t worker) {
  const bench_plan *plan = argument;
  (void)worker;
  gather(plan, begin, end, (float *)plan->t->workspace + begin * plan->depth);
}

static void outputs_share(void *argument, int64_t begin, int64_t end, int32_t worker) {
  const bench_plan *plan = argument;
  const float *columns = plan->gathers ? plan->t->workspace : plan->t->input + plan->group * (plan->p.c / plan->p.g);
  (void)worker;
  for (int64_t i = begin; i < end; i++) {
    const int64_t first = i * plan->tile_outputs;
    multiply(plan, columns, 0, plan->rows, first, min(plan->tile_outputs, plan->outputs - first));
  }
}

static void tiles_share(void *argument, int64_t begin, int64_t end, int32_t worker) {
  const bench_plan *plan = argument;
  float *own = (float *)((char *)plan->t->worker_workspaces + worker * plan->t->worker_workspace_step);
  for (int64_t i = begin; i < end; i++) {
    const int64_t row = i * plan->tile_rows, rows = min(plan->tile_rows, plan->rows - row);
    if (plan->gathers) gather(plan, row, row + rows, own);
    multiply(plan, plan->gathers ? own : plan->t->input + row * plan->p.c + plan->group * (plan->p.c / plan->p.g), row,
             rows, 0, plan->outputs);
  }
}

static int32_t run(bench_plan *plan, const bench_host *host, const bench_tensors *t, char *text, size_t length) {
  (void)text, (void)length;
  plan->t = t;
  for (plan->group = 0; plan->group < plan->p.g; plan->group++) {
    if (!plan->cuts_outputs) {
      host->parallel_for(host->context, up(plan->rows, plan->tile_rows), tiles_share, plan);
    } else {
      if (plan->gathers) host->parallel_for(host->context, plan->rows, gather_share, plan);
      host->parallel_for(host->context, up(plan->outputs, plan->tile_outputs), outputs_share, plan);
    }
  }
  return BENCH_OK;
}

static int32_t supports(const bench_backend *backend, const bench_problem *p, char *text, size_t length) {
  (void)backend;
  if (p->direction == BENCH_FORWARD && p->dilation_h == 1 && p->dilation_w == 1 && p->c > p->g) return 1;
  snprintf(text, length, "It computes forward convolutions with more than one channel in a group, without dilation.");
  return 0;
}

static int32_t plan_create(const bench_backend *backend, const bench_problem *p, const bench_host *host,
                           bench_plan_info *info, bench_plan **made, char *text, size_t length) {
  bench_plan *plan = calloc(1, sizeof *plan);
  (void)backend;
  if (!plan) {
    snprintf(text, length, "There is no memory for a plan.");
    return BENCH_FAILED;
  }
  openblas_set_num_threads(1);
  plan->p = *p;
  plan->rows = p->n * p->output_h * p->output_w;
  plan->depth = p->r * p->s * (p->c / p->g);
  plan->outputs = p->k / p->g;
  plan->gathers = p->r * p->s != 1 || p->stride_h != 1 || p->stride_w != 1 || p->output_h != p->h || p->output_w != p->w;
  cut(plan, host->threads);
  snprintf(info->algorithm, sizeof info->algorithm, plan->gathers ? "im2col + sgemm" : "sgemm");
  if (plan->gathers) *(plan->cuts_outputs ? &info->workspace_bytes : &info->worker_workspace_bytes) =
    sizeof(float) * plan->tile_rows * plan->depth;
  *made = plan;
  return BENCH_OK;
}

static void plan_destroy(bench_plan *plan) { free(plan); }

const bench_backend *bench_backend_get(uint32_t host_version, int index) {
  static const bench_backend backend = {
    BENCH_BACKEND_VERSION, sizeof(bench_backend), "openblas", "im2col and OpenBLAS, through the interface", NULL,
    BENCH_ISA_BASELINE, 0, BENCH_BIAS | BENCH_RESIDUAL | BENCH_RELU | BENCH_RELU6, 0, supports, plan_create, plan_destroy,
    run, NULL, NULL};
  return host_version >= 1 && index == 0 ? &backend : NULL;
}
