// SPDX-License-Identifier: Apache-2.0
#include "tools/parleyctl/entry_json.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/identity/base64url.h"
#include "tools/parleyctl/entry_names.h"
#include "tools/parleyctl/time_text.h"

namespace parley::parleyctl {
namespace {

using history::GoneWhy;
using history::PlainEntry;
using Json = nlohmann::ordered_json;

const char* name_of(EntryKind kind) {
  for (const auto& [known, name] : kKindNames)
    if (known == kind) return name;
  return "unknown";
}

// Base64 with padding (RFC 4648 §4), as JSON mostly has it.
std::string to_base64(ByteView bytes) {
  std::string text = identity::to_base64url(bytes);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  while (text.size() % 4 != 0) text += '=';
  return text;
}

// What printable() would make visible is written \u…; the dump has escaped C0 controls already.
std::string harmless(const std::string& dumped) {
  std::string out;
  for (size_t at = 0; at < dumped.size();) {
    const Utf8Step step = decode_utf8(dumped, at);
    const std::string_view bytes = std::string_view(dumped).substr(at, step.length);
    at += step.length;
    if (bytes.size() == 1 ? static_cast<uint8_t>(bytes[0]) < 0x7f : printable(bytes) == bytes) {
      out += bytes;
      continue;
    }
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(step.point & 0xFFFF));
    out += escape;
  }
  return out;
}

void put_gone(Json& out, const PlainEntry& entry) {
  out["text"] = entry.text;
  if (entry.kind == EntryKind::kEmote) out["emote"] = true;
  for (const auto& [why, name] : kGoneNames)
    if (why == entry.gone) out[name] = true;
  if (!entry.gone_by.empty()) out["by"] = entry.gone_by;
}

void put_message(Json& out, const PlainEntry& entry) {
  out["text"] = entry.text;
  out["emote"] = entry.kind == EntryKind::kEmote;
  if (entry.target) out["reply_to"] = entry.target.value;
  if (!entry.mentions.empty()) out["mentions"] = entry.mentions;
  if (entry.edited) out["edited"] = entry.edited.value;
}

void put_content(Json& out, const PlainEntry& entry) {
  if (entry.gone != GoneWhy::kNot) return put_gone(out, entry);
  switch (entry.kind) {
    case EntryKind::kEdit:
    case EntryKind::kDelete:
      out["target"] = entry.target.value;
      out["text"] = entry.text;
      if (entry.by_moderator) out["by_moderator"] = true;
      return;
    case EntryKind::kReaction:
      out["target"] = entry.target.value;
      out["emoji"] = entry.text;
      out["removed"] = entry.removed;
      return;
    case EntryKind::kPin:
      out["target"] = entry.target.value;
      out["removed"] = entry.removed;
      return;
    case EntryKind::kTopic:
    case EntryKind::kSystem:
      out["text"] = entry.text;
      return;
    case EntryKind::kCustom:
      out["custom_type"] = entry.custom_type;
      out["data"] = to_base64(entry.payload);
      return;
    default:
      return put_message(out, entry);
  }
}

}  // namespace

std::string json_line(const history::ExportedEntry& exported) {
  const PlainEntry& entry = exported.entry;
  Json out;
  out["type"] = is_message(entry.kind) && entry.kind != EntryKind::kCustom ? "message" : "entry";
  out["kind"] = name_of(entry.kind);
  out["room"] = exported.room;
  out["sequence"] = exported.sequence.value;
  out["user"] = entry.author;
  out["name"] = entry.name.empty() ? entry.author : entry.name;
  put_content(out, entry);
  out["time"] = time_text(entry.wall);
  return harmless(out.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace parley::parleyctl
