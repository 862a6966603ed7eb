// oneDNN as a back end in one file: all three directions, in the layouts that it prefers.
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

struct bench_plan {
  bench_problem p;
  primitive convolution;
  memory::desc input, filter, output, scratchpad;
  memory::desc plain;         // the host's filter, as strides
  primitive to_own, to_host;  // reorders between the two
  size_t filter_bytes;        // of a filter gradient in oneDNN's layout, at the front of the workspace
};

namespace {

engine &cpu() {
  static engine made(engine::kind::cpu, 0);
  return made;
}

memory::dims sizes(int64_t n, int64_t c, int64_t h, int64_t w) { return {n, c, h, w}; }

// The number of the interface for one of oneDNN's layouts, or -1.
int32_t layout(const memory::desc &desc, const memory::dims &dims) {
  const tag tags[] = {tag::nhwc, tag::nchw, tag::nChw8c, tag::nChw16c};
  for (int32_t i = 0; i < 4; i++)
    if (desc == memory::desc(dims, memory::data_type::f32, tags[i])) return i;
  return -1;
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

// A plan with the layout `images` for input and output; `any` lets oneDNN choose.
std::unique_ptr<bench_plan> make(const bench_problem &p, tag images, bench_plan_info &info) {
  const auto f32 = memory::data_type::f32;
  const auto input = sizes(p.n, p.c, p.h, p.w), output = sizes(p.n, p.k, p.output_h, p.output_w);
  const int64_t channels = p.c / p.g, outputs = p.k / p.g;
  const memory::dims filter = p.g > 1 ? memory::dims{p.g, outputs, channels, p.r, p.s} : memory::dims{p.k, p.c, p.r, p.s};
  const memory::dims steps = p.g > 1 ? memory::dims{outputs, 1, p.k, p.s * channels * p.k, channels * p.k}
                                     : memory::dims{1, p.k, p.s * channels * p.k, channels * p.k};
  const memory::desc x(input, f32, images), w(filter, f32, tag::any), y(output, f32, images), b({p.k}, f32, tag::x);
  const memory::dims strides{p.stride_h, p.stride_w}, before{p.pad_top, p.pad_left}, behind{p.pad_bottom, p.pad_right};
  const auto kind = algorithm::convolution_direct;
  const auto attr = attributes(p);
  auto plan = std::make_unique<bench_plan>();
  plan->p = p;
  plan->plain = memory::desc(filter, f32, steps);
  // A gradient's primitive needs the one of a forward pass as a hint.
  const convolution_forward::primitive_desc forward(
    {prop_kind::forward_training, kind, x, w, y, strides, before, behind}, cpu());
  const char *name = "";
  const auto keep = [&](const auto &desc, const primitive &made, memory::desc a, memory::desc f, memory::desc c) {
    plan->convolution = made;
    plan->input = a, plan->filter = f, plan->output = c;
    plan->scratchpad = desc.scratchpad_desc();
    name = desc.impl_info_str();
    std::snprintf(info.algorithm, sizeof info.algorithm, "%s", name);
  };
  if (p.direction == BENCH_FORWARD) {
    const auto inference = prop_kind::forward_inference;
    const auto operation = p.fused & BENCH_BIAS
                             ? convolution_forward::desc(inference, kind, x, w, b, y, strides, before, behind)
                             : convolution_forward::desc(inference, kind, x, w, y, strides, before, behind);
    const convolution_forward::primitive_desc desc(operation, attr, cpu());
    keep(desc, convolution_forward(desc), desc.src_desc(), desc.weights_desc(), desc.dst_desc());
  } else if (p.direction == BENCH_INPUT_GRADIENT) {
    const convolution_backward_data::primitive_desc desc(
      {kind, x, w, y, strides, before, behind}, attr, cpu(), forward);
    keep(desc, convolution_backward_data(desc), desc.diff_src_desc(), desc.weights_desc(), desc.diff_dst_desc());
  } else {
    const auto operation = p.fused & BENCH_BIAS_GRADIENT
                             ? convolution_backward_weights::desc(kind, x, w, b, y, strides, before, behind)
                             : convolution_backward_weights::desc(kind, x, w, y, strides, before, behind);
    const convolution_backward_weights::primitive_desc desc(operation, attr, cpu(), forward);
    keep(desc, convolution_backward_weights(desc), desc.src_desc(), desc.diff_weights_desc(), desc.diff_dst_desc());
  }
  info.input_layout = layout(plan->input, input);
  info.output_layout = layout(plan->output, output);
  if (info.input_layout < 0 || info.output_layout < 0) return nullptr;
  const bool isGradient = p.direction == BENCH_FILTER_GRADIENT;
  plan->filter_bytes = isGradient ? (plan->filter.get_size() + 63) / 64 * 64 : 0;
  info.packed_filter_bytes = isGradient ? 0 : plan->filter.get_size();
  info.workspace_bytes = plan->filter_bytes + plan->scratchpad.get_size();
  plan->to_own = reorder(reorder::primitive_desc(cpu(), plan->plain, cpu(), plan->filter));
  plan->to_host = reorder(reorder::primitive_desc(cpu(), plan->filter, cpu(), plan->plain));
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
  if (p->dilation_h == 1 && p->dilation_w == 1) return 1;
  std::snprintf(text, length, "It is called without dilation here.");
  return 0;
}

int32_t plan_create(const bench_backend *, const bench_problem *p, const bench_host *host, bench_plan_info *info,
                    bench_plan **plan, char *text, size_t length) {
  return guarded(text, length, [&] {
    omp_set_num_threads(host->threads);
    auto made = make(*p, tag::any, *info);
    // What it prefers may be none of the interface's layouts.
    if (!made) made = make(*p, tag::nhwc, *info);
    *plan = made.release();
    return BENCH_OK;
  });
}

void plan_destroy(bench_plan *plan) { delete plan; }

int32_t prepare(bench_plan *plan, const bench_host *host, const float *filter, void *packed, char *text, size_t length) {
  return guarded(text, length, [&] {
    omp_set_num_threads(host->threads);
    stream stream(cpu());
    const memory from(plan->plain, cpu(), const_cast<float *>(filter)), to(plan->filter, cpu(), packed);
    plan->to_own.execute(stream, {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
    stream.wait();
    return BENCH_OK;
  });
}

int32_t run(bench_plan *plan, const bench_host *host, const bench_tensors *t, char *text, size_t length) {
  return guarded(text, length, [&] {
    omp_set_num_threads(host->threads);
    stream stream(cpu());
    const bench_problem &p = plan->p;
    char *scratch = static_cast<char *>(t->workspace);
    void *packed = plan->filter_bytes ? scratch : const_cast<void *>(t->packed_filter);
    const memory input(plan->input, cpu(), t->input), output(plan->output, cpu(), t->output);
    const memory filter(plan->filter, cpu(), packed);
    const memory::desc bias({p.k}, memory::data_type::f32, tag::x);
    std::unordered_map<int, memory> arguments{
      {p.direction == BENCH_INPUT_GRADIENT ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, input},
      {p.direction == BENCH_FILTER_GRADIENT ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS, filter},
      {p.direction == BENCH_FORWARD ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST, output},
      {DNNL_ARG_SCRATCHPAD, memory(plan->scratchpad, cpu(), scratch + plan->filter_bytes)}};
    if (t->bias) arguments.insert({DNNL_ARG_BIAS, memory(bias, cpu(), const_cast<float *>(t->bias))});
    if (t->bias_gradient) arguments.insert({DNNL_ARG_DIFF_BIAS, memory(bias, cpu(), t->bias_gradient)});
    plan->convolution.execute(stream, arguments);
    if (plan->filter_bytes) {
      const memory to(plan->plain, cpu(), t->filter);
      plan->to_host.execute(stream, {{DNNL_ARG_FROM, filter}, {DNNL_ARG_TO, to}});
    }
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
