// A back end in C++ with threads of its own, OpenMP's, on tensors in blocks of 16 channels: forward and input gradient.
//
//   c++ -O3 -march=native -fopenmp -shared -fPIC -I INCLUDE blocked.cpp -o libblocked.so
//
// Both directions are one loop: a forward convolution with stride 1 sums over taps, its input gradient over the same
// taps turned round. The filter is packed to [k / 16][c / 16][r][s][16 inner][16 outer], filled up with zeros.
#include <cstdio>
#include <new>

#include "bench_backend.h"

struct bench_plan {
  bench_problem p;
  // What is read and what is written: channels, height and width of each, and the padding that belongs to it.
  int64_t from_c, from_h, from_w, to_c, to_h, to_w, top, left;
  bool turned;
};

namespace {

constexpr int64_t block = 16;
constexpr int64_t tile = 8;  // columns of a row that are summed at a time, in registers
typedef float vec __attribute__((vector_size(4 * block), aligned(4)));

int64_t blocks(int64_t channels) { return (channels + block - 1) / block; }

// One row of one block of output channels.
void row(const bench_plan &plan, const float *from, const float *filter, float *to, int64_t y) {
  static const float outside[block] = {};
  const bench_problem &p = plan.p;
  for (int64_t first = 0; first < plan.to_w; first += tile) {
    vec sums[tile] = {};
    const vec *weights = reinterpret_cast<const vec *>(filter);
    for (int64_t c = 0; c < blocks(plan.from_c); c++)
      for (int64_t r = 0; r < p.r; r++)
        for (int64_t s = 0; s < p.s; s++, weights += block) {
          const int64_t source = y + r - plan.top;
          if (source < 0 || source >= plan.from_h) continue;
          const float *line = from + (c * plan.from_h + source) * plan.from_w * block, *pixels[tile];
          for (int64_t x = 0; x < tile; x++) {
            const int64_t column = first + x + s - plan.left;
            pixels[x] = column < 0 || column >= plan.from_w ? outside : line + column * block;
          }
          for (int64_t i = 0; i < block; i++)
#pragma GCC unroll 8
            for (int64_t x = 0; x < tile; x++) sums[x] += pixels[x][i] * weights[i];
        }
    for (int64_t x = 0; x < tile && first + x < plan.to_w; x++)
      *reinterpret_cast<vec *>(to + (first + x) * block) = sums[x];
  }
}

int32_t supports(const bench_backend *, const bench_problem *p, char *text, size_t length) {
  const bool fits = p->g == 1 && p->stride_h == 1 && p->stride_w == 1 && p->dilation_h == 1 && p->dilation_w == 1;
  if (fits && (p->direction == BENCH_FORWARD || p->direction == BENCH_INPUT_GRADIENT)) return 1;
  std::snprintf(text, length, fits ? "It has no filter gradient." : "It needs one group, stride 1 and no dilation.");
  return 0;
}

int32_t plan_create(const bench_backend *, const bench_problem *p, const bench_host *, bench_plan_info *info,
                    bench_plan **plan, char *text, size_t length) {
  const bool turned = p->direction == BENCH_INPUT_GRADIENT;
  *plan = turned ? new (std::nothrow) bench_plan{*p, p->k, p->output_h, p->output_w, p->c, p->h, p->w,
                                                 p->r - 1 - p->pad_top, p->s - 1 - p->pad_left, true}
                 : new (std::nothrow) bench_plan{*p, p->c, p->h, p->w, p->k, p->output_h, p->output_w,
                                                 p->pad_top, p->pad_left, false};
  if (!*plan) {
    std::snprintf(text, length, "There is no memory for a plan.");
    return BENCH_FAILED;
  }
  std::snprintf(info->algorithm, sizeof info->algorithm, "NCHW16c, OpenMP");
  info->input_layout = info->output_layout = BENCH_NCHW16C;
  info->packed_filter_bytes = sizeof(float) * blocks(p->c) * blocks(p->k) * p->r * p->s * block * block;
  return BENCH_OK;
}

void plan_destroy(bench_plan *plan) { delete plan; }

int32_t prepare(bench_plan *plan, const bench_host *host, const float *filter, void *packed, char *, size_t) {
  const bench_problem &p = plan->p;
  float *to = static_cast<float *>(packed);
#pragma omp parallel for num_threads(host->threads) schedule(static)
  for (int64_t b = 0; b < blocks(plan->to_c); b++)
    for (int64_t a = 0; a < blocks(plan->from_c); a++)
      for (int64_t tap = 0; tap < p.r * p.s; tap++) {
        float *square = to + (((b * blocks(plan->from_c) + a) * p.r * p.s) + tap) * block * block;
        const float *source = filter + (plan->turned ? p.r * p.s - 1 - tap : tap) * p.c * p.k;
        for (int64_t i = 0; i < block; i++)
          for (int64_t o = 0; o < block; o++) {
            const int64_t in = a * block + i, out = b * block + o;
            const bool inside = in < plan->from_c && out < plan->to_c;
            square[i * block + o] = !inside ? 0 : plan->turned ? source[out * p.k + in] : source[in * p.k + out];
          }
      }
  return BENCH_OK;
}

int32_t run(bench_plan *plan, const bench_host *host, const bench_tensors *t, char *, size_t) {
  const bench_problem &p = plan->p;
  const int64_t from_blocks = blocks(plan->from_c), to_blocks = blocks(plan->to_c);
  const float *from = plan->turned ? t->output : t->input;
  float *to = plan->turned ? t->input : t->output;
#pragma omp parallel for collapse(3) num_threads(host->threads) schedule(static)
  for (int64_t n = 0; n < p.n; n++)
    for (int64_t b = 0; b < to_blocks; b++)
      for (int64_t y = 0; y < plan->to_h; y++)
        row(*plan, from + n * from_blocks * plan->from_h * plan->from_w * block,
            static_cast<const float *>(t->packed_filter) + b * from_blocks * p.r * p.s * block * block,
            to + ((n * to_blocks + b) * plan->to_h + y) * plan->to_w * block, y);
  return BENCH_OK;
}

}  // namespace

const bench_backend *bench_backend_get(uint32_t host_version, int index) {
  static const bench_backend backend = {
    BENCH_BACKEND_VERSION, sizeof(bench_backend), "blocked", "blocks of 16 channels, with OpenMP", nullptr,
    BENCH_ISA_BASELINE, BENCH_OWNS_THREADS, 0, 0, supports, plan_create, plan_destroy, run, prepare, nullptr};
  return host_version >= 1 && index == 0 ? &backend : nullptr;
}
