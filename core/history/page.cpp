// SPDX-License-Identifier: Apache-2.0
// Reading the store: pages, and what a client's knowledge of an older epoch is still worth.
#include <algorithm>

#include "core/history/note_reader.h"
#include "core/history/retained.h"
#include "core/history/room_cursor.h"
#include "core/history/store_impl.h"

namespace parley::history {
namespace {

constexpr size_t kEntryOverhead = 40;  // table, vector and padding of an EntryBytes on the wire

constexpr size_t kNoteOverhead = 48;      // likewise of a Note
constexpr size_t kReactionOverhead = 32;  // and of each of its ReactionCounts, beside the emoji

size_t bytes_of(const PageNote& note) {
  size_t bytes = kNoteOverhead;
  for (const ReactionCount& each : note.reactions) bytes += kReactionOverhead + each.emoji.size();
  return bytes;
}

// Entries as a page fills up, with what was said about them: bounded by count and by bytes, but never without an entry for being too large.
class Filling {
 public:
  // `notes`: of all entries that may come.
  Filling(size_t limit, std::vector<PageNote> notes) : limit_(std::clamp<size_t>(limit, 1, kMaxPageEntries)), notes_(std::move(notes)) {}
  bool full() const { return entries_.size() >= limit_; }
  // False if it doesn't fit any more.
  bool add(StoredEntry&& entry) {
    const auto note = std::ranges::lower_bound(notes_, entry.sequence, {}, &PageNote::sequence);
    const bool noted = note != notes_.end() && note->sequence == entry.sequence;
    const size_t bytes = entry.bytes.size() + kEntryOverhead + (noted ? bytes_of(*note) : 0);
    if (!entries_.empty() && bytes_ + bytes > kMaxPageBytes) return false;
    bytes_ += bytes;
    entries_.push_back(std::move(entry));
    return true;
  }
  void move_to(Page& page) {
    page.entries = std::move(entries_);
    std::ranges::sort(page.entries, {}, &StoredEntry::sequence);
    if (page.entries.empty()) return;
    const auto first = page.entries.front().sequence, last = page.entries.back().sequence;
    std::erase_if(notes_, [&](const PageNote& note) { return note.sequence < first || note.sequence > last; });
    page.notes = std::move(notes_);
  }

 private:
  size_t limit_;
  size_t bytes_ = 0;
  std::vector<PageNote> notes_;
  std::vector<StoredEntry> entries_;
};

// Where a page that reads forward begins.
Sequence start_of(RoomCursor& cursor, const PageRequest& request) {
  switch (request.reading) {
    case Reading::kAround: {
      const uint64_t before = std::clamp<size_t>(request.limit, 1, kMaxPageEntries) / 2;
      const Sequence start(request.from.value > before ? request.from.value - before : 1);
      return std::max({start, request.floor, cursor.first_retained()});
    }
    case Reading::kFromTime:
      return std::max({cursor.first_since(request.time), request.floor, cursor.first_retained()});
    default:
      return std::max(request.from, Sequence(1));
  }
}

// One page's reading: both ends of the store that it needs.
struct Source {
  RoomCursor& cursor;
  const NoteReader& notes;
  const PageRequest& request;

