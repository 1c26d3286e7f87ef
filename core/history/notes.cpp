// SPDX-License-Identifier: Apache-2.0
#include "core/history/notes.h"

#include "core/history/crc32c.h"

namespace parley::history {
namespace {

// A record that grows as fields are appended; the check comes in front at the end, as records.cpp has it.
class Appender {
 public:
  Appender() : bytes_(4) {}
  void number(uint64_t value) {
    bytes_.resize(bytes_.size() + 8);
    store_le(bytes_.data() + bytes_.size() - 8, value);
  }
  void text(std::string_view text) {
    bytes_.push_back(static_cast<uint8_t>(text.size()));
    bytes_.insert(bytes_.end(), text.begin(), text.end());
  }
  std::vector<uint8_t> seal(ByteView key) {
    store_le(bytes_.data(), crc32c(ByteView(bytes_).subspan(4), crc32c(key)));
    return std::move(bytes_);
  }

 private:
  std::vector<uint8_t> bytes_;
};

// Reads what Appender wrote; after a field that isn't there all further ones are zero, and whole() is false.
class Fields {
 public:
  Fields(ByteView key, ByteView record) {
    sound_ = record.size() >= 4 && load_le<uint32_t>(record.data()) == crc32c(record.subspan(4), crc32c(key));
    if (sound_) rest_ = record.subspan(4);
  }
  uint64_t number() {
    if (!take(8)) return 0;
    return load_le<uint64_t>(taken_.data());
  }
  std::string_view text() {
    if (!take(1)) return {};
    return take(taken_[0]) ? as_text(taken_) : std::string_view{};
  }
  bool more() const { return sound_ && !rest_.empty(); }
  bool whole() const { return sound_ && rest_.empty(); }

 private:
  bool take(size_t bytes) {
    sound_ = sound_ && rest_.size() >= bytes;
    if (!sound_) return false;
    taken_ = rest_.first(bytes);
    rest_ = rest_.subspan(bytes);
    return true;
  }
  bool sound_ = false;
  ByteView rest_, taken_;
};

}  // namespace

Key16 target_key(RoomId room, Sequence target) { return segment_key(room, target.value); }

std::vector<uint8_t> encode_note(const Key16& key, const Note& note) {
  Appender out;
  out.number(note.edit.value);
  out.number(note.pin.value);
  out.number(note.last.value);
  for (const ReactionCount& each : note.reactions) {
    out.text(each.emoji);
    out.number(each.count);
  }
  return out.seal(key);
}

std::optional<Note> decode_note(const Key16& key, ByteView record) {
  Fields in(key, record);
  Note note;
  note.edit = Sequence(in.number());
  note.pin = Sequence(in.number());
  note.last = Sequence(in.number());
  while (in.more()) {
    const std::string emoji(in.text());
    note.reactions.push_back({emoji, static_cast<uint32_t>(in.number())});
  }
  if (!in.whole()) return std::nullopt;
  return note;
}

std::string reaction_key(const Key16& target, std::string_view emoji, std::string_view user) {
  std::string key(as_text(target));
  key.append(emoji).push_back('\0');
  return key.append(user);
}

std::string mark_prefix(std::string_view user) {
  std::string key(user);
  key.push_back('\0');
  return key;
}

std::string mark_key(std::string_view user, RoomId room) { return mark_prefix(user).append(as_text(number_key(room.value))); }

std::vector<uint8_t> encode_mark(std::string_view key, const Mark& mark) {
  Appender out;
  out.number(mark.read.value);
  out.number(mark.messages);
  for (const uint64_t sequence : mark.mentions) out.number(sequence);
  return out.seal(as_bytes(key));
}

std::optional<Mark> decode_mark(std::string_view key, ByteView record) {
  Fields in(as_bytes(key), record);
  Mark mark;
  mark.read = Sequence(in.number());
  mark.messages = in.number();
  while (in.more()) mark.mentions.push_back(in.number());
  if (!in.whole()) return std::nullopt;
  return mark;
}

}  // namespace parley::history
