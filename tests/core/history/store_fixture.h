// SPDX-License-Identifier: Apache-2.0
// A store in a directory of its own, and verbs to fill and read it: entries whose bytes say where they belong, so that any mix-up shows.
// Each test owns one; single-threaded.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/history/store.h"

namespace parley::history {

class TemporaryDirectory {
 public:
  explicit TemporaryDirectory(const std::filesystem::path& base = std::filesystem::temp_directory_path()) {
    std::string name = (base / "parley-history-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Entries for a store, numbered as the writer's RoomTable would.
class Batch {
 public:
  explicit Batch(std::map<uint64_t, uint64_t>& heads) : heads_(heads) {}

  Batch& room(uint64_t id) {
    names_.push_back(std::make_unique<std::string>("room" + std::to_string(id)));
    rooms_.push_back({RoomId(id), *names_.back()});
    return *this;
  }
  Batch& entry(uint64_t room, std::string bytes, uint64_t producer = 7) {
    const Sequence sequence(++heads_[room]);
    bytes_.push_back(std::make_unique<std::string>(std::move(bytes)));
    const ProducerNumber number(++heads_[(uint64_t{1} << 63) | producer]);
    entries_.push_back({RoomId(room), sequence, ProducerId(producer), number, WallTime(Micros(1000)), as_bytes(*bytes_.back())});
    return *this;
  }
  Batch& entries(uint64_t room, size_t count, size_t bytes_each = 20) {
    for (size_t i = 0; i < count; ++i) entry(room, label(room, heads_[room] + 1, bytes_each));
    return *this;
  }
  static std::string label(uint64_t room, uint64_t sequence, size_t bytes = 20) {
    std::string text = std::to_string(room) + "/" + std::to_string(sequence);
    text.resize(std::max(bytes, text.size()), '.');
    return text;
  }
  std::span<const NewRoom> new_rooms() const { return rooms_; }
  std::span<const NewEntry> new_entries() const { return entries_; }
  Result<void> append_to(Store& store) const { return store.append(rooms_, entries_); }

 private:
  std::map<uint64_t, uint64_t>& heads_;
  std::vector<NewRoom> rooms_;
  std::vector<NewEntry> entries_;
  std::vector<std::unique_ptr<std::string>> names_, bytes_;
};

class StoreFixture : public ::testing::Test {
 protected:
  void open() {
    auto opened = Store::open(options());
    ASSERT_TRUE(opened) << opened.error().text;
    store_ = std::move(*opened);
  }
  void reopen() {
    store_.reset();
    open();
  }
  StoreOptions options() const {
    return {.directory = directory_.path() / "store",
            .max_bytes = max_bytes_,
            .no_sync_for_simulation = !synced_,
            .epoch_step = epoch_step_,
            .checkpoint_every = checkpoint_every_};
  }
  std::filesystem::path data_file() const { return options().directory / "data.mdb"; }

  Batch batch() { return Batch(heads_); }
  void append(const Batch& batch) {
    const auto done = batch.append_to(*store_);
    ASSERT_TRUE(done) << done.error().text;
  }
  Page page(const PageRequest& request) {
    auto read = store_->read_page(request);
    EXPECT_TRUE(read) << read.error().text;
    return read ? std::move(*read) : Page{};
  }
  Page backward(uint64_t room, uint64_t from, size_t limit) { return page({RoomId(room), Sequence(from), Reading::kBackward, limit}); }
  Page forward(uint64_t room, uint64_t from, size_t limit) { return page({RoomId(room), Sequence(from), Reading::kForward, limit}); }

  static std::vector<uint64_t> numbers(const Page& page) {
    std::vector<uint64_t> out;
    for (const StoredEntry& entry : page.entries) out.push_back(entry.sequence.value);
    return out;
  }
  static std::vector<uint64_t> range(uint64_t first, uint64_t last) {
    std::vector<uint64_t> out;
    for (uint64_t i = first; i <= last; ++i) out.push_back(i);
    return out;
  }
  static std::string text(const StoredEntry& entry) { return std::string(as_text(entry.bytes)); }

  TemporaryDirectory directory_;
  size_t max_bytes_ = size_t{1} << 32;
  size_t checkpoint_every_ = StoreOptions{}.checkpoint_every;
  uint32_t epoch_step_ = 1;
  bool synced_ = false;                 // a test directory needn't survive the machine
  std::map<uint64_t, uint64_t> heads_;  // by room; producers' numbers under ids with the top bit
  std::unique_ptr<Store> store_;
};

}  // namespace parley::history
