//! Forward convolutions in Rust: every worker computes a share of the output's pixels, in NHWC, with bias and ReLU.
//!
//!     rustc --edition 2021 --crate-type cdylib -C opt-level=3 -C target-cpu=native -C panic=abort direct.rs -o librust.so
//!
//! The structs are those of bench_backend.h, field by field. Nothing of the header is generated.
use std::ffi::{c_char, c_void};
use std::{ptr, slice};

const VERSION: u32 = 1;
const FORWARD: i32 = 0;
const BIAS: u32 = 1;
const RELU: u32 = 4;

#[repr(C)]
#[derive(Clone, Copy)]
struct Problem {
    version: u32,
    struct_size: u32,
    direction: i32,
    filter_is_constant: i32,
    n: i64,
    g: i64,
    c: i64,
    h: i64,
    w: i64,
    k: i64,
    r: i64,
    s: i64,
    stride_h: i64,
    stride_w: i64,
    pad_top: i64,
    pad_bottom: i64,
    pad_left: i64,
    pad_right: i64,
    dilation_h: i64,
    dilation_w: i64,
    output_h: i64,
    output_w: i64,
    fused: u32,
    activation: i32,
}

type Task = extern "C" fn(argument: *mut c_void, begin: i64, end: i64, worker: i32);

#[repr(C)]
struct Host {
    version: u32,
    struct_size: u32,
    threads: i32,
    instruction_set: i32,
    context: *mut c_void,
    parallel_for: extern "C" fn(context: *mut c_void, count: i64, function: Task, argument: *mut c_void),
    // `barrier` and `phase` follow; nothing here calls them.
}

#[repr(C)]
struct PlanInfo {
    version: u32,
    struct_size: u32,
    algorithm: [u8; 64],
    // Layouts and memory follow: zeros mean NHWC, no packed filter and no workspace.
}

#[repr(C)]
struct Tensors {
    version: u32,
    struct_size: u32,
    input: *const f32,
    filter: *const f32,
    output: *mut f32,
    packed_filter: *const c_void,
    bias: *const f32,
    // Tensors of fused operations that `capabilities` does not name follow.
}

struct Plan(Problem);

#[repr(C)]
pub struct Backend {
    version: u32,
    struct_size: u32,
    name: *const c_char,
    summary: *const c_char,
    unavailable: *const c_char,
    instruction_set: i32,
    flags: u32,
    capabilities: u32,
    reserved: u32,
    supports: extern "C" fn(*const Backend, *const Problem, *mut c_char, usize) -> i32,
    plan_create:
        extern "C" fn(*const Backend, *const Problem, *const Host, *mut PlanInfo, *mut *mut Plan, *mut c_char, usize) -> i32,
    plan_destroy: extern "C" fn(*mut Plan),
    run: extern "C" fn(*mut Plan, *const Host, *const Tensors, *mut c_char, usize) -> i32,
    prepare: *const c_void,
    tolerance: *const c_void,
}

// It is never written, and its texts are constants.
unsafe impl Sync for Backend {}

/// Writes a text of the library into the host's.
fn say(sentence: &str, text: *mut c_char, length: usize) {
    let count = sentence.len().min(length.saturating_sub(1));
    unsafe {
        ptr::copy_nonoverlapping(sentence.as_ptr(), text.cast::<u8>(), count);
        *text.add(count) = 0;
    }
}

extern "C" fn supports(_: *const Backend, problem: *const Problem, text: *mut c_char, length: usize) -> i32 {
    let problem = unsafe { &*problem };
    if problem.direction == FORWARD && problem.dilation_h == 1 && problem.dilation_w == 1 {
        return 1;
    }
    say("It computes forward convolutions alone, without dilation.", text, length);
    0
}

extern "C" fn plan_create(
    _: *const Backend, problem: *const Problem, _: *const Host, info: *mut PlanInfo, plan: *mut *mut Plan,
    _: *mut c_char, _: usize,
) -> i32 {
    let name = b"direct in Rust\0";
    unsafe {
        (&mut (*info).algorithm)[..name.len()].copy_from_slice(name);
        *plan = Box::into_raw(Box::new(Plan(*problem)));
    }
    0
}

