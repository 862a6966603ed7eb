// SwiftPM wants one source file in a C target; everything is in the header. That it needs nothing but itself shows here.
#include "bench_backend.h"
