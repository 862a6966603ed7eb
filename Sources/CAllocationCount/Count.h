#pragma once

#include <stdbool.h>
#include <stddef.h>

/// Counts an allocation of the calling thread if counting has started.
void allocation_count_add(size_t bytes);

/// Prepares the allocation functions. Returns whether they can count.
bool allocation_count_prepare(void);
