// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/player.h"

#include "core/base/check.h"

namespace parley::crash {
namespace {

constexpr size_t kMostToRepeat = 200;  // below the outbox's 256
constexpr uint32_t kHistory = 200;

}  // namespace

Player::Player(Setup setup, sim::Observed& seen, Figures& figures)
    : setup_(std::move(setup)), figures_(figures), recorder_(setup_.name, seen) {}

void Player::connect(parley_client* client) {
  parley_connect_options options = {};
  options.size = sizeof options;
  options.address = setup_.address.c_str();
  options.ticket = setup_.ticket.c_str();
  options.producer = producer_;
  options.user_data = this;
  CHECK(parley_connect(client, &options, &session_) == PARLEY_OK, parley_error_text(client));
  producer_ = parley_producer(session_);
  for (const std::string& room : setup_.rooms) {
    // On from an own message that can't be taken back, if there is one.
    const uint64_t since = recorder_.durable_place(room);
    CHECK(parley_join(session_, room.c_str(), kHistory, since) == PARLEY_OK, parley_error_text(client));
    recorder_.joined(room, true, since);
  }
}

void Player::close() {
  recorder_.killed();
  parley_close(session_);
  session_ = nullptr;
  online_ = was_online_ = false;
}

void Player::restart(parley_client* client, Random& random) {
  ++figures_.restarts;
  if (said_.size() > kMostToRepeat || random.below(4) == 0) {
    producer_ = 0;
    said_.clear();
  }
  connect(client);
  for (const Said& said : said_) {
    CHECK(send(said), "the outbox takes what it had before");
    ++figures_.again;
  }
}

bool Player::send(const Said& said) {
  uint64_t number = 0;
  if (parley_send(session_, said.room.c_str(), said.text.data(), said.text.size(), &number) != PARLEY_OK) return false;
  recorder_.sent({.producer = producer_, .number = number, .user = {}, .room = said.room, .text = said.text});
  return true;
}

void Player::say(Random& random) {
  const std::string& room = setup_.rooms[random.below(setup_.rooms.size())];
  std::string text = setup_.name + " says " + std::to_string(texts_ + 1);
  if (random.below(20) == 0) text.append(random.below(3'500), '.');
  Said said{room, std::move(text)};
  if (!send(said)) return;  // the outbox is full
  ++texts_;
  ++figures_.sends;
  said_.push_back(std::move(said));
}

void Player::ask(Random& random) {
  const std::string& room = setup_.rooms[random.below(setup_.rooms.size())];
  uint32_t request = 0;
  const int asked = random.below(2) == 0
                        ? parley_who(session_, room.c_str(), &request)
                        : parley_history(session_, room.c_str(), 0, 1, 1 + static_cast<uint32_t>(random.below(50)), &request);
  if (asked != PARLEY_OK) return;
  ++figures_.questions;
  recorder_.asked(request);
}

void Player::on_event(const parley_event& event) {
  switch (event.type) {
    case PARLEY_EVENT_ONLINE:
      figures_.resumes += was_online_ ? 1 : 0;
      online_ = was_online_ = true;
      break;
    case PARLEY_EVENT_OFFLINE:
      figures_.offline += online_ ? 1 : 0;
      online_ = false;
      break;
    case PARLEY_EVENT_ORDERED:
      ++figures_.ordered;
      break;
    case PARLEY_EVENT_DURABLE:
      ++figures_.durable;
      break;
    case PARLEY_EVENT_REFUSED:
      CHECK(false, event.text);
      break;
    default:
      break;
  }
  recorder_.on_event(event);
}

}  // namespace parley::crash
