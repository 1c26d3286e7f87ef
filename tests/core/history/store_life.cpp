// SPDX-License-Identifier: Apache-2.0
#include "tests/core/history/store_life.h"

#include <algorithm>

#include "core/base/limits.h"

namespace parley::history::test {
namespace {

constexpr uint64_t kMostRooms = 12;
constexpr uint64_t kProducers = 5;

std::string at(uint64_t room, uint64_t sequence) { return " at " + std::to_string(sequence) + " of room " + std::to_string(room); }

}  // namespace

StoreLife::StoreLife(std::filesystem::path base, uint64_t seed, const LifePlan& plan)
    : base_(std::move(base)), random_(seed), plan_(plan) {}

StoreOptions StoreLife::options() const {
  return {.directory = base_ / std::to_string(life_),
          .max_bytes = size_t{64} << 20,
          .skip_meta_sync = plan_.fast,
          .checkpoint_every = size_t{20}};  // so that deaths hit all phases of a checkpoint
}

std::string StoreLife::live(int lives) {
  for (int i = 0; i < lives; ++i) {
    if (std::string broken = one_life(); !broken.empty()) return "life " + std::to_string(life_) + ": " + broken;
  }
  return {};
}

std::string StoreLife::one_life() {
  std::filesystem::create_directory(options().directory);
  disk_ = std::make_unique<FaultyDisk>(options().directory, random_.next());
  if (plan_.without_syncs) disk_->ignore_syncs();
  if (random_.below(8) != 0) disk_->fail_after(random_.below(1 + random_.below(150)));
  auto opened = Store::open(options());
  if (!opened) {
    if (!disk_->failed()) return "it doesn't open: " + opened.error().text;
    ++facts_.failed_opens;
    die();
    return {};
  }
  // At a death while it opened, the store that this life saw may not be what the next finds.
  if (std::string broken = check(**opened); !broken.empty()) return broken;
  for (uint64_t batches = random_.below(40); batches > 0 && !disk_->failed(); --batches)
    if (std::string broken = append_some(**opened); !broken.empty()) return broken;
  if (random_.below(2) == 0) disk_->fail_now();  // between two operations; else at one, of the close too
  opened->reset();
  die();
  return {};
}

void StoreLife::die() {
  const auto from = options().directory;
  ++life_;
  std::filesystem::create_directory(options().directory);
  disk_->leave(plan_.death, options().directory);
  disk_.reset();
  std::filesystem::remove_all(from);
}

std::string StoreLife::append_some(Store& store) {
  std::vector<NewRoom> rooms;
  std::vector<NewEntry> entries;
  std::vector<std::string> names;
  grow(rooms, entries, names);
  const auto stored = store.append(rooms, entries);
  if (!stored) {
    ++facts_.under_way;
    return disk_->failed() ? "" : "it refuses a batch: " + stored.error().text;
  }
  ++facts_.answered;
  before_that_ = confirmed_;
  confirmed_ = under_way_;
  return {};
}

void StoreLife::grow(std::vector<NewRoom>& rooms, std::vector<NewEntry>& entries, std::vector<std::string>& names) {
  names.reserve(kMostRooms);
  while (under_way_.rooms == 0 || (under_way_.rooms < kMostRooms && random_.below(12) == 0)) {
    names.push_back("room" + std::to_string(++under_way_.rooms));
    rooms.push_back({RoomId(under_way_.rooms), names.back()});
  }
  const uint64_t count = 1 + random_.below(1 + random_.below(240));
  for (uint64_t i = 0; i < count; ++i) log_.push_back(next_entry());
  under_way_.entries = log_.size();
  for (const Logged& each : std::span(log_).last(count)) {
    entries.push_back({RoomId(each.room), Sequence(each.sequence), ProducerId(each.producer), ProducerNumber(each.number),
                       WallTime(Micros(1000)), as_bytes(each.text)});
  }
}

StoreLife::Logged StoreLife::next_entry() {
  Logged next{
      .room = 1 + random_.below(under_way_.rooms), .sequence = 1, .producer = 1 + random_.below(kProducers), .number = 1, .text = {}};
  const auto same_room = std::find_if(log_.rbegin(), log_.rend(), [&](const Logged& each) { return each.room == next.room; });
  if (same_room != log_.rend()) next.sequence = same_room->sequence + 1;
  const auto same = std::find_if(log_.rbegin(), log_.rend(), [&](const Logged& each) { return each.producer == next.producer; });
  if (same != log_.rend()) next.number = same->number + 1;
  // The same place in two lives never has the same text.
  next.text = std::to_string(life_) + "/" + std::to_string(random_.next());
  next.text.append(random_.below(16) == 0 ? random_.below(6000) : random_.below(200), '.');
  return next;
}

std::string StoreLife::check(Store& store) {
  for (const auto& step : {check_mark(store), check_producers(store), check_epochs(store)})
    if (!step.empty()) return step;
  for (uint64_t room = 1; room <= confirmed_.rooms; ++room)
    if (std::string broken = check_room(store, room); !broken.empty()) return broken;
  if (store.status().damaged_records != 0) return std::to_string(store.status().damaged_records) + " records are damaged";
  return {};
}

// Which of the moments that are allowed it is; the model goes on from there.
std::string StoreLife::check_mark(const Store& store) {
  const Mark found{store.status().entries, store.snapshot().rooms.size()};
  const bool may_take_back = plan_.fast && plan_.death == Death::kPower;
  facts_.entries = std::max<uint64_t>(facts_.entries, found.entries);
  if (found == under_way_ && found != confirmed_) {
    ++facts_.arrived;
  } else if (may_take_back && found == before_that_ && found != confirmed_) {
    ++facts_.taken_back;
  } else if (found != confirmed_) {
    return "it has " + std::to_string(found.entries) + " entries in " + std::to_string(found.rooms) + " rooms, " +
           std::to_string(confirmed_.entries) + " in " + std::to_string(confirmed_.rooms) + " were answered, with " +
           std::to_string(under_way_.entries) + " under way";
  }
  confirmed_ = before_that_ = under_way_ = found;
  log_.resize(found.entries);
  return {};
}

std::string StoreLife::check_producers(const Store& store) const {
  std::vector<room::ProducerState> expected;
  for (const Logged& each : log_) {
    const room::ProducerState state{ProducerId(each.producer), ProducerNumber(each.number), RoomId(each.room), Sequence(each.sequence)};
    const auto known = std::ranges::find(expected, state.id, &room::ProducerState::id);
    known == expected.end() ? expected.push_back(state) : void(*known = state);
  }
  auto found = store.snapshot().producers;
  for (auto* states : {&expected, &found}) std::ranges::sort(*states, {}, &room::ProducerState::id);
  const bool same = std::ranges::equal(expected, found, [](const room::ProducerState& a, const room::ProducerState& b) {
    return a.id == b.id && a.last == b.last && a.room == b.room && a.sequence == b.sequence;
  });
  return same ? "" : "the producers' numbers aren't those of the log";
}

std::string StoreLife::check_room(const Store& store, uint64_t room) const {
  uint64_t next = 1, head = 0;
  for (const Logged& each : log_) head += each.room == room ? 1 : 0;
  auto expected = log_.begin();
  while (next <= head) {
    const auto page = store.read_page({RoomId(room), Sequence(next), Reading::kForward, kMaxPageEntries});
    if (!page) return "it can't be read: " + page.error().text;
    if (page->head.value != head || page->entries.empty()) return "a page ends early" + at(room, next);
    for (const StoredEntry& entry : page->entries) {
      expected = std::find_if(expected, log_.end(), [&](const Logged& each) { return each.room == room; });
      if (entry.sequence.value != next++) return "a hole" + at(room, next - 1);
      if (expected->text != as_text(entry.bytes)) return "another text" + at(room, next - 1);
      ++expected;
    }
  }
  const auto newest = store.read_page({RoomId(room), Sequence(0), Reading::kBackward, 3});
  if (!newest) return "it can't be read: " + newest.error().text;
  if (newest->head.value != head || newest->entries.size() != std::min<uint64_t>(head, 3))
    return "the newest page isn't whole" + at(room, head);
  return {};
}

std::string StoreLife::check_epochs(const Store& store) {
  const Epoch epoch = store.snapshot().epoch;
  if (!eras_.empty()) eras_.back().end = log_.size();
  for (const Era& era : eras_) {
    if (era.epoch >= epoch) return "epoch " + std::to_string(epoch.value) + " after " + std::to_string(era.epoch.value);
    for (uint64_t room = 1; room <= confirmed_.rooms; ++room) {
      uint64_t stored = 0;
      for (size_t i = 0; i < std::min(era.end, log_.size()); ++i) stored += log_[i].room == room ? 1 : 0;
      const auto valid = store.valid_through(RoomId(room), era.epoch, Sequence(stored + random_.below(3)));
      if (!valid || valid->value != stored)
        return "what epoch " + std::to_string(era.epoch.value) + " stored is told wrongly of room " + std::to_string(room);
    }
  }
  eras_.push_back({epoch, log_.size()});
  return {};
}

}  // namespace parley::history::test
