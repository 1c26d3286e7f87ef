// SPDX-License-Identifier: Apache-2.0
// A session's sends without a durable receipt, in a small file, so that a game that crashes loses none: the next session with the same file
// goes on with the same producer and numbers, and the server takes none of them twice. A journal: a record (schema/outbox.fbs) for
// each send, and for each that is settled; written anew when most of it is settled.
//
// Writing is one write(2) into the system's cache, no sync: what was said survives the program, not a power cut. A torn last record is left
// out. The file is locked (flock): one session at a time. On the client's thread; only parley_send and the events of receipts write.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/ids.h"
#include "net/client/content.h"
#include "outbox_generated.h"

namespace parley::client {

struct KeptSend {
  uint64_t number = 0;
  std::string room;
  Content content;
};

class OutboxFile {
 public:
  struct State {
    ProducerId producer;
    std::string user;            // "": never was online
    uint64_t next = 1;           // number of the next send
    std::vector<KeptSend> kept;  // ascending
  };

  // Opens or makes it; `producer` is for a new one. Errors, with the path in the text: kPermission, kBusy (another session has it),
  // kInvalidArgument (not such a file), kStorageFull, kStorageFailed.
  static Result<std::unique_ptr<OutboxFile>> open(const std::filesystem::path& path, ProducerId producer);
  ~OutboxFile();
  OutboxFile(const OutboxFile&) = delete;
  OutboxFile& operator=(const OutboxFile&) = delete;

  // As read by open(), then kept up to date.
  const State& state() const { return state_; }

  // An error means that the send isn't kept, and must not be sent.
  Result<void> keep(const KeptSend& send);
  // What the file misses of these is asked of the server again after a crash, which costs nothing: so no errors.
  void done(uint64_t through);
  void drop(uint64_t number);
  void set_user(std::string_view user);

 private:
  explicit OutboxFile(std::filesystem::path path) : path_(std::move(path)) {}

  Result<void> open_and_lock();
  Result<void> read();
  bool take(const outbox::Record& record);
  Result<void> append(const outbox::RecordT& record);
  void note(const outbox::RecordT& record);
  Result<void> rewrite();
  void shrink();
  std::unexpected<Error> failed(int error, const char* doing) const;

  std::filesystem::path path_;
  int fd_ = -1;
  size_t bytes_ = 0;    // of the file
  bool stale_ = false;  // it misses something
  State state_;
};

}  // namespace parley::client
