// SPDX-License-Identifier: Apache-2.0
#include "tests/net/server/server_fixture.h"

#include <stdlib.h>

#include "core/base/check.h"
#include "net/server/admission.h"
#include "net/server/mint.h"

namespace parley::server {
namespace {

std::filesystem::path new_directory() {
  std::string name = (std::filesystem::temp_directory_path() / "parley-server-XXXXXX").string();
  CHECK(mkdtemp(name.data()) != nullptr, "a temporary folder can be made");
  return name;
}

}  // namespace

ServerFixture::ServerFixture(const FixtureOptions& options)
    : directory(options.reuse_store.empty() ? new_directory() : options.reuse_store), signer_(identity::Signer::make(random_, "test")) {
  now_ = {MonoTime(Seconds(1000)), WallTime(Seconds(1'800'000'000))};
  history::StoreOptions store_options;
  store_options.directory = directory / "store";
  store_options.max_bytes = options.store_bytes;
  store_options.no_sync_for_simulation = true;
  auto opened = history::Store::open(store_options);
  CHECK(opened.has_value(), "a new store opens");
  store = std::move(*opened);
  keys_.add(signer_.public_key());
  producer_keys_ = std::make_unique<identity::ProducerKeys>(link_private_);
  std::vector<bus::Wakeup*> wakeups;
  for (size_t io = 0; io < options.ios; ++io) wakeups_.push_back(std::make_unique<bus::Wakeup>());
  for (const auto& each : wakeups_) wakeups.push_back(each.get());
  ring = std::make_unique<bus::BroadcastRing>(bus::RingOptions{options.ring_slots, kBusSlotBytes, options.ios, kMaxRecordBytes});
  writer = std::make_unique<history::Writer>(*store, ring->add_reader(), wakeups, config.rooms);
  pages = std::make_unique<history::PageReader>(*store, wakeups);
  const search::ShardLayout index{directory / "search", kSearchShardEntries};
  if (options.search) searcher = std::make_unique<search::Searcher>(*store, index, search_news_, wakeups);
  world_.reset(new IoWorld{config, options.ios, keys_, *producer_keys_, store->snapshot(), *ring, *writer, *pages, searcher.get()});
  for (size_t io = 0; io < options.ios; ++io) {
    auto agent = IoAgent::make(*world_, {io, {}, &main_wakeup_, 3}, [this](transport::ServerHandler& handler) {
      auto fake = std::make_unique<FakeTransport>(handler);
      transports.push_back(fake.get());
      return Result<std::unique_ptr<transport::Transport>>(std::move(fake));
    });
    ios.push_back(std::move(*agent));
  }
}

ServerFixture::~ServerFixture() {
  ios.clear();
  writer.reset();
  pages.reset();
  searcher.reset();
  store.reset();
  std::error_code ignored;
  if (!keep_directory) std::filesystem::remove_all(directory, ignored);
}

std::string ServerFixture::ticket(const std::string& user, const ConnectOptions& options) {
  const auto minted = mint_ticket(signer_, {user, user, {options.pattern}, options.can, config.audience, options.valid}, now_.wall);
  EXPECT_TRUE(minted.has_value()) << minted.error().text;
  return *minted;
}

std::string ServerFixture::bound_ticket(const std::string& user, const DeviceKey& device) {
  identity::Ticket ticket;
  ticket.user = ticket.name = user;
  ticket.audience = config.audience;
  ticket.expires = now_.wall + std::chrono::hours(1);
  ticket.device_key = device;
  const auto minted = signer_.mint(ticket, now_.wall);
  EXPECT_TRUE(minted.has_value()) << minted.error().text;
  return *minted;
}

ServerFixture::HelloOutcome ServerFixture::hello(size_t io, SessionId id, ByteView hello, const DeviceKey& from) {
  HelloOutcome outcome;
  const std::vector<uint8_t> bytes(hello.begin(), hello.end());
  transports[io]->will([&](transport::ServerHandler& handler) { outcome = greet(handler, id, bytes, from); });
  cycle();
  return outcome;
}

ServerFixture::HelloOutcome ServerFixture::greet(transport::ServerHandler& handler, SessionId id, const std::vector<uint8_t>& hello,
                                                 const DeviceKey& from) {
  const auto verdict = HelloJudge(keys_, config.audience).judge({{}, from, hello, {}}, now_.wall);
  const transport::HelloInfo info{hello, {}, from, verdict.get()};
  const auto refusal = handler.refusal_of(info);
  const transport::HelloReply reply = refusal ? *refusal : handler.on_hello(id, info);
  return {reply.accept, {reply.answer.begin(), reply.answer.end()}};
}

Client ServerFixture::connect(const std::string& user, const ConnectOptions& options) {
  const Client client = queue_connect(user, options);
  cycle();
  if (options.ready) prove(client);
  return client;
}

Client ServerFixture::queue_connect(const std::string& user, const ConnectOptions& options) {
  const Client client{options.io, SessionId(++last_session_), options.producer != 0 ? options.producer : 1000 + ++last_producer_};
  const std::string minted = ticket(user, options);
  const ByteView hello = words_.hello({minted, ProducerId(client.producer), "test", options.rooms, options.early_room > 0});
  FakeTransport& transport = *transports[client.io];
  transport.early_rooms[client.id] = options.early_room;
  transport.will([this, id = client.id, bytes = std::vector<uint8_t>(hello.begin(), hello.end())](transport::ServerHandler& handler) {
    EXPECT_TRUE(greet(handler, id, bytes, {}).accepted);
  });
  return client;
}

void ServerFixture::prove(const Client& client) {
  transports[client.io]->set_open(client.id, true);
  transports[client.io]->early_rooms.erase(client.id);
  transports[client.io]->will([client](transport::ServerHandler& handler) { handler.on_ready(client.id); });
  cycle();
}

void ServerFixture::say(const Client& client, ByteView message) {
  // Doubled as 8-byte words: messages are aligned, as transport.h promises.
  std::vector<uint64_t> words((message.size() + 7) / 8);
  std::memcpy(words.data(), message.data(), message.size());
  transports[client.io]->will([client, words, size = message.size()](transport::ServerHandler& handler) {
    handler.on_message(client.id, 0, {reinterpret_cast<const uint8_t*>(words.data()), size});
  });
}

void ServerFixture::send(const Client& client, RoomId room, uint64_t number, std::string_view text) {
  say(client, words_.send(ProducerNumber(number), room, {.text = std::string(text)}));
}

RoomId ServerFixture::join(const Client& client, const std::string& room, uint16_t last) {
  ask_join(client, {77, room, {}, {}, last});
  settle();
  const auto joined = got<wire::Joined>(client);
  EXPECT_FALSE(joined.empty()) << "joining " << room << " was not answered";
  return joined.empty() ? RoomId() : RoomId(joined.back()->room_id());
}

void ServerFixture::lose(const Client& client) {
  transports[client.io]->set_open(client.id, false);
  transports[client.io]->will(
      [client](transport::ServerHandler& handler) { handler.on_closed(client.id, transport::CloseReason::kTimeout); });
}

void ServerFixture::cycle_io(size_t io) { ios[io]->do_work(now_); }

void ServerFixture::cycle() {
  for (const auto& each : ios) each->do_work(now_);
  writer->do_work(now_);
  pages->do_work(now_);
  if (searcher) searcher->do_work(now_);
  pass(Millis(1));
}

void ServerFixture::settle(int cycles) {
  for (int i = 0; i < cycles; ++i) cycle();
}

std::vector<std::string> ServerFixture::live_texts(const Client& client) {
  std::vector<std::string> texts;
  std::vector<uint64_t> scratch;
  for (const wire::Entries* message : got<wire::Entries>(client)) {
    for (const wire::EntryBytes* each : *message->entries()) {
      texts.emplace_back(client::decode_entry({each->bytes()->data(), each->bytes()->size()}, scratch)->text);
    }
  }
  return texts;
}

std::vector<std::string> ServerFixture::page_texts(const Client& client) { return texts_of(got<wire::HistoryPage>(client)); }

std::vector<std::string> ServerFixture::texts_of(const std::vector<const wire::HistoryPage*>& pages) {
  std::vector<std::string> texts;
  std::vector<uint64_t> scratch;
  for (const wire::HistoryPage* message : pages) {
    for (const wire::EntryBytes* each : *message->entries()) {
      texts.emplace_back(client::decode_entry({each->bytes()->data(), each->bytes()->size()}, scratch)->text);
    }
  }
  return texts;
}

std::vector<uint64_t> ServerFixture::live_sequences(const Client& client) {
  std::vector<uint64_t> sequences;
  for (const wire::Entries* message : got<wire::Entries>(client)) {
    for (const wire::EntryBytes* each : *message->entries()) sequences.push_back(each->sequence());
  }
  return sequences;
}

bool ServerFixture::is_closed(const Client& client) const {
  return std::ranges::find(transports[client.io]->closed, client.id) != transports[client.io]->closed.end();
}

void ServerFixture::clear() {
  for (FakeTransport* each : transports) each->sent.clear(), each->early.clear();
}

IoCounters ServerFixture::counters(size_t io) {
  ios[io]->ask(IoQuestion::kCounters);
  cycle_io(io);
  return ios[io]->take_answer()->counters;
}

}  // namespace parley::server
