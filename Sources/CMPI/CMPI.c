#include "CMPI.h"

#ifdef CMPI_WITH_MPI

#include <mpi.h>
#include <stdio.h>
#include <string.h>

_Static_assert(sizeof(MPI_Request) <= sizeof(cmpi_request), "a request of this MPI library does not fit");

static void keep(cmpi_request *request, MPI_Request handle) { memcpy(request, &handle, sizeof handle); }

int cmpi_join(int *rank, int *count) {
  // FUNNELED: the workers of the pool are threads, and none of them calls MPI.
  int provided = MPI_THREAD_SINGLE;
  int error = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
  if (error != MPI_SUCCESS) return error;
  if (provided < MPI_THREAD_FUNNELED) return MPI_ERR_UNSUPPORTED_OPERATION;
  error = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (error == MPI_SUCCESS) error = MPI_Comm_rank(MPI_COMM_WORLD, rank);
  if (error == MPI_SUCCESS) error = MPI_Comm_size(MPI_COMM_WORLD, count);
  return error;
}

int cmpi_leave(void) { return MPI_Finalize(); }

void cmpi_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

void cmpi_library(char *text, size_t capacity) {
  char name[MPI_MAX_LIBRARY_VERSION_STRING] = "";
  int length = 0;
  MPI_Get_library_version(name, &length);
  snprintf(text, capacity, "%s", name);
}

void cmpi_describe(int error, char *text, size_t capacity) {
  char sentence[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(error, sentence, &length);
  snprintf(text, capacity, "%s", sentence);
}

int cmpi_sum(float *values, int count, cmpi_request *request) {
  MPI_Request handle = MPI_REQUEST_NULL;
  int error = MPI_Iallreduce(MPI_IN_PLACE, values, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD, &handle);
  keep(request, handle);
  return error;
}

int cmpi_maximum(double *values, int count, cmpi_request *request) {
  MPI_Request handle = MPI_REQUEST_NULL;
  int error = MPI_Iallreduce(MPI_IN_PLACE, values, count, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD, &handle);
  keep(request, handle);
  return error;
}

int cmpi_broadcast(void *bytes, int count, int root, cmpi_request *request) {
  MPI_Request handle = MPI_REQUEST_NULL;
  int error = MPI_Ibcast(bytes, count, MPI_BYTE, root, MPI_COMM_WORLD, &handle);
  keep(request, handle);
  return error;
}

int cmpi_gather(const void *bytes, void *all, int count, cmpi_request *request) {
  MPI_Request handle = MPI_REQUEST_NULL;
  int error = MPI_Iallgather(bytes, count, MPI_BYTE, all, count, MPI_BYTE, MPI_COMM_WORLD, &handle);
  keep(request, handle);
  return error;
}

int cmpi_test(cmpi_request *request, int *isComplete) {
  MPI_Request handle = MPI_REQUEST_NULL;
  memcpy(&handle, request, sizeof handle);
  int error = MPI_Test(&handle, isComplete, MPI_STATUS_IGNORE);
  keep(request, handle);
  return error;
}

#endif