  Filling filling(uint64_t first, uint64_t last) const {
    return {request.limit, notes.between(request.room, {Sequence(first), Sequence(last)}, request.user)};
  }
};

void name_gap(Page& page, std::pair<uint64_t, uint64_t> from_and_to, GapReason reason) {
  page.gap_from = Sequence(from_and_to.first);
  page.gap_to = Sequence(from_and_to.second);
  page.gap_reason = reason;
}

// The first entry that is there for the asker, and why those before it aren't.
std::pair<uint64_t, GapReason> lowest_of(RoomCursor& cursor, const PageRequest& request) {
  const Sequence first = cursor.first_retained();
  if (request.floor > first) return {request.floor.value, request.floor_reason};
  return {first.value, GapReason::kRetention};
}

// An entry that can't be read ends a page, and the page that begins with it names it. So there is one gap in a page at most, and a client
// that goes on from page to page is told of all of them.
void read_forward(const Source& source, Page& page) {
  const auto& [cursor, notes, request] = source;
  const uint64_t from = start_of(cursor, request).value;
  const uint64_t end = page.head.value + 1;
  const auto [lowest, reason] = lowest_of(cursor, request);
  uint64_t at = std::max(from, lowest);
  if (from < lowest && from < end) {
    name_gap(page, {from, std::min(lowest, end)}, reason);
  } else {
    while (at < end && at - from < kMaxDamagedSkip && !cursor.read(Sequence(at))) ++at;
    if (at > from) name_gap(page, {from, at}, GapReason::kDamaged);
  }
  Filling filling = source.filling(at, at + kMaxPageEntries - 1);
  for (; at < end && !filling.full(); ++at) {
    auto entry = cursor.read(Sequence(at));
    if (!entry || !filling.add(std::move(*entry))) break;
  }
  page.more = at < end;
  filling.move_to(page);
}

void read_backward(const Source& source, Page& page) {
  const auto& [cursor, notes, request] = source;
  const uint64_t newest = page.head.value + 1;
  const uint64_t end = request.from ? std::min(request.from.value, newest) : newest;
  const auto [lowest, reason] = lowest_of(cursor, request);
  uint64_t at = end;  // entries [at, end) were looked at
  while (at > lowest && end - at < kMaxDamagedSkip && !cursor.read(Sequence(at - 1))) --at;
  if (at < end) name_gap(page, {at, end}, GapReason::kDamaged);
  Filling filling = source.filling(at - std::min<uint64_t>(at, kMaxPageEntries), at);
  for (; at > lowest && !filling.full(); --at) {
    auto entry = cursor.read(Sequence(at - 1));
    if (!entry || !filling.add(std::move(*entry))) break;
  }
  const bool gap_at_end = lowest > 1 && end > 1;
  page.more = at > lowest || (gap_at_end && page.gap_to);  // has named another gap: the next page names that one
  if (!page.more && gap_at_end) name_gap(page, {1, std::min(lowest, end)}, reason);
  filling.move_to(page);
}

// Where the log stood when the next epoch began; after a restore numbers are left out. Nothing: its record is damaged.
std::optional<uint64_t> start_of_next(Epoch epoch, MDB_txn* txn, MDB_dbi epochs) {
  MDB_cursor* cursor = nullptr;
  if (mdb_cursor_open(txn, epochs, &cursor) != 0) return std::nullopt;
  const Key8 next = number_key(epoch.next().value);
  MDB_val key = to_val(next);
  MDB_val value{};
  const bool found = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE) == 0;
  const auto start = found ? decode_number(to_view(key), to_view(value)) : std::nullopt;
  mdb_cursor_close(cursor);
  return start;
}

}  // namespace

Result<Page> Store::read_page(const PageRequest& request) const {
  Page page;
  const auto view = impl_->heads.view(request.room);
  if (!view) return page;  // nothing of it is stored yet
  const ReadTransaction txn(impl_->environment.get());
  if (txn.status() != 0) return std::unexpected(impl_->environment.error(txn.status(), "can't read the store"));
  RoomCursor cursor(*view, txn.get(), impl_->environment.tables(), impl_->damaged);
  page.head = view->head;
  const NoteReader notes(txn.get(), impl_->environment.tables());
  const Source source{cursor, notes, request};
  request.reading == Reading::kBackward ? read_backward(source, page) : read_forward(source, page);
  return page;
}

Result<Sequence> Store::valid_through(RoomId room, Epoch epoch, Sequence since) const {
  const auto view = impl_->heads.view(room);
  if (!view || !epoch || epoch > impl_->snapshot.epoch) return Sequence(0);
  if (epoch == impl_->snapshot.epoch) return std::min(since, view->head);
  const ReadTransaction txn(impl_->environment.get());
  if (txn.status() != 0) return std::unexpected(impl_->environment.error(txn.status(), "can't read the store"));
  const auto end = start_of_next(epoch, txn.get(), impl_->environment.tables().epochs);
  if (!end) return Sequence(0);  // damaged: better taken back once too often

  if (const auto gone = end_of_epoch(txn.get(), impl_->environment.tables(), {room, epoch})) return std::min(since, *gone);
  RoomCursor cursor(*view, txn.get(), impl_->environment.tables(), impl_->damaged);
  return std::min(since, Sequence(cursor.count_before(LogPosition(*end))));
}

}  // namespace parley::history
