// The template with a fault, which the environment variable FAULT names, for tests of what `bench` says of it.
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define bench_backend_get right_backend
#include "mine.c"
#undef bench_backend_get
BENCH_EXPORT const bench_backend *bench_backend_get(uint32_t host_version, int index);

static int is(const char *fault) {
  const char *chosen = getenv("FAULT");
  return chosen && strcmp(chosen, fault) == 0;
}

#ifdef UNRESOLVED
void nobody_defines_this(void);
#endif

static int isVerifying(void) {
  char arguments[200] = {0};
  FILE *file = fopen("/proc/self/cmdline", "r");
  if (!file) return 0;
  const size_t count = fread(arguments, 1, sizeof arguments - 1, file);
  fclose(file);
  for (size_t i = 0; i < count; i++) if (strcmp(arguments + i, "plugin-worker") == 0) return 1;
  return 0;
}

// Whether the fault is `name:n` and this is the forward call number n of this process.
static int atCall(const char *name) {
  static int calls = 0;
  const char *chosen = getenv("FAULT");
  const size_t length = strlen(name);
  if (!chosen || strncmp(chosen, name, length) != 0 || chosen[length] != ':') return 0;
  return ++calls == atoi(chosen + length + 1);
}

static int32_t faulty_create(const bench_backend *backend, const bench_problem *p, const bench_host *host,
                             bench_plan_info *info, bench_plan **plan, char *text, size_t length) {
  if (is("no plan")) {
    snprintf(text, length, "there is no algorithm today");
    return BENCH_FAILED;
  }
  const int32_t status = plan_create(backend, p, host, info, plan, text, length);
  info->workspace_bytes = 100;
  if (is("nchw16c") || is("nchw8c") || is("nchw")) {
    info->input_layout = info->output_layout = is("nchw") ? BENCH_NCHW : is("nchw8c") ? BENCH_NCHW8C : BENCH_NCHW16C;
  }
  return status;
}

// From a layout with blocks of `size` channels to NHWC, or back.
static void reorder(float *blocked, float *plain, int64_t n, int64_t h, int64_t w, int64_t c, int64_t size, int back) {
  for (int64_t i = 0; i < n; i++)
    for (int64_t pixel = 0; pixel < h * w; pixel++)
      for (int64_t channel = 0; channel < c; channel++) {
        float *a = blocked + ((i * ((c + size - 1) / size) + channel / size) * h * w + pixel) * size + channel % size;
        float *b = plain + (i * h * w + pixel) * c + channel;
        if (back) *a = *b; else *b = *a;
      }
}

static int32_t run_blocked(bench_plan *plan, const bench_host *host, const bench_tensors *t, int64_t size) {
  const bench_problem *p = &plan->p;
  bench_tensors plain = *t;
  plain.input = malloc(sizeof(float) * p->n * p->h * p->w * p->c);
  plain.output = malloc(sizeof(float) * p->n * p->output_h * p->output_w * p->k);
  if (p->direction != BENCH_INPUT_GRADIENT) reorder(t->input, plain.input, p->n, p->h, p->w, p->c, size, 0);
  if (p->direction != BENCH_FORWARD) reorder(t->output, plain.output, p->n, p->output_h, p->output_w, p->k, size, 0);
  run(plan, host, &plain, NULL, 0);
  if (p->direction == BENCH_INPUT_GRADIENT) reorder(t->input, plain.input, p->n, p->h, p->w, p->c, size, 1);
  if (p->direction == BENCH_FORWARD) reorder(t->output, plain.output, p->n, p->output_h, p->output_w, p->k, size, 1);
  free(plain.input);
  free(plain.output);
  return BENCH_OK;
}

