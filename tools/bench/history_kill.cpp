// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/history_kill.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/bench/history_path.h"

namespace parley::bench {
namespace {

// checkpoint.h: a cycle begins after so many entries, and with a producer for each it ends half as many later.
uint64_t most_unsaved() {
  const uint64_t every = history::StoreOptions().checkpoint_every;
  return every + every * 2 / 5;
}

Result<void> publish(HistoryPath& path, HistoryTraffic& traffic, uint64_t first_producer, uint64_t count) {
  bus::BusPosition end = 0;
  for (uint64_t i = 0; i < count; ++i) {
    bus::Record record = traffic.next(SystemClock().now().wall);
    record.header.producer = ProducerId((first_producer + i + 1) * 0x9E3779B97F4A7C15ULL);
    record.header.number = ProducerNumber(1);
    auto published = path.publish(record);
    if (!published) return std::unexpected(published.error());
    end = *published;
  }
  return path.wait_durable(end);
}

// The child: says on the pipe when it is time, and goes on.
void write_on(const std::filesystem::path& directory, uint64_t rooms, uint64_t producers, int pipe) {
  auto store = history::Store::open({.directory = directory});
  if (!store) return;
  HistoryPath path(**store);
  HistoryTraffic traffic({rooms, 1, 0, 1});
  if (!publish(path, traffic, producers, most_unsaved())) return;
  if (write(pipe, "!", 1) != 1) return;
  for (uint64_t more = producers + most_unsaved(); publish(path, traffic, more, 1); ++more) {
  }
}

}  // namespace

Result<uint64_t> write_until_killed(const std::filesystem::path& store, uint64_t rooms, uint64_t producers) {
  int ends[2];
  if (pipe(ends) != 0) return fail(ErrorCode::kInternal, "no pipe to the process that is to be killed");
  const pid_t child = fork();
  if (child < 0) return fail(ErrorCode::kInternal, "no process to be killed");
  if (child == 0) {
    close(ends[0]);
    write_on(store, rooms, producers, ends[1]);
    _exit(1);
  }
  close(ends[1]);
  char said = 0;
  const bool wrote = read(ends[0], &said, 1) == 1;
  close(ends[0]);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  if (!wrote) return fail(ErrorCode::kStorageFailed, "the process that was to be killed couldn't write to the store");
  return most_unsaved();
}

}  // namespace parley::bench
