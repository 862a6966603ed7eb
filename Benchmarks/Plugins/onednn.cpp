// oneDNN as a back end in one file: all three directions, in the layouts that it prefers.
//
// It reorders images by itself, to and from the host's [n][h][w][c]. The host would do it with threads of its own, and
// every change between the two teams of threads wakes one of them.
//
//   c++ -O2 -fopenmp -shared -fPIC -I INCLUDE onednn.cpp -o libonednn.so -ldnnl
//
// Debian and Ubuntu have it in the package libdnnl-dev.
#include <omp.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <unordered_map>

#include "bench_backend.h"
#include "dnnl.hpp"

using namespace dnnl;
using tag = memory::format_tag;

// A tensor of the host, and the same in the layout that the primitive takes.
struct Pair {
  memory::desc host, own;
  primitive to_own, to_host;
  size_t offset, bytes;  // of the primitive's in the workspace; no bytes where it takes the host's memory
};

struct bench_plan {
  bench_problem p;
  primitive convolution;
  Pair input, filter, output;
  memory::desc scratchpad;
  size_t scratchpad_offset;
};

namespace {

engine &cpu() {
  static engine made(engine::kind::cpu, 0);
  return made;
}

memory::dims sizes(int64_t n, int64_t c, int64_t h, int64_t w) { return {n, c, h, w}; }

size_t padded(size_t bytes) { return (bytes + 63) / 64 * 64; }

// Its copy begins at `offset` of the workspace, which grows by it.
Pair pair(const memory::desc &host, const memory::desc &own, size_t &offset) {
  Pair made{host, own, {}, {}, offset, host == own ? 0 : padded(own.get_size())};
  made.to_own = reorder(reorder::primitive_desc(cpu(), host, cpu(), own));
  made.to_host = reorder(reorder::primitive_desc(cpu(), own, cpu(), host));
  offset += made.bytes;
  return made;
}

// Bias and activation on the way.
primitive_attr attributes(const bench_problem &p) {
  primitive_attr attr;
  attr.set_scratchpad_mode(scratchpad_mode::user);
  post_ops ops;
  if (p.activation == BENCH_ACTIVATION_RELU) ops.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
  if (p.activation == BENCH_ACTIVATION_RELU6) ops.append_eltwise(1, algorithm::eltwise_clip, 0, 6);
  attr.set_post_ops(ops);
  return attr;
}

std::unique_ptr<bench_plan> make(const bench_problem &p, bench_plan_info &info) {
  const auto f32 = memory::data_type::f32;
  const auto input = sizes(p.n, p.c, p.h, p.w), output = sizes(p.n, p.k, p.output_h, p.output_w);
  const int64_t channels = p.c / p.g, outputs = p.k / p.g;
  const memory::dims filter = p.g > 1 ? memory::dims{p.g, outputs, channels, p.r, p.s} : memory::dims{p.k, p.c, p.r, p.s};
  const memory::dims steps = p.g > 1 ? memory::dims{outputs, 1, p.k, p.s * channels * p.k, channels * p.k}
                                     : memory::dims{1, p.k, p.s * channels * p.k, channels * p.k};
  // oneDNN chooses the layouts.
  const memory::desc x(input, f32, tag::any), w(filter, f32, tag::any), y(output, f32, tag::any), b({p.k}, f32, tag::x);
  const memory::dims strides{p.stride_h, p.stride_w}, skips{p.dilation_h - 1, p.dilation_w - 1};
  const memory::dims before{p.pad_top, p.pad_left}, behind{p.pad_bottom, p.pad_right};
  const auto kind = algorithm::convolution_direct;
  const auto attr = attributes(p);
  auto plan = std::make_unique<bench_plan>();
  plan->p = p;
  // A gradient's primitive needs the one of a forward pass as a hint.
  const convolution_forward::primitive_desc forward(
    {prop_kind::forward_training, kind, x, w, y, strides, skips, before, behind}, cpu());
  const auto keep = [&](const auto &desc, const primitive &made, memory::desc a, memory::desc f, memory::desc c) {
    plan->convolution = made;
    plan->scratchpad = desc.scratchpad_desc();
    size_t offset = 0;
    plan->input = pair(memory::desc(input, f32, tag::nhwc), a, offset);
    plan->output = pair(memory::desc(output, f32, tag::nhwc), c, offset);
    size_t end = offset;
    plan->filter = pair(memory::desc(filter, f32, steps), f, end);
    // `prepare` packs the filter into memory of its own. Only a gradient of it lies in the workspace.
    plan->scratchpad_offset = p.direction == BENCH_FILTER_GRADIENT ? end : offset;
    info.packed_filter_bytes = p.direction == BENCH_FILTER_GRADIENT ? 0 : f.get_size();
    info.workspace_bytes = plan->scratchpad_offset + plan->scratchpad.get_size();
    std::snprintf(info.algorithm, sizeof info.algorithm, "%s", desc.impl_info_str());
  };
  if (p.direction == BENCH_FORWARD) {
    const auto inference = prop_kind::forward_inference;
    const auto operation = p.fused & BENCH_BIAS
                             ? convolution_forward::desc(inference, kind, x, w, b, y, strides, skips, before, behind)
                             : convolution_forward::desc(inference, kind, x, w, y, strides, skips, before, behind);
    const convolution_forward::primitive_desc desc(operation, attr, cpu());
    keep(desc, convolution_forward(desc), desc.src_desc(), desc.weights_desc(), desc.dst_desc());
  } else if (p.direction == BENCH_INPUT_GRADIENT) {
    const convolution_backward_data::primitive_desc desc(
      {kind, x, w, y, strides, skips, before, behind}, attr, cpu(), forward);
    keep(desc, convolution_backward_data(desc), desc.diff_src_desc(), desc.weights_desc(), desc.diff_dst_desc());
  } else {
    const auto operation = p.fused & BENCH_BIAS_GRADIENT
                             ? convolution_backward_weights::desc(kind, x, w, b, y, strides, skips, before, behind)
                             : convolution_backward_weights::desc(kind, x, w, y, strides, skips, before, behind);
    const convolution_backward_weights::primitive_desc desc(operation, attr, cpu(), forward);
    keep(desc, convolution_backward_weights(desc), desc.src_desc(), desc.diff_weights_desc(), desc.diff_dst_desc());
  }
  return plan;
}

// Calls `body`; an exception of oneDNN becomes a status and a text.
template <typename Body>
int32_t guarded(char *text, size_t length, Body body) {
  try {
    return body();
  } catch (const std::exception &error) {
    std::snprintf(text, length, "oneDNN says: %s", error.what());
    return BENCH_FAILED;
  }
}

int32_t supports(const bench_backend *, const bench_problem *p, char *text, size_t length) {
  (void)p, (void)text, (void)length;
  return 1;
}

int32_t plan_create(const bench_backend *, const bench_problem *p, const bench_host *host, bench_plan_info *info,
                    bench_plan **plan, char *text, size_t length) {
  return guarded(text, length, [&] {
    omp_set_num_threads(host->threads);
    *plan = make(*p, *info).release();
    return BENCH_OK;
  });
}

void plan_destroy(bench_plan *plan) { delete plan; }

int32_t prepare(bench_plan *plan, const bench_host *host, const float *filter, void *packed, char *text, size_t length) {
  return guarded(text, length, [&] {
    omp_set_num_threads(host->threads);
    stream stream(cpu());
    const memory from(plan->filter.host, cpu(), const_cast<float *>(filter)), to(plan->filter.own, cpu(), packed);
    plan->filter.to_own.execute(stream, {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
    stream.wait();
    return BENCH_OK;
  });
}

int32_t run(bench_plan *plan, const bench_host *host, const bench_tensors *t, char *text, size_t length) {
  return guarded(text, length, [&] {
    omp_set_num_threads(host->threads);
    stream stream(cpu());
    const bench_problem &p = plan->p;
    char *workspace = static_cast<char *>(t->workspace);
    const auto own = [&](const Pair &pair, float *host) {
      return memory(pair.own, cpu(), pair.bytes ? static_cast<void *>(workspace + pair.offset) : host);
    };
    const auto move = [&](const primitive &reorder, const memory &from, const memory &to) {
      reorder.execute(stream, {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
    };
    const bool isForward = p.direction == BENCH_FORWARD, isFilter = p.direction == BENCH_FILTER_GRADIENT;
    const memory input = own(plan->input, t->input), output = own(plan->output, t->output);
    const memory filter =
      isFilter ? own(plan->filter, t->filter) : memory(plan->filter.own, cpu(), const_cast<void *>(t->packed_filter));
    const memory host_input(plan->input.host, cpu(), t->input), host_output(plan->output.host, cpu(), t->output);
    if (plan->input.bytes && p.direction != BENCH_INPUT_GRADIENT) move(plan->input.to_own, host_input, input);
    if (plan->output.bytes && !isForward) move(plan->output.to_own, host_output, output);
    const memory::desc bias({p.k}, memory::data_type::f32, tag::x);
    std::unordered_map<int, memory> arguments{
      {p.direction == BENCH_INPUT_GRADIENT ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, input},
      {p.direction == BENCH_FILTER_GRADIENT ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS, filter},
      {p.direction == BENCH_FORWARD ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST, output},
      {DNNL_ARG_SCRATCHPAD, memory(plan->scratchpad, cpu(), workspace + plan->scratchpad_offset)}};
    if (t->bias) arguments.insert({DNNL_ARG_BIAS, memory(bias, cpu(), const_cast<float *>(t->bias))});
    if (t->bias_gradient) arguments.insert({DNNL_ARG_DIFF_BIAS, memory(bias, cpu(), t->bias_gradient)});
    plan->convolution.execute(stream, arguments);
    if (plan->input.bytes && p.direction == BENCH_INPUT_GRADIENT) move(plan->input.to_host, input, host_input);
    if (plan->output.bytes && isForward) move(plan->output.to_host, output, host_output);
    if (plan->filter.bytes && isFilter) move(plan->filter.to_host, filter, memory(plan->filter.host, cpu(), t->filter));
    stream.wait();
    return BENCH_OK;
  });
}

}  // namespace

const bench_backend *bench_backend_get(uint32_t host_version, int index) {
  static char summary[64];
  const dnnl_version_t *version = dnnl_version();
  std::snprintf(summary, sizeof summary, "oneDNN %d.%d.%d", version->major, version->minor, version->patch);
  static const bench_backend backend = {
    BENCH_BACKEND_VERSION, sizeof(bench_backend), "onednn", summary, nullptr, BENCH_ISA_BASELINE, BENCH_OWNS_THREADS,
    BENCH_BIAS | BENCH_RELU | BENCH_RELU6 | BENCH_BIAS_GRADIENT, 0, supports, plan_create, plan_destroy, run, prepare,
    nullptr};
  return host_version >= 1 && index == 0 ? &backend : nullptr;
}
