// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_server.h"

#include "core/base/check.h"
#include "net/client/decode.h"

namespace parley::sim {

using history::test::Death;

namespace {

constexpr size_t kStoreBytes = size_t{64} << 20;

Saying saying_of(EntryKind kind) {
  switch (kind) {
    case EntryKind::kEdit:
      return Saying::kEdit;
    case EntryKind::kDelete:
      return Saying::kDelete;
    case EntryKind::kReaction:
      return Saying::kReaction;
    default:
      return Saying::kMessage;
  }
}

Line line_of(const history::StoredEntry& stored) {
  std::vector<uint64_t> scratch;
  const auto entry = client::decode_entry(stored.bytes, scratch);
  CHECK(entry && entry->kind != entry::Content::NONE, "the store holds what was sent");
  return {.sequence = stored.sequence.value,
          .producer = entry->producer.value,
          .number = entry->number.value,
          .user = std::string(entry->author),
          .text = std::string(entry->text),
          .saying = saying_of(stored.kind),
          .target = entry->target.value,
          .edited = entry->edited.value,
          .deleted = entry->kind == entry::Content::Gone};
}

}  // namespace

SimServer::SimServer(ServerSetup setup)
    : keys_(setup.keys),
      sockets_(std::move(setup.sockets)),
      random_(setup.random),
      directory_(std::move(setup.directory)),
      drive_ignores_syncs_(setup.drive_ignores_syncs) {
  config_.io_threads = sockets_.size();
  config_.rooms = std::move(setup.rooms);
  config_.sends = {.per_second = setup.sends_per_second, .burst = setup.sends_per_second};
  start();
}

void SimServer::start() {
  while (!try_start()) die(random_.below(2) == 0 ? Death::kProcess : Death::kPower);
}

bool SimServer::try_start() {
  disk_ = std::make_unique<history::test::FaultyDisk>(place(), random_.next());
  if (drive_ignores_syncs_) disk_->ignore_syncs();
  if (random_.below(4) == 0) disk_->fail_after(random_.below(24));  // a start has about twenty operations
  auto store = history::Store::open({.directory = place(), .max_bytes = kStoreBytes});
  if (!store && disk_->failed()) return false;
  CHECK(store.has_value(), store ? "" : store.error().text.c_str());
  disk_->fail_after(UINT64_MAX);
  store_ = std::move(*store);
  auto core = server::ServerCore::make({config_, *store_, keys_, random_, sockets_});
  CHECK(core.has_value(), core ? "" : core.error().text.c_str());
  core_ = std::move(*core);
  agents_ = core_->agents();
  return true;
}

void SimServer::die(Death death) {
  const auto from = place();
  disk_->fail_now();  // before anything closes properly: who dies doesn't
  stalled_until_ = kNever;
  agents_.clear();
  core_.reset();
  store_.reset();
  ++starts_;
  std::filesystem::create_directory(place());
  disk_->leave(death, place());
  disk_.reset();
  std::filesystem::remove_all(from);
}

int SimServer::do_work(Now now) {
  int work = 0;
  if (stalled_until_ <= now.mono) stalled_until_ = kNever;
  for (size_t i = 0; i < agents_.size(); ++i) {
    const bool writer = i == sockets_.size();
    if (writer && stalled_until_ != kNever) continue;
    work += agents_[i]->do_work(now);
    if (dying()) break;  // nobody hears of what comes after
  }
  return work;
}

MonoTime SimServer::next_deadline() const {
  MonoTime next = stalled_until_;
  for (const Agent* agent : agents_) next = std::min(next, agent->next_deadline());
  return agents_.empty() ? kNever : next;
}

std::map<std::string, uint64_t> SimServer::heads(Now now) {
  std::map<std::string, uint64_t> heads;
  CHECK(core_->ask(server::IoQuestion::kRooms), "the last question was answered");
  do_work(now);
  while (const auto answer = core_->take_answer())
    for (const server::RoomRow& room : answer->rooms) heads[room.name] = room.head;
  return heads;
}

std::map<std::string, uint32_t> SimServer::queued(Now now) {
  std::map<std::string, uint32_t> queued;
  CHECK(core_->ask(server::IoQuestion::kSessions), "the last question was answered");
  do_work(now);
  while (const auto answer = core_->take_answer())
    for (const server::SessionRow& session : answer->sessions) queued[session.user] = session.stats.queued_bytes;
  return queued;
}

std::map<std::string, std::vector<Line>> SimServer::history() const {
  std::map<std::string, std::vector<Line>> rooms;
  const auto reader = store_.get();
  for (const room::RoomState& room : reader->snapshot().rooms) {
    std::vector<Line>& lines = rooms[room.name];
    for (bool more = true; more;) {
      const auto page = reader->read_page(
          {.room = room.id, .from = Sequence{lines.size() + 1}, .reading = history::Reading::kForward, .limit = kMaxPageEntries});
      CHECK(page.has_value(), "the store can be read");
      while (lines.size() + 1 < page->gap_to.value) lines.push_back({.sequence = lines.size() + 1, .user = {}, .text = {}});
      for (const auto& stored : page->entries) lines.push_back(line_of(stored));
      more = page->more;
    }
  }
  return rooms;
}

std::map<std::string, uint64_t> SimServer::first_retained() const {
  std::map<std::string, uint64_t> first;
  for (const room::RoomState& room : store_->snapshot().rooms) first[room.name] = store_->extent(room.id).first.value;
  return first;
}

}  // namespace parley::sim
