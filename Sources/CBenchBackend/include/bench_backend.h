/*
 * bench_backend.h: convolution back ends in shared libraries, for C99 and C++ (or whatever calls C).
 *
 * A library exports one function, `bench_backend_get`, that returns tables of function pointers. `bench` loads it where
 * a back end is named, `--backend ./libmine.so`, verifies it against a double-precision reference and times it in turns
 * with its own back ends. `bench check-backend ./libmine.so` says what is wrong where.
 *
 *     cc -O3 -march=native -shared -fPIC -I DIRECTORY_OF_THIS_HEADER mine.c -o libmine.so
 *
 * Compatibility
 *   - Every struct begins with `version` and `struct_size`. Whoever makes a struct sets them to BENCH_BACKEND_VERSION
 *     and `sizeof`, as its own header has them.
 *   - A later version only adds fields, at the end of a struct. Nobody reads a field behind `struct_size`: what an older
 *     library does not have counts as 0 or NULL. So a library works with every later host.
 *   - A host refuses a table whose `version` is above its own. A library that can do with less may return another table
 *     where `host_version` is smaller.
 *   - Constants keep their values. A library must return "not supported" for bits and values that it does not know.
 *
 * Threads: the host calls a library's functions from one thread at a time, never two at once.
 * Numbers: float is IEEE single precision. Threads of the host flush denormals to zero.
 */
#ifndef BENCH_BACKEND_H
#define BENCH_BACKEND_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header. */
#define BENCH_BACKEND_VERSION 1

/* What `plan_create`, `prepare` and `run` return. Any other value is a failure too. */
enum {
  BENCH_OK = 0,
  BENCH_FAILED = 1 /* the text says why */
};

/* Which of the three tensors is computed from the other two. */
enum {
  BENCH_FORWARD = 0,        /* output from input and filter */
  BENCH_INPUT_GRADIENT = 1, /* `input` from `output` and filter; both are gradients */
  BENCH_FILTER_GRADIENT = 2 /* `filter` from input and `output`; both are gradients */
};

/* Activations: y = x; x < 0 ? 0 : x; x < 0 ? 0 : x > 6 ? 6 : x. */
enum { BENCH_ACTIVATION_NONE = 0, BENCH_ACTIVATION_RELU = 1, BENCH_ACTIVATION_RELU6 = 2 };

/*
 * Neighbouring operations. A table's `capabilities` say which ones its plans can do on the way; a problem's `fused` says
 * which ones the plan at hand has to do. The host does the others itself, as a phase of its own.
 *
 * Forward, in this order: output = activation(sum + bias + residual). Of these the host asks for a beginning: for the
 * residual only where it also asks for the bias that there is, for the activation only with the rest.
 */
enum {
  BENCH_BIAS = 1,     /* forward: add `bias` */
  BENCH_RESIDUAL = 2, /* forward: add `residual`, which may be `output` itself */
  BENCH_RELU = 4,     /* forward: `activation` is BENCH_ACTIVATION_RELU */
  BENCH_RELU6 = 8,    /* forward: `activation` is BENCH_ACTIVATION_RELU6 */
  /* A 2x2 max pool with stride 2 that drops an odd last row or column. Forward: behind the ReLU; only the pooled output
     is stored, and `argmax` where it is not NULL. Gradients: `output` is the pooled output's gradient, and `argmax` says
     which pixel of each window it belongs to. */
  BENCH_MAX_POOL = 16,
  BENCH_RELU_MASK = 32,    /* input gradient: zero where `relu_mask` is not above 0 */
  BENCH_BIAS_GRADIENT = 64 /* filter gradient: also the sum of the output gradient over all pixels */
};

/*
 * The order of a tensor's floats, the last index innermost. Blocked layouts round the channels up to whole blocks: the
 * host writes zeros there, and ignores what a plan leaves there.
 */
enum {
  BENCH_NHWC = 0,   /* [n][h][w][c], the host's own: nothing is reordered */
  BENCH_NCHW = 1,   /* [n][c][h][w] */
  BENCH_NCHW8C = 2, /* [n][c / 8][h][w][8] */
  BENCH_NCHW16C = 3 /* [n][c / 16][h][w][16] */
};

/* How far results may lie from the reference. The host has a limit for each class, and none is wider than the last. */
enum {
  BENCH_TOLERANCE_DIRECT = 0,     /* the definition's multiplications, summed in another order */
  BENCH_TOLERANCE_WINOGRAD_4 = 1, /* transforms that round about as much as those of F(4x4,3x3) */
  BENCH_TOLERANCE_WINOGRAD_6 = 2  /* the same for F(6x6,3x3) */
};

