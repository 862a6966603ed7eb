// The calls of MPI that this program needs, as functions: the names of MPI are macros and handles whose types differ
// from one library to another. All processes of the world take part in every one of them.
//
// Functions that return an int return 0, or the error code for `cmpi_describe`.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// An operation that was started and whose end `cmpi_test` finds.
typedef struct { uint64_t word; } cmpi_request;

/// Joins the other processes. MPI is called by the thread that calls this one alone.
int cmpi_join(int *rank, int *count);

/// Leaves them in order; no other call may follow.
int cmpi_leave(void);

/// Ends all processes with an exit code.
void cmpi_abort(int status);

/// Writes the name and version of the library, at most `capacity` bytes with the final 0.
void cmpi_library(char *text, size_t capacity);

/// Writes the sentence of an error code in the same manner.
void cmpi_describe(int error, char *text, size_t capacity);

/// Starts to replace `values` by their sums over all processes.
int cmpi_sum(float *values, int count, cmpi_request *request);

/// Starts to replace `values` by their maxima over all processes.
int cmpi_maximum(double *values, int count, cmpi_request *request);

/// Starts to replace `bytes` by those of process `root`.
int cmpi_broadcast(void *bytes, int count, int root, cmpi_request *request);

/// Starts to collect `count` bytes of each process at `all`, in the order of the ranks.
int cmpi_gather(const void *bytes, void *all, int count, cmpi_request *request);

/// Lets operations make progress, and finds whether `request` is complete.
int cmpi_test(cmpi_request *request, int *isComplete);
