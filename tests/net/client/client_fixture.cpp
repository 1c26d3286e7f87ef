// SPDX-License-Identifier: Apache-2.0
#include "tests/net/client/client_fixture.h"

namespace parley::client {

ClientFixture::ClientFixture() {
  const TransportMaker maker = [this](const transport::ClientTransportOptions&, transport::ClientHandler& handler) {
    auto made = std::make_unique<FakeTransport>(handler);
    net = made.get();
    return Result<std::unique_ptr<transport::ClientTransport>>(std::move(made));
  };
  client = std::make_unique<Client>(maker, random_, ClientOptions{});
  session = *client->connect({.ticket = "t.i.c", .producer = ProducerId{42}});
}

void ClientFixture::poll() {
  std::array<parley_event, 64> events;
  for (int idle = 0; idle < 2;) {
    const size_t count = client->poll(now_, events);
    for (size_t i = 0; i < count; ++i) {
      const parley_event& e = events[i];
      seen.push_back({e.type,     e.code,         e.room,      e.user,     e.name,   std::string(e.text, e.text_length),
                      e.sequence, e.number,       e.producer,  e.gap_from, e.gap_to, e.request,
                      e.retry_ms, e.history != 0, e.more != 0, e.on != 0,  e.x,      e.y,
                      e.z,        e.tag,          e.gap_reason});
    }
    idle = count == 0 ? idle + 1 : 0;
  }
}

std::vector<Seen> ClientFixture::seen_of(parley_event_type type) const {
  std::vector<Seen> found;
  for (const Seen& each : seen)
    if (each.type == type) found.push_back(each);
  return found;
}

std::vector<std::string> ClientFixture::texts() const {
  std::vector<std::string> found;
  for (const Seen& each : seen)
    if (each.type == PARLEY_EVENT_MESSAGE && each.request == 0) found.push_back(each.text);
  return found;
}

void ClientFixture::go_online(uint32_t epoch) {
  poll();
  net->will_answer(true, words::answer(epoch));
  poll();
}

uint32_t ClientFixture::join_request(const char* room) const {
  for (const wire::Join* join : net->sent_of<wire::Join>())
    if (join->join()->room()->string_view() == room) return join->join()->request();
  const auto* handshake = flatbuffers::GetRoot<wire::Handshake>(net->hellos.back().data());
  for (const wire::JoinRequest* join : *handshake->hello()->rooms())
    if (join->room()->string_view() == room) return join->request();
  ADD_FAILURE() << "the client didn't ask to join " << room;
  return 0;
}

void ClientFixture::answer_join(const char* room, uint64_t id, words::JoinedWords words) {
  words.request = join_request(room);
  words.room = room;
  words.id = id;
  bring(words::joined(words));
}

void ClientFixture::join(const char* room, uint64_t id, words::JoinedWords words) {
  ASSERT_TRUE(session->join(room, {.last = 50, .since = {}}));
  answer_join(room, id, words);
}

void ClientFixture::lose_connection(transport::CloseReason reason) {
  net->will_close(reason);
  poll();
}

uint64_t ClientFixture::send(const char* room, const char* text) {
  const auto number = session->send(room, {.text = text});
  EXPECT_TRUE(number) << number.error().text;
  return number.value_or(0);
}

std::vector<uint64_t> ClientFixture::sent_numbers() const {
  std::vector<uint64_t> numbers;
  for (const wire::Send* sent : net->sent_of<wire::Send>()) numbers.push_back(sent->number());
  return numbers;
}

}  // namespace parley::client