/* Instruction sets. */
enum {
  BENCH_ISA_BASELINE = 0, /* what every processor of the architecture has */
  BENCH_ISA_AVX2 = 1,     /* AVX2 and FMA */
  BENCH_ISA_AVX512 = 2    /* AVX-512 F, VL, BW and DQ */
};

/* Flags of a table. */
enum {
  /* The library has threads of its own, as with OpenMP. `parallel_for` and `barrier` are NULL; the library uses
     `threads` threads. The host's threads sleep meanwhile. */
  BENCH_OWNS_THREADS = 1
};

/* What a worker does, for `bench profile`. */
enum {
  BENCH_PHASE_NONE = 0,             /* nothing of these */
  BENCH_PHASE_PACKING = 1,          /* copies data into the order in which a kernel reads it */
  BENCH_PHASE_PRODUCTS = 2,         /* multiplications and additions */
  BENCH_PHASE_COLUMNS = 3,          /* im2col */
  BENCH_PHASE_SGEMM = 4,            /* a matrix product of a BLAS */
  BENCH_PHASE_EPILOGUE = 5,         /* bias, residual and activation as a pass of their own */
  BENCH_PHASE_REDUCTION = 6,        /* adds up partial sums */
  BENCH_PHASE_FILTER_TRANSFORM = 7, /* the transforms of Winograd's and similar algorithms */
  BENCH_PHASE_INPUT_TRANSFORM = 8,
  BENCH_PHASE_OUTPUT_TRANSFORM = 9
};

/*
 * One convolution in one direction. The host makes it.
 *
 *   output[n, y, x, k] = sum over r, s, c of
 *     input[n, y stride_h + r dilation_h - pad_top, x stride_w + s dilation_w - pad_left, c] * filter[r, s, c, k]
 *
 * Pixels outside of the image are 0. Channels are numbered group by group: each of the g groups has c / g input and k / g
 * output channels, and its outputs read only its own inputs; the filter's index c runs within the group. A fully
 * connected layer is a 1x1 filter on a 1x1 image.
 */
typedef struct bench_problem {
  uint32_t version;
  uint32_t struct_size;
  int32_t direction;          /* BENCH_FORWARD ... */
  int32_t filter_is_constant; /* 1: packed once for many runs; 0: before every run */
  int64_t n;                  /* images in the batch */
  int64_t g;                  /* groups; g = c for a depthwise convolution */
  int64_t c, h, w;            /* channels, height and width of the input */
  int64_t k;                  /* output channels */
  int64_t r, s;               /* height and width of the filter */
  int64_t stride_h, stride_w;
  int64_t pad_top, pad_bottom, pad_left, pad_right;
  int64_t dilation_h, dilation_w; /* 1 without dilation */
  int64_t output_h, output_w;     /* height and width of the output, before a fused pool */
  uint32_t fused;                 /* BENCH_BIAS ..., what the plan has to do besides */
  int32_t activation;             /* BENCH_ACTIVATION_NONE ..., as `fused` has it */
} bench_problem;

/* A part of a loop: elements `begin` to `end`, without the last, on worker 0 to threads - 1. */
typedef void (*bench_task)(void *argument, int64_t begin, int64_t end, int32_t worker);

/* What the host does for a library. The host makes it; it is valid for the call that it is given to. */
typedef struct bench_host {
  uint32_t version;
  uint32_t struct_size;
  int32_t threads;         /* workers, the calling thread included */
  int32_t instruction_set; /* BENCH_ISA_...: the most that may be used, at least what the table requires */
  void *context;           /* the first argument of the functions below */
  /* Divides 0 ... count - 1 into one contiguous share for each worker and calls the function once on every worker; a
     share may be empty. Returns when all are done. It must not be called inside of itself. */
  void (*parallel_for)(void *context, int64_t count, bench_task function, void *argument);
  /* Inside of a function of `parallel_for`: waits for all workers, which all must call it equally often. */
  void (*barrier)(void *context, int32_t worker);
  /* Says what the worker does from now on until the next call or the end of the function. Optional: what no call says
     counts as packing in `prepare` and as products in `run`. NULL where nobody listens, and without `parallel_for`. */
  void (*phase)(void *context, int32_t worker, int32_t phase);
} bench_host;

