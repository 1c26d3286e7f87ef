// SPDX-License-Identifier: Apache-2.0
#include "core/bus/wakeup.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "core/base/check.h"

namespace parley::bus {

namespace {

// The store before it is visible to all before the load after it is made: the one ordering that release and acquire don't give.
void full_fence() {
#pragma GCC diagnostic push
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
// GCC warns that ThreadSanitizer doesn't model fences. It needn't: data is passed by release and acquire elsewhere, the fence only keeps
// a wake-up from being lost.
#pragma GCC diagnostic ignored "-Wtsan"
#endif
  std::atomic_thread_fence(std::memory_order_seq_cst);
#pragma GCC diagnostic pop
}

timespec to_timespec(Micros time) {
  return {.tv_sec = static_cast<time_t>(time.count() / 1'000'000), .tv_nsec = static_cast<long>(time.count() % 1'000'000 * 1000)};
}

}  // namespace

Wakeup::Wakeup() : event_fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  CHECK(event_fd_ >= 0, "eventfd at start: out of file descriptors? Raise `ulimit -n`");
}

Wakeup::~Wakeup() { ::close(event_fd_); }

void Wakeup::notify() {
  full_fence();  // after the caller's work became visible, before asking whether to wake; pairs with the one in prepare_sleep()
  if (!asleep_.load(std::memory_order_relaxed)) return;
  // Relaxed: only picks the one notifier who writes; the woken thread acquires the work itself where it finds it.
  if (!asleep_.exchange(false, std::memory_order_relaxed)) return;
  const uint64_t one = 1;
  const ssize_t written = ::write(event_fd_, &one, sizeof one);
  CHECK(written == sizeof one || errno == EAGAIN, "an eventfd takes a write, or is at its maximum and so readable anyway");
}

void Wakeup::prepare_sleep() {
  asleep_.store(true, std::memory_order_relaxed);
  full_fence();  // before looking for work once more; pairs with the one in notify()
}

// Relaxed: a notifier who still sees `true` writes once too often, no more.
void Wakeup::cancel_sleep() { asleep_.store(false, std::memory_order_relaxed); }

void Wakeup::pause(Micros time) {
  const timespec limit = to_timespec(time);
  ::ppoll(nullptr, 0, &limit, nullptr);
}

void Wakeup::wait(int extra_fd, Micros timeout) {
  pollfd fds[2] = {{.fd = event_fd_, .events = POLLIN, .revents = 0}, {.fd = extra_fd, .events = POLLIN, .revents = 0}};
  const timespec limit = to_timespec(timeout);
  const int ready = ::ppoll(fds, 2, timeout < Micros{0} ? nullptr : &limit, nullptr);  // poll(2) would round to whole milliseconds
  CHECK(ready >= 0 || errno == EINTR || errno == ENOMEM, "ppoll on descriptors that are ours");
  cancel_sleep();
  if (ready <= 0 || (fds[0].revents & POLLIN) == 0) return;
  uint64_t count = 0;
  // Emptied before the caller looks for work, never after: a notify in between must leave its mark. EAGAIN can't be, we are the only
  // reader.
  CHECK(::read(event_fd_, &count, sizeof count) == sizeof count, "a readable eventfd is read");
}

}  // namespace parley::bus
