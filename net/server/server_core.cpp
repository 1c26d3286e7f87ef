// SPDX-License-Identifier: Apache-2.0
#include "net/server/server_core.h"

#include "core/base/check.h"

namespace parley::server {
namespace {

std::vector<bus::Wakeup*> pointers(const std::vector<std::unique_ptr<bus::Wakeup>>& wakeups) {
  std::vector<bus::Wakeup*> out;
  out.reserve(wakeups.size());
  for (const auto& each : wakeups) out.push_back(each.get());
  return out;
}

std::vector<std::unique_ptr<bus::Wakeup>> make_wakeups(size_t count) {
  std::vector<std::unique_ptr<bus::Wakeup>> out;
  while (out.size() < count) out.push_back(std::make_unique<bus::Wakeup>());
  return out;
}

search::ShardLayout index_of(const ServerParts& parts) { return {parts.config.data_dir / "search", kSearchShardEntries}; }

std::unique_ptr<search::Indexer> make_indexer(const ServerParts& parts, search::IndexNews& news) {
  return parts.search ? std::make_unique<search::Indexer>(parts.store, index_of(parts), news) : nullptr;
}

std::unique_ptr<search::Searcher> make_searcher(const ServerParts& parts, search::IndexNews& news, const std::vector<bus::Wakeup*>& ios) {
  return parts.search ? std::make_unique<search::Searcher>(parts.store, index_of(parts), news, ios) : nullptr;
}

}  // namespace

Result<std::unique_ptr<ServerCore>> ServerCore::make(const ServerParts& parts) {
  CHECK(!parts.sockets.empty() && parts.sockets.size() <= kMaxIoThreads, "1..kMaxIoThreads sockets");
  std::unique_ptr<ServerCore> core(new ServerCore(parts));
  for (size_t index = 0; index < parts.sockets.size(); ++index) {
    if (auto added = core->add_io(parts, index); !added) return std::unexpected(std::move(added.error()));
  }
  return core;
}

ServerCore::ServerCore(const ServerParts& parts)
    : io_wakeups_(make_wakeups(parts.sockets.size())),
      ring_({kBusSlots, kBusSlotBytes, parts.sockets.size(), kMaxRecordBytes}),
      producer_keys_(parts.keys.link_private),
      writer_(std::make_unique<history::Writer>(parts.store, ring_.add_reader(), pointers(io_wakeups_), parts.config.rooms)),
      page_reader_(std::make_unique<history::PageReader>(parts.store, pointers(io_wakeups_))),
      indexer_(make_indexer(parts, search_news_)),
      searcher_(make_searcher(parts, search_news_, pointers(io_wakeups_))),
      world_(new IoWorld{parts.config, parts.sockets.size(), parts.keys.ticket_keys, producer_keys_, parts.store.snapshot(), ring_,
                         *writer_, *page_reader_, searcher_.get()}),
      hello_judge_(parts.keys.ticket_keys, parts.config.audience) {
  writer_->erasures().set_index(indexer_.get());
  parts.random.fill(token_secret_.bytes());
  add_handshakes(parts);
}

ServerCore::~ServerCore() = default;

void ServerCore::add_handshakes(const ServerParts& parts) {
  std::vector<link::HandshakeLane*> lanes;
  for (const auto& io : io_wakeups_) {
    lanes_.push_back(std::make_unique<link::HandshakeLane>(io.get(), &handshake_wakeup_));
    lanes.push_back(lanes_.back().get());
  }
  const Secret<32>& own = parts.keys.link_private;
  handshakes_ = std::make_unique<link::HandshakeAgent>(link::HandshakeKit{&own, parts.keys.link_public, &hello_judge_, &parts.random},
                                                       std::move(lanes));
}

Result<void> ServerCore::add_io(const ServerParts& parts, size_t index) {
  IoAgentOptions options;
  options.io = index;
  options.readers.writer = &writer_wakeup_;
  for (size_t other = 0; other < io_wakeups_.size(); ++other) {
    if (other != index) options.readers.others.push_back(io_wakeups_[other].get());
  }
  options.answers = &main_wakeup_;
  options.hash_key = parts.random.next();
  auto agent = IoAgent::make(*world_, options, [&](transport::ServerHandler& handler) {
    transport::ServerTransportOptions transport;
    transport.io_index = index;
    transport.io_count = parts.sockets.size();
    transport.link_private = &parts.keys.link_private;
    transport.token_secret = &token_secret_;
    transport.judge = &hello_judge_;
    transport.handshakes = lanes_[index].get();
    transport.link_reliability = parts.link_reliability;
    return parts.make_transport(transport, *parts.sockets[index], parts.random, handler);
  });
  if (!agent) return std::unexpected(std::move(agent.error()));
  ios_.push_back(std::move(*agent));
  return {};
}

std::vector<Agent*> ServerCore::agents() {
  std::vector<Agent*> out;
  out.reserve(ios_.size() + 5);
  for (const auto& each : ios_) out.push_back(each.get());
  out.push_back(writer_.get());
  out.push_back(page_reader_.get());
  out.push_back(handshakes_.get());
  if (searcher_) out.push_back(searcher_.get());
  if (indexer_) out.push_back(indexer_.get());
  return out;
}

bool ServerCore::ask(IoQuestion question) {
  bool asked = true;
  for (size_t index = 0; index < ios_.size(); ++index) {
    asked = ios_[index]->ask(question) && asked;
    io_wakeups_[index]->notify();
  }
  return asked;
}

bool ServerCore::announce(Announcement announcement) {
  const bool asked = ios_.front()->announcements().ask(std::move(announcement));
  io_wakeups_.front()->notify();
  return asked;
}

std::optional<IoSnapshot> ServerCore::take_answer() {
  for (const auto& each : ios_) {
    if (auto answer = each->take_answer()) return answer;
  }
  return std::nullopt;
}

}  // namespace parley::server
