// SPDX-License-Identifier: Apache-2.0
// Reading the store: pages, and what a client's knowledge of an older epoch is still worth.
#include <algorithm>

#include "core/history/room_cursor.h"
#include "core/history/store_impl.h"

namespace parley::history {
namespace {

constexpr size_t kEntryOverhead = 40;  // table, vector and padding of an EntryBytes on the wire

// Entries [first, end) as a page fills up: bounded by count and by bytes, but never without an entry for being too large.
class Filling {
 public:
  explicit Filling(size_t limit) : limit_(std::clamp<size_t>(limit, 1, kMaxPageEntries)) {}
  bool full() const { return entries_.size() >= limit_; }
  // False if it doesn't fit any more.
  bool add(StoredEntry&& entry) {
    const size_t bytes = entry.bytes.size() + kEntryOverhead;
    if (!entries_.empty() && bytes_ + bytes > kMaxPageBytes) return false;
    bytes_ += bytes;
    entries_.push_back(std::move(entry));
    return true;
  }
  std::vector<StoredEntry> take() { return std::move(entries_); }

 private:
  size_t limit_;
  size_t bytes_ = 0;
  std::vector<StoredEntry> entries_;
};

void read_forward(RoomCursor& cursor, const PageRequest& request, Page& page) {
  const uint64_t from = std::max<uint64_t>(request.from.value, 1);
  const uint64_t end = page.head.value + 1;
  const uint64_t first = cursor.first_retained().value;
  if (from < first && from < end) page.gap_from = Sequence(from), page.gap_to = Sequence(first);
  Filling filling(request.limit);
  uint64_t at = std::max(from, first);
  for (; at < end && !filling.full(); ++at) {
    auto entry = cursor.read(Sequence(at));
    if (entry && !filling.add(std::move(*entry))) break;
  }
  page.more = at < end;
  page.entries = filling.take();
}

void read_backward(RoomCursor& cursor, const PageRequest& request, Page& page) {
  const uint64_t newest = page.head.value + 1;
  const uint64_t end = request.from ? std::min(request.from.value, newest) : newest;
  const uint64_t first = cursor.first_retained().value;
  Filling filling(request.limit);
  uint64_t at = end;  // entries [at, end) were looked at
  for (; at > first && !filling.full(); --at) {
    auto entry = cursor.read(Sequence(at - 1));
    if (entry && !filling.add(std::move(*entry))) break;
  }
  page.more = at > first;
  if (!page.more && first > 1 && end > 1) page.gap_from = Sequence(1), page.gap_to = Sequence(std::min(first, end));
  page.entries = filling.take();
  std::ranges::reverse(page.entries);
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
  request.forward ? read_forward(cursor, request, page) : read_backward(cursor, request, page);
  return page;
}

Result<Sequence> Store::valid_through(RoomId room, Epoch epoch, Sequence since) const {
  const auto view = impl_->heads.view(room);
  if (!view || !epoch || epoch > impl_->snapshot.epoch) return Sequence(0);
  if (epoch == impl_->snapshot.epoch) return std::min(since, view->head);
  const ReadTransaction txn(impl_->environment.get());
  if (txn.status() != 0) return std::unexpected(impl_->environment.error(txn.status(), "can't read the store"));
  const Key8 next_epoch = number_key(epoch.next().value);
  MDB_val key = to_val(next_epoch);
  MDB_val value{};
  const int status = mdb_get(txn.get(), impl_->environment.tables().epochs, &key, &value);
  if (status != 0) return std::unexpected(impl_->environment.error(status, "can't read the epochs of the store"));
  const auto end = decode_number(next_epoch, to_view(value));
  if (!end) return Sequence(0);  // damaged: better taken back once too often

  RoomCursor cursor(*view, txn.get(), impl_->environment.tables(), impl_->damaged);
  const LogPosition begin = cursor.log_begin();
  // All of that epoch's entries are gone: which of them were stored can't be told any more.
  if (begin.value > 1 && *end <= begin.value) return Sequence(0);
  return std::min(since, Sequence(cursor.count_before(LogPosition(*end))));
}

}  // namespace parley::history
