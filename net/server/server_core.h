// SPDX-License-Identifier: Apache-2.0
// A whole server without its threads: the bus, the history agents and one I/O agent for each socket, wired together. Server (server.h) runs
// them on threads with real sockets; the simulation polls agents() in one loop in virtual time. Built on one thread; afterwards each agent
// belongs to the thread that runs it, and the calls below say whose they are.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/bus/broadcast_ring.h"
#include "core/history/page_reader.h"
#include "core/history/writer.h"
#include "core/identity/producer_key.h"
#include "core/identity/server_keys.h"
#include "core/search/indexer.h"
#include "core/search/searcher.h"
#include "net/link/datagram_socket.h"
#include "net/link/handshake_agent.h"
#include "net/server/admission.h"
#include "net/server/config.h"
#include "net/server/io_agent.h"

namespace parley::server {

// Makes each I/O agent's transport; a measurement puts its own around it.
using TransportMaker = std::function<Result<std::unique_ptr<transport::Transport>>(
    const transport::ServerTransportOptions&, link::DatagramSocket&, Random&, transport::ServerHandler&)>;

// Outlive the core.
struct ServerParts {
  const ServerConfig& config;
  history::Store& store;
  const identity::ServerKeys& keys;
  Random& random;  // shared by all I/O agents: SystemRandom has no state; a seeded one only where one thread polls them all
  std::vector<link::DatagramSocket*> sockets;  // one I/O agent each, at most kMaxIoThreads
  bool link_reliability = true;                // false only to measure what it brings (parley-bench loss)
  bool search = false;                         // keeps an index in config.data_dir/search, and answers searches
  TransportMaker make_transport = transport::make_server_transport;
};

class ServerCore {
 public:
  // Errors: kLinkNotLinked.
  static Result<std::unique_ptr<ServerCore>> make(const ServerParts& parts);
  ~ServerCore();

  // In the order in which a single thread should poll them: I/O, history writer, page reader, handshakes, searcher, indexer.
  std::vector<Agent*> agents();
  size_t io_count() const { return ios_.size(); }
  IoAgent& io(size_t index) { return *ios_[index]; }
  history::Writer& writer() { return *writer_; }
  history::PageReader& page_reader() { return *page_reader_; }
  bus::Wakeup& io_wakeup(size_t index) { return *io_wakeups_[index]; }
  bus::Wakeup& writer_wakeup() { return writer_wakeup_; }
  search::Searcher* searcher() { return searcher_.get(); }  // null without search; likewise
  search::Indexer* indexer() { return indexer_.get(); }
  bus::Wakeup& indexer_wakeup() { return indexer_wakeup_; }
  link::HandshakeAgent& handshakes() { return *handshakes_; }
  bus::Wakeup& handshake_wakeup() { return handshake_wakeup_; }
  bus::Wakeup& main_wakeup() { return main_wakeup_; }  // the main thread's, for answers of I/O agents

  // Main thread. Asks all I/O agents; false if one hasn't taken its last questions yet. Answers come through take_answer().
  bool ask(IoQuestion question);
  std::optional<IoSnapshot> take_answer();
  // Main thread. The first I/O agent says it; false if too much waits there. Answers come through take_announced().
  bool announce(Announcement announcement);
  std::optional<AnnouncementAnswer> take_announced() { return ios_.front()->announcements().take(); }

 private:
  explicit ServerCore(const ServerParts& parts);
  void add_handshakes(const ServerParts& parts);
  Result<void> add_io(const ServerParts& parts, size_t index);

  std::vector<std::unique_ptr<bus::Wakeup>> io_wakeups_;
  bus::Wakeup writer_wakeup_, main_wakeup_, handshake_wakeup_, indexer_wakeup_;
  bus::BroadcastRing ring_;
  identity::ProducerKeys producer_keys_;
  std::unique_ptr<history::Writer> writer_;
  std::unique_ptr<history::PageReader> page_reader_;
  search::IndexNews search_news_;
  std::unique_ptr<search::Indexer> indexer_;
  std::unique_ptr<search::Searcher> searcher_;
  std::unique_ptr<IoWorld> world_;
  HelloJudge hello_judge_;
  Secret<32> token_secret_;  // drawn at each start: what earlier starts said about addresses is void
  std::vector<std::unique_ptr<link::HandshakeLane>> lanes_;
  std::unique_ptr<link::HandshakeAgent> handshakes_;
  std::vector<std::unique_ptr<IoAgent>> ios_;
};

}  // namespace parley::server