extern "C" fn plan_destroy(plan: *mut Plan) {
    drop(unsafe { Box::from_raw(plan) });
}

/// What a worker needs.
struct Work<'a> {
    p: &'a Problem,
    input: &'a [f32],
    filter: &'a [f32],
    bias: Option<&'a [f32]>,
    output: *mut f32,
}

extern "C" fn pixels(argument: *mut c_void, begin: i64, end: i64, _worker: i32) {
    let work = unsafe { &*argument.cast::<Work>() };
    let (p, outputs) = (work.p, work.p.k as usize);
    for pixel in begin..end {
        // Shares do not overlap, so this pixel is nobody else's.
        let out = unsafe { slice::from_raw_parts_mut(work.output.add(pixel as usize * outputs), outputs) };
        match work.bias {
            Some(bias) => out.copy_from_slice(bias),
            None => out.fill(0.0),
        }
        let (x, y, n) = (pixel % p.output_w, pixel / p.output_w % p.output_h, pixel / p.output_w / p.output_h);
        for tap in 0..p.r * p.s {
            let row = y * p.stride_h + tap / p.s - p.pad_top;
            let column = x * p.stride_w + tap % p.s - p.pad_left;
            if row < 0 || row >= p.h || column < 0 || column >= p.w {
                continue;
            }
            add_tap(work, ((n * p.h + row) * p.w + column) as usize, tap as usize, out);
        }
        if p.fused & RELU != 0 {
            out.iter_mut().for_each(|value| *value = value.max(0.0));
        }
    }
}

/// Adds the products of one input pixel and one tap of the filter, [c / g][k], group by group.
fn add_tap(work: &Work, pixel: usize, tap: usize, out: &mut [f32]) {
    let (inputs, outputs, groups) = (work.p.c as usize, work.p.k as usize, work.p.g as usize);
    let input = &work.input[pixel * inputs..][..inputs];
    let filter = &work.filter[tap * (inputs / groups) * outputs..][..inputs / groups * outputs];
    for (c, value) in input.iter().enumerate() {
        let first = c / (inputs / groups) * (outputs / groups);
        let weights = &filter[c % (inputs / groups) * outputs + first..][..outputs / groups];
        for (sum, weight) in out[first..].iter_mut().zip(weights) {
            *sum += value * weight;
        }
    }
}

extern "C" fn run(plan: *mut Plan, host: *const Host, tensors: *const Tensors, _: *mut c_char, _: usize) -> i32 {
    let (p, host, t) = unsafe { (&(*plan).0, &*host, &*tensors) };
    let pixel_count = p.n * p.output_h * p.output_w;
    unsafe {
        let mut work = Work {
            p,
            input: slice::from_raw_parts(t.input, (p.n * p.h * p.w * p.c) as usize),
            filter: slice::from_raw_parts(t.filter, (p.r * p.s * (p.c / p.g) * p.k) as usize),
            bias: (!t.bias.is_null()).then(|| slice::from_raw_parts(t.bias, p.k as usize)),
            output: t.output,
        };
        (host.parallel_for)(host.context, pixel_count, pixels, (&raw mut work).cast());
    }
    0
}

#[no_mangle]
pub extern "C" fn bench_backend_get(host_version: u32, index: i32) -> *const Backend {
    static BACKEND: Backend = Backend {
        version: VERSION,
        struct_size: size_of::<Backend>() as u32,
        name: c"rust".as_ptr(),
        summary: c"nested loops in Rust".as_ptr(),
        unavailable: ptr::null(),
        instruction_set: 0,
        flags: 0,
        capabilities: BIAS | RELU,
        reserved: 0,
        supports,
        plan_create,
        plan_destroy,
        run,
        prepare: ptr::null(),
        tolerance: ptr::null(),
    };
    if host_version >= VERSION && index == 0 { &BACKEND } else { ptr::null() }
}