static int32_t faulty_run(bench_plan *plan, const bench_host *host, const bench_tensors *t, char *text, size_t length) {
  const bench_problem *p = &plan->p;
  const int64_t count = p->n * p->output_h * p->output_w * p->k;
  if (is("nchw")) return run_blocked(plan, host, t, 1);
  if (is("nchw8c")) return run_blocked(plan, host, t, 8);
  if (is("nchw16c")) return run_blocked(plan, host, t, 16);
  float kept[4] = {0};
  if (is("unwritten") && p->direction == BENCH_FORWARD) memcpy(kept, t->output + count / 2, sizeof kept);
  const int32_t status = run(plan, host, t, text, length);
  float *out = t->output;
  if (is("gradients")) out = p->direction == BENCH_INPUT_GRADIENT ? t->input : p->direction == BENCH_FORWARD ? NULL : t->filter;
  else if (p->direction != BENCH_FORWARD) return status;
  if (is("gradients") && out) out[3] += 1;
  if (is("border"))
    for (int64_t i = 0; i < count; i++) {
      const int64_t x = i / p->k % p->output_w, y = i / p->k / p->output_w % p->output_h;
      if (x == 0 || y == 0 || x == p->output_w - 1 || y == p->output_h - 1) out[i] *= 1.01f;
    }
  if (is("channel")) for (int64_t i = 0; i < count; i++) if (i % p->k == 2) out[i] += 0.5f;
  if (is("batch")) for (int64_t i = count / p->n; i < count; i++) out[i] = -out[i];
  if (is("unwritten")) memcpy(out + count / 2, kept, sizeof kept);
  if (is("nan")) out[7] = 0.0f / (float)(host->threads - host->threads);
  if (is("behind")) out[count] = 1;
  if (is("before")) out[-1] = 1;
  if (is("workspace")) ((char *)t->workspace)[100] = 1;
  if (is("input")) t->input[0] = 1;
  if (is("segfault")) *(volatile int *)(intptr_t)atoi("16") = 1;
  if (is("hang")) for (;;) pause();
  if (is("exit")) exit(0);
  if (is("abort")) abort();
  // What verifies makes fewer calls than what times.
  if (atCall("crash")) *(volatile int *)(intptr_t)atoi("16") = 1;
  if (atCall("hang")) for (;;) pause();
  if (atCall("exit")) exit(0);
  if (atCall("status")) {
    snprintf(text, length, "the library is tired");
    return 7;
  }
  // The program that times has other arguments than the one that verifies.
  if (is("later crash") && !isVerifying()) *(volatile int *)(intptr_t)atoi("16") = 1;
  if (is("status") || (is("later status") && !isVerifying())) {
    snprintf(text, length, "the library is out of order");
    return 7;
  }
  if (is("chatty")) printf("{\"verified\":{}}\n");
  return status;
}

__attribute__((constructor)) static void loaded(void) {
  if (is("exit when loaded")) exit(0);
#ifdef UNRESOLVED
  nobody_defines_this();
#endif
}

const bench_backend *bench_backend_get(uint32_t host_version, int index) {
  static bench_backend backends[2];
  if (index >= (is("two") ? 2 : 1) || is("none")) return NULL;
  backends[index] = *right_backend(host_version, 0);
  backends[index].plan_create = faulty_create;
  backends[index].run = faulty_run;
  if (index == 1) backends[index].name = "second";
  if (is("taken")) backends[index].name = "direct";
  if (is("name")) backends[index].name = "not a name";
  if (is("newer")) backends[index].version = BENCH_BACKEND_VERSION + 1;
  // As the first header had it, without what came later; what lies there is not to be read.
  if (is("older")) {
    backends[index].struct_size = offsetof(bench_backend, prepare);
    memset((char *)&backends[index] + offsetof(bench_backend, prepare), 0x5a, sizeof(bench_backend) - offsetof(bench_backend, prepare));
  }
  if (is("small")) backends[index].struct_size = offsetof(bench_backend, run);
  if (is("incomplete")) backends[index].supports = NULL;
  if (is("unavailable")) backends[index].unavailable = "It needs a coprocessor.";
  return &backends[index];
}
