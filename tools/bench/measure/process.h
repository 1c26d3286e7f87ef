// SPDX-License-Identifier: Apache-2.0
// What the kernel accounts for a process, from /proc: CPU time and memory. Values are zero when the process is gone. Any thread.
// Read twice and subtracted, they say what a phase of a run cost the server.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>

namespace parley::bench {

struct CpuTime {
  double user_s = 0;
  double system_s = 0;
  double total_s() const { return user_s + system_s; }
};

// Resolution: a nanosecond clock where the kernel gives one (/proc/PID/schedstat, its first field is the main thread's; summed over all
// threads), with the split into user and system from /proc/PID/stat at 1/sysconf(_SC_CLK_TCK) s.
CpuTime cpu_time(pid_t process);
// The same by the name of the thread; those that have ended are left out. Empty where the kernel doesn't say.
std::map<std::string, double> thread_times_s(pid_t process);
// What a process wrote since its start. proc(5), io.
struct WrittenBytes {
  uint64_t to_files = 0;    // handed over in write(2) and its kin
  uint64_t to_storage = 0;  // for which it made pages of the cache dirty: whole ones, each again when it was written back before
};
WrittenBytes written_bytes(pid_t process);

// CPU time of the calling thread so far.
double thread_cpu_s();
// How often the calling thread touched a page that wasn't in its process' page tables, so far. getrusage(2).
uint64_t thread_page_faults();
// What it has allocated and touched, without files that it maps, which are the system's to keep or to drop. proc(5), status, RssAnon.
uint64_t anonymous_bytes(pid_t process);

}  // namespace parley::bench
