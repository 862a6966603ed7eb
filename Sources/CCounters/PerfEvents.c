#define _GNU_SOURCE
#include "CCounters.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int ccounters_open(uint32_t type, uint64_t config, int leader) {
  struct perf_event_attr attributes = {
    .type = type,
    .size = sizeof attributes,
    .config = config,
    .read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
    .disabled = leader < 0,
    .exclude_kernel = 1,
    .exclude_hv = 1,
  };
  long file = syscall(SYS_perf_event_open, &attributes, 0, -1, leader, PERF_FLAG_FD_CLOEXEC);
  return file < 0 ? -errno : (int)file;
}

void ccounters_start(int leader) { ioctl(leader, PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP); }