/* What a plan wants. The host sets the first two fields and zeros the others; `plan_create` fills them in. */
typedef struct bench_plan_info {
  uint32_t version;
  uint32_t struct_size;
  char algorithm[64];    /* what results call it, such as "F(4x4,3x3)"; ends with a 0 */
  int32_t input_layout;  /* BENCH_NHWC ..., of `input` and `relu_mask` */
  int32_t output_layout; /* of `output`, `residual` and `argmax`. The filter and its gradient are always [r][s][c / g][k] */
  size_t packed_filter_bytes;
  size_t workspace_bytes;        /* one for all workers together */
  size_t worker_workspace_bytes; /* one for each worker */
  size_t alignment;              /* of these three: a power of two up to 4096; 0 means 64, which all tensors have */
} bench_plan_info;

/* The tensors of one run. The host makes it. Nothing but the result and the workspaces may be written. */
typedef struct bench_tensors {
  uint32_t version;
  uint32_t struct_size;
  float *input;               /* [n, h, w, c] in the plan's input layout: read, or written as the input gradient */
  float *filter;              /* [r][s][c / g][k]: read, or written as the filter gradient */
  float *output;              /* [n, output_h, output_w, k] in the plan's output layout: written, or read as the gradient */
  const void *packed_filter;  /* what `prepare` has written; NULL where that is nothing */
  const float *bias;          /* [k], with BENCH_BIAS */
  const float *residual;      /* like `output`, with BENCH_RESIDUAL; may be `output` itself */
  uint8_t *argmax;            /* like the pooled output, with BENCH_MAX_POOL: 2 y + x of the window's largest value, the
                                 first of equals, or 4 where it is not above 0. Written forward where not NULL, else read */
  const float *relu_mask;     /* like `input`, with BENCH_RELU_MASK; may be `input` itself */
  float *bias_gradient;       /* [k], written with BENCH_BIAS_GRADIENT */
  void *workspace;            /* `workspace_bytes`; its content is arbitrary before and after */
  void *worker_workspaces;    /* that of worker i begins i times the following bytes behind this */
  size_t worker_workspace_step;
} bench_tensors;

/* A plan is what the library makes it: it defines `struct bench_plan` itself, or casts. */
typedef struct bench_plan bench_plan;

/*
 * A back end. The library makes it; it must stay valid until the process ends. Texts are UTF-8 and end with a 0; a text
 * that a function writes has at most `length` bytes, the 0 included.
 */
typedef struct bench_backend {
  uint32_t version;
  uint32_t struct_size;
  const char *name;         /* letters, digits, '-', '_' and '.', at most 40 of them: what results call it */
  const char *summary;      /* a line for `bench list` */
  const char *unavailable;  /* why it cannot run on this machine, as a sentence; NULL where it can */
  int32_t instruction_set;  /* BENCH_ISA_...: what it requires */
  uint32_t flags;           /* BENCH_OWNS_THREADS or 0 */
  uint32_t capabilities;    /* BENCH_BIAS ...: what its plans can do besides */
  uint32_t reserved;        /* 0 */

  /* Whether there can be a plan for the problem, with all that its `fused` asks for: 1, or 0 and a sentence why not. */
  int32_t (*supports)(const struct bench_backend *backend, const bench_problem *problem, char *text, size_t length);

  /* Decides how to run a supported problem, fills in `info` and sets `plan`. It should not allocate large memory. */
  int32_t (*plan_create)(
    const struct bench_backend *backend, const bench_problem *problem, const bench_host *host, bench_plan_info *info,
    bench_plan **plan, char *text, size_t length);

  /* Frees a plan that `plan_create` has made. */
  void (*plan_destroy)(bench_plan *plan);

  /* Computes the tensor that the direction names; every element of it is written, whatever was there. */
  int32_t (*run)(bench_plan *plan, const bench_host *host, const bench_tensors *tensors, char *text, size_t length);

  /* Packs `filter`, [r][s][c / g][k], into `packed`, which has `packed_filter_bytes`. NULL where plans need none. */
  int32_t (*prepare)(
    bench_plan *plan, const bench_host *host, const float *filter, void *packed, char *text, size_t length);

  /* BENCH_TOLERANCE_... of a problem. NULL means BENCH_TOLERANCE_DIRECT. */
  int32_t (*tolerance)(const struct bench_backend *backend, const bench_problem *problem);
} bench_backend;

#if defined(_WIN32)
#define BENCH_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define BENCH_EXPORT __attribute__((visibility("default")))
#else
#define BENCH_EXPORT
#endif

/*
 * The function that a library exports: its back end number `index`, from 0 on, or NULL where it has no more.
 * `host_version` is the BENCH_BACKEND_VERSION of the host.
 */
BENCH_EXPORT const bench_backend *bench_backend_get(uint32_t host_version, int index);

#ifdef __cplusplus
}
#endif

#endif
