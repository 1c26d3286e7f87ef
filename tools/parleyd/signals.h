// SPDX-License-Identifier: Apache-2.0
// SIGTERM and SIGINT as something to wait for. Made on the main thread before any other starts, so that all inherit the blocked mask. After
// release() a further one ends the process at once.
#pragma once

namespace parley::parleyd {

class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  int fd() const { return fd_; }  // readable when one came
  // The number of the one that came, 0 if none.
  int take();
  void release();

 private:
  int fd_;
};

}  // namespace parley::parleyd
