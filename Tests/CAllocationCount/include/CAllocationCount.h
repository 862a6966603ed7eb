#pragma once

#include <stdbool.h>

/// Whether allocations of the calling thread are counted from now on.
void allocation_count_enable(bool enabled);

/// Allocations of all enabled threads so far; negative where this C library does not let them be counted.
long allocation_count(void);
