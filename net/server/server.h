// SPDX-License-Identifier: Apache-2.0
// The server of this process: opens the store, the keys and the sockets, and runs the core's agents on threads of their own:
// io-0…n, history (writer), pages (reader), handshake, search, indexer and backup. All calls on the thread that started it, the main
// thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/bus/runner.h"
#include "core/history/store.h"
#include "core/identity/server_keys.h"
#include "net/server/backup.h"
#include "net/server/server_core.h"

namespace parley::server {

struct ServerStatus {
  std::string address;
  Micros up{};
  uint32_t epoch = 0;
  history::StoreStatus store;
  history::StorageState storage = history::StorageState::kWorking;
  std::string storage_error;
  history::WriterCounters writer;
  std::string retention_error;                // why nothing could be taken at the last attempt, else empty
  std::optional<search::IndexStatus> search;  // none: the server runs without
};

// What a measurement puts between the server and its network (parley-bench stages), so that it measures this server with these threads.
struct Instruments {
  std::function<std::unique_ptr<link::DatagramSocket>(std::unique_ptr<link::DatagramSocket>)> around_socket{};  // none: as it is
  TransportMaker make_transport = transport::make_server_transport;
};

class Server {
 public:
  // Errors, each with cause and cure: of Store::open, load_or_make_keys, open_udp_group; kInvalidArgument for a host that is no numeric
  // address. `config` is copied. Once it returned, clients are served.
  static Result<std::unique_ptr<Server>> start(const ServerConfig& config, Clock& clock, Random& random,
                                               const Instruments& instruments = {});
  // Stops at once, as a crash would, but for what the history writer had taken. Call drain() before for a clean end.
  ~Server();

  // No new clients, no new sends; what was taken is committed and its senders told; clients are told to come back and closed; threads end.
  // False when the disk didn't take all of it within config.drain_limit.
  bool drain();

  const std::string& address() const { return address_; }
  const ServerConfig& config() const { return config_; }
  const identity::Signer& signer() const { return keys_.signer; }
  ServerStatus status() const;
  // What the user said so far is to go from store and search index, see core/history/erasures.h. Error: kBusy.
  Result<uint64_t> erase_user(const std::string& user);
  history::ErasureStatus erasures() const { return core_->writer().erasures().status(); }
  const history::Store& store() const { return *store_; }  // to read
  // Each I/O thread's answer; those that didn't answer within two seconds are missing.
  std::vector<IoSnapshot> ask(IoQuestion question);
  // A system entry, by the operator; its number once it is stored. The room is made if it is new. Both are valid. Errors: kBusy, kDraining,
  // kStorageFull, kTooManyRooms; kTimeout after two seconds: it may still come.
  Result<Sequence> say(const std::string& room, const std::string& text);
  Backup& backup() { return *backup_; }

 private:
  Server(const ServerConfig& config, Clock& clock, identity::ServerKeys keys);
  Result<void> open_sockets(const Instruments& instruments);
  void start_threads();
  bool wait_for(const std::function<bool()>& take, MonoTime give_up);
  std::vector<IoSnapshot> collect(IoQuestion question, Micros limit);

  const ServerConfig config_;
  Clock& clock_;
  const MonoTime started_;
  identity::ServerKeys keys_;
  std::unique_ptr<history::Store> store_;
  std::vector<std::unique_ptr<link::DatagramSocket>> sockets_;
  std::string address_;
  std::unique_ptr<ServerCore> core_;
  std::unique_ptr<Backup> backup_;
  uint64_t last_said_ = 0;
  std::unique_ptr<bus::AgentRunner> writer_thread_, pages_thread_, handshake_thread_, search_thread_, indexer_thread_, backup_thread_;
  std::vector<std::unique_ptr<bus::AgentRunner>> io_threads_;  // last: stop first
};

}  // namespace parley::server
