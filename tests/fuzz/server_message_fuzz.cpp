// SPDX-License-Identifier: Apache-2.0
// What a server, or somebody who stole its key, may send to a client: whatever decodes can be read to its last field, entries in messages
// too.
#include "core/base/check.h"
#include "core/base/text.h"
#include "net/client/decode.h"
#include "tests/fuzz/aligned_copy.h"

namespace {

using namespace parley;

volatile size_t g_sink;  // keeps the reads

void read_text(const flatbuffers::String* text) {
  if (auto view = client::decode_text(text)) {
    CHECK(is_utf8(*view) && view->find('\0') == std::string_view::npos, "text that decodes can be a C string");
    g_sink = view->size();
  }
}

void read_entry(ByteView bytes) {
  std::vector<uint64_t> scratch;
  if (auto entry = client::decode_entry(bytes, scratch)) {
    CHECK(is_utf8(entry->author) && is_utf8(entry->name) && is_utf8(entry->text), "an entry's texts are UTF-8");
    g_sink = entry->author.size() + entry->text.size();
  }
}

void read_refusal(const wire::Refusal* refusal) {
  if (refusal) g_sink = client::decode_refusal(*refusal).error.text.size();
}

template <class Entries>
void read_entries(const Entries* entries) {
  for (const wire::EntryBytes* entry : *entries) read_entry({entry->bytes()->data(), entry->bytes()->size()});
}

void read_presence(const wire::Presence& presence) {
  if (presence.joined()) {
    for (const wire::Member* member : *presence.joined()) {
      read_text(member->user());
      read_text(member->name());
    }
  }
  if (presence.left()) {
    for (const flatbuffers::String* user : *presence.left()) read_text(user);
  }
}

void read_signals(const wire::Signals& signals) {
  for (const wire::UserSignal* signal : *signals.signals()) {
    read_text(signal->user());
    read_text(signal->name());
    g_sink = signal->order() + signal->tag();
  }
}

void read_message(const wire::Message& message) {
  if (auto* joined = message.body_as_Joined()) read_text(joined->room());
  if (auto* entries = message.body_as_Entries()) read_entries(entries->entries());
  if (auto* page = message.body_as_HistoryPage()) read_entries(page->entries());
  if (auto* refused = message.body_as_SendRefused()) read_refusal(refused->refusal());
  if (auto* refused = message.body_as_RequestRefused()) read_refusal(refused->refusal());
  if (auto* presence = message.body_as_Presence()) read_presence(*presence);
  if (auto* signals = message.body_as_Signals()) read_signals(*signals);
  auto* receipts = message.body_as_Receipts();
  if (receipts && receipts->ordered()) {
    for (const wire::Receipt* receipt : *receipts->ordered()) g_sink = receipt->sequence();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::AlignedCopy copy = fuzz::aligned_copy(data, size);
  ByteView bytes(copy.get(), size);
  if (const wire::Message* message = client::decode_message(bytes)) read_message(*message);
  if (const wire::Answer* answer = client::decode_answer(bytes)) {
    read_text(answer->user());
    read_text(answer->name());
    read_refusal(answer->refusal());
  }
  read_entry(bytes);
  return 0;
}
