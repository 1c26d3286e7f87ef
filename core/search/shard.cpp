// SPDX-License-Identifier: Apache-2.0
#include "core/search/shard.h"

#include <charconv>

#include "core/search/terms.h"

namespace parley::search {
namespace {

constexpr const char* kFormatKey = "format";
constexpr const char* kNextKey = "next";
constexpr const char* kFingerprintKey = "fingerprint";

std::string doing(const char* what, const std::filesystem::path& path) { return std::string(what) + " " + path.string(); }

uint64_t number_in(const std::string& text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Result<std::unique_ptr<ShardWriter>> ShardWriter::open(const std::filesystem::path& path, bool sync) {
  return guarded(doing("can't open the search index", path), [&] {
    const int flags = Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS | (sync ? 0 : Xapian::DB_NO_SYNC);
    Xapian::WritableDatabase database(path.string(), flags);
    if (database.get_metadata(kFormatKey).empty()) database.set_metadata(kFormatKey, std::to_string(kIndexFormat));
    return std::unique_ptr<ShardWriter>(new ShardWriter(std::move(database)));
  });
}

Result<void> ShardWriter::put(Xapian::docid document, const std::vector<std::string>& terms) {
  return guarded("can't add to the search index", [&] {
    Xapian::Document made;
    for (const std::string& term : terms) made.add_boolean_term(term);
    database_.replace_document(document, made);
  });
}

Result<void> ShardWriter::remove(Xapian::docid document) {
  return guarded("can't remove from the search index", [&] {
    try {
      database_.delete_document(document);
    } catch (const Xapian::DocNotFoundError&) {
      return;  // gone already, as it should be
    }
  });
}

Result<void> ShardWriter::commit(const std::optional<ShardMark>& mark) {
  return guarded("can't write the search index", [&] {
    if (mark) {
      database_.set_metadata(kNextKey, std::to_string(mark->next.value));
      if (!mark->fingerprint.empty()) database_.set_metadata(kFingerprintKey, mark->fingerprint);
    }
    database_.commit();
  });
}

Result<std::unique_ptr<ShardReader>> ShardReader::open(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return fail(ErrorCode::kNotFound, "there is no shard " + path.string());
  auto reader = guarded(doing("can't open the search index", path),
                        [&] { return std::unique_ptr<ShardReader>(new ShardReader(Xapian::Database(path.string()))); });
  if (!reader) return reader;
  if (auto read = (*reader)->read_mark(); !read) return std::unexpected(std::move(read.error()));
  return reader;
}

Result<void> ShardReader::reopen() {
  auto done = guarded("can't reopen the search index", [&] { database_.reopen(); });
  return done ? read_mark() : done;
}

Result<std::vector<DocumentNumber>> ShardReader::documents_with(const std::string& term, Part part) const {
  return guarded("can't read the search index", [&] {
    std::vector<DocumentNumber> documents;
    auto list = database_.postlist_begin(term);
    const auto end = database_.postlist_end(term);
    if (list != end) list.skip_to(part.from);
    for (; list != end && documents.size() < part.most; ++list) documents.push_back(*list);
    return documents;
  });
}

Result<void> ShardReader::read_mark() {
  std::string format;
  auto read = guarded("can't read the search index", [&] {
    format = database_.get_metadata(kFormatKey);
    mark_.next = LogPosition(number_in(database_.get_metadata(kNextKey)));
    mark_.fingerprint = database_.get_metadata(kFingerprintKey);
  });
  if (!read) return read;
  if (format != std::to_string(kIndexFormat) && !(format.empty() && !mark_.next))
    return fail(ErrorCode::kStoreVersion, "the search index has format " + format + ", this Parley writes " + std::to_string(kIndexFormat));
  return {};
}

}  // namespace parley::search
