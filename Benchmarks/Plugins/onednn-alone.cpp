// Times oneDNN's convolutions without this suite: the same primitives as `onednn.cpp`, called from a loop.
//
//   c++ -O2 -fopenmp onednn-alone.cpp -o onednn-alone -ldnnl
//   OMP_WAIT_POLICY=passive onednn-alone THREADS ROUNDS n1c64h56w56k64r3s3u1p1 ...
//
// It prints a line for each problem and direction: the problem, the direction, the median milliseconds of a step on
// tensors in [n][h][w][c], as the suite counts it, and those of the primitive alone in the layout that it prefers.
// A step of a gradient packs the filter or unpacks its gradient; a forward step finds the filter packed.
#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "dnnl.hpp"

using namespace dnnl;
using tag = memory::format_tag;
using type = memory::data_type;

namespace {

struct Problem {
  memory::dim n = 1, c = 0, h = 0, w = 0, k = 0, r = 0, s = 0, u = 1, p = 0;
};

// Square strides and paddings only: enough for the VGGs.
Problem parse(const char *text) {
  Problem problem;
  const struct { char letter; memory::dim *value; } fields[] = {
    {'n', &problem.n}, {'c', &problem.c}, {'h', &problem.h}, {'w', &problem.w}, {'k', &problem.k},
    {'r', &problem.r}, {'s', &problem.s}, {'u', &problem.u}, {'p', &problem.p}};
  for (const char *rest = text; *rest;) {
    const auto field = std::find_if(std::begin(fields), std::end(fields), [&](auto &f) { return f.letter == *rest; });
    char *end = nullptr;
    const long value = std::strtol(rest + 1, &end, 10);
    if (field == std::end(fields) || end == rest + 1 || value < 0) {
      std::fprintf(stderr, "'%s' is no problem of square strides and paddings without groups.\n", text);
      std::exit(64);
    }
    *field->value = value;
    rest = end;
  }
  return problem;
}

engine &cpu() {
  static engine made(engine::kind::cpu, 0);
  return made;
}

memory filled(const memory::desc &desc) {
  memory made(desc, cpu());
  static std::minstd_rand random(1);
  auto *values = static_cast<float *>(made.get_data_handle());
  for (size_t i = 0; i < desc.get_size() / sizeof(float); i++) values[i] = float(random()) / float(random.max()) * 2 - 1;
  return made;
}

// A tensor as the suite has it, and as the primitive takes it; they are one where the layouts agree.
struct Tensor {
  memory host, own;
  bool differs;
  reorder pack, unpack;
  Tensor(const memory::desc &host_desc, const memory::desc &own_desc)
      : host(filled(host_desc)), own(host_desc == own_desc ? host : filled(own_desc)), differs(host_desc != own_desc),
        pack(host, own), unpack(own, host) {}
  void to_own(stream &s) { if (differs) pack.execute(s, host, own); }
  void to_host(stream &s) { if (differs) unpack.execute(s, own, host); }
};

// A step that is not timed fills the caches before each that is.
template <typename Step>
double median(int rounds, Step step) {
  std::vector<double> times;
  for (int round = 0; round <= rounds; round++) {
    step();
    const auto start = std::chrono::steady_clock::now();
    step();
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
    if (round > 0) times.push_back(time.count());
  }
  std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
  return times[times.size() / 2];
}

void measure(const char *text, int rounds) {
  const Problem p = parse(text);
  const memory::dim height = (p.h + 2 * p.p - p.r) / p.u + 1, width = (p.w + 2 * p.p - p.s) / p.u + 1;
  const memory::dims x{p.n, p.c, p.h, p.w}, f{p.k, p.c, p.r, p.s}, y{p.n, p.k, height, width};
  const auto any = [](const memory::dims &dims) { return memory::desc(dims, type::f32, tag::any); };
  const memory::desc host_x(x, type::f32, tag::nhwc), host_f(f, type::f32, tag::hwio), host_y(y, type::f32, tag::nhwc);
  const memory::dims strides{p.u, p.u}, padding{p.p, p.p};
  const auto kind = algorithm::convolution_direct;
  primitive_attr attr;
  attr.set_scratchpad_mode(scratchpad_mode::user);
  stream s(cpu());
  const auto report = [&](const char *direction, const char *name, auto step, auto alone) {
    const double whole = median(rounds, [&] { step(); s.wait(); });
    const double primitive = median(rounds, [&] { alone(); s.wait(); });
    std::printf("%s\t%s\t%.4f\t%.4f\t%s\n", text, direction, whole, primitive, name);
    std::fflush(stdout);
  };
  const convolution_forward::primitive_desc hint(
    {prop_kind::forward_training, kind, any(x), any(f), any(y), strides, padding, padding}, cpu());
  {
    const convolution_forward::primitive_desc desc(
      {prop_kind::forward_inference, kind, any(x), any(f), any(y), strides, padding, padding}, attr, cpu());
    Tensor in(host_x, desc.src_desc()), filter(host_f, desc.weights_desc()), out(host_y, desc.dst_desc());
    const memory scratch(desc.scratchpad_desc(), cpu());
    const convolution_forward run(desc);
    const auto alone = [&] {
      run.execute(s, {{DNNL_ARG_SRC, in.own}, {DNNL_ARG_WEIGHTS, filter.own}, {DNNL_ARG_DST, out.own},
                      {DNNL_ARG_SCRATCHPAD, scratch}});
    };
    filter.to_own(s);
    const auto step = [&] { in.to_own(s), alone(), out.to_host(s); };
    report("forward", desc.impl_info_str(), step, alone);
  }
  {
    const convolution_backward_data::primitive_desc desc(
      {kind, any(x), any(f), any(y), strides, padding, padding}, attr, cpu(), hint);
    Tensor in(host_x, desc.diff_src_desc()), filter(host_f, desc.weights_desc()), out(host_y, desc.diff_dst_desc());
    const memory scratch(desc.scratchpad_desc(), cpu());
    const convolution_backward_data run(desc);
    const auto alone = [&] {
      run.execute(s, {{DNNL_ARG_DIFF_SRC, in.own}, {DNNL_ARG_WEIGHTS, filter.own}, {DNNL_ARG_DIFF_DST, out.own},
                      {DNNL_ARG_SCRATCHPAD, scratch}});
    };
    const auto step = [&] { filter.to_own(s), out.to_own(s), alone(), in.to_host(s); };
    report("input gradient", desc.impl_info_str(), step, alone);
  }
  {
    const convolution_backward_weights::primitive_desc desc(
      {kind, any(x), any(f), any(y), strides, padding, padding}, attr, cpu(), hint);
    Tensor in(host_x, desc.src_desc()), filter(host_f, desc.diff_weights_desc()), out(host_y, desc.diff_dst_desc());
    const memory scratch(desc.scratchpad_desc(), cpu());
    const convolution_backward_weights run(desc);
    const auto alone = [&] {
      run.execute(s, {{DNNL_ARG_SRC, in.own}, {DNNL_ARG_DIFF_WEIGHTS, filter.own}, {DNNL_ARG_DIFF_DST, out.own},
                      {DNNL_ARG_SCRATCHPAD, scratch}});
    };
    const auto step = [&] { in.to_own(s), out.to_own(s), alone(), filter.to_host(s); };
    report("filter gradient", desc.impl_info_str(), step, alone);
  }
}

}  // namespace

int main(int count, char **arguments) {
  const int threads = count > 3 ? std::atoi(arguments[1]) : 0, rounds = count > 3 ? std::atoi(arguments[2]) : 0;
  if (threads < 1 || rounds < 1) {
    std::fprintf(stderr, "usage: onednn-alone THREADS ROUNDS PROBLEM...\n");
    return 64;
  }
  omp_set_num_threads(threads);
  for (int index = 3; index < count; index++) measure(arguments[index], rounds);
}
