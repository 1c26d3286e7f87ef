// SPDX-License-Identifier: Apache-2.0
#include "net/server/server.h"

#include "net/link/udp_socket.h"

namespace parley::server {
namespace {

constexpr Micros kAnswerLimit{2'000'000};
// Who comes in, what is indexed and what is copied waits behind those who talk: a third of their share where processors are scarce.
constexpr int kGivesWay = 5;
constexpr Micros kPace{1000};  // of an I/O thread with much to do; see bus::RunnerOptions

// "::1" needs brackets before a port, "1.2.3.4" doesn't.
Result<link::Endpoint> endpoint_of(const std::string& host, uint16_t port) {
  const bool ipv6 = host.find(':') != std::string::npos && !host.starts_with('[');
  return link::parse_endpoint((ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port));
}

std::string public_host_of(const ServerConfig& config) {
  if (!config.public_host.empty()) return config.public_host;
  return config.host == "0.0.0.0" || config.host == "::" ? "127.0.0.1" : config.host;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerConfig& config, Clock& clock, Random& random, const Instruments& instruments) {
  // The store first: it makes the directory and holds the lock that keeps a second server away from the keys.
  history::StoreOptions store_options;
  store_options.directory = config.data_dir;
  store_options.max_bytes = config.store_max_bytes;
  store_options.skip_meta_sync = config.fast;
  store_options.epoch_step = restored_epoch_step(config.data_dir, random);
  auto store = history::Store::open(store_options);
  if (!store) return std::unexpected(std::move(store.error()));
  forget_restore(config.data_dir);
  auto keys = identity::load_or_make_keys(config.data_dir, random);
  if (!keys) return std::unexpected(std::move(keys.error()));

  std::unique_ptr<Server> server(new Server(config, clock, std::move(*keys)));
  server->store_ = std::move(*store);
  if (auto opened = server->open_sockets(instruments); !opened) return std::unexpected(std::move(opened.error()));
  std::vector<link::DatagramSocket*> sockets;
  for (const auto& each : server->sockets_) sockets.push_back(each.get());
  ServerParts parts{server->config_, *server->store_, server->keys_, random, sockets};
  parts.search = config.search;
  parts.make_transport = instruments.make_transport;
  auto core = ServerCore::make(parts);
  if (!core) return std::unexpected(std::move(core.error()));
  server->core_ = std::move(*core);
  server->start_threads();
  return server;
}

Server::Server(const ServerConfig& config, Clock& clock, identity::ServerKeys keys)
    : config_(config), clock_(clock), started_(clock.now().mono), keys_(std::move(keys)) {}

Server::~Server() {
  if (backup_) backup_->stop();
}

Result<void> Server::open_sockets(const Instruments& instruments) {
  const auto bind = endpoint_of(config_.host, config_.port);
  if (!bind) return std::unexpected(bind.error());
  link::UdpOptions options;
  options.bind = *bind;
  options.ipv4_only = config_.host.find(':') == std::string::npos;
  options.steer_count = config_.io_threads;
  auto sockets = link::open_udp_group(options);
  if (!sockets) return std::unexpected(std::move(sockets.error()));
  sockets_ = std::move(*sockets);
  if (instruments.around_socket) {
    for (auto& socket : sockets_) socket = instruments.around_socket(std::move(socket));
  }
  address_ = identity::address_of(public_host_of(config_), sockets_.front()->local().port, keys_.link_public);
  return {};
}

void Server::start_threads() {
  const auto run = [this](Agent& agent, bus::Wakeup& wakeup, const bus::RunnerOptions& options) {
    return std::make_unique<bus::AgentRunner>(std::vector<Agent*>{&agent}, wakeup, clock_, options);
  };
  // Only the I/O threads may spin: two of the others wait for the disk anyway, and a join doesn't mind a wake-up.
  writer_thread_ = run(core_->writer(), core_->writer_wakeup(), {.thread_name = "history", .deaf = kMaxCommitDelay});
  pages_thread_ = run(core_->page_reader(), core_->page_reader().wakeup(), {.thread_name = "pages"});
  backup_ = std::make_unique<Backup>(*store_, config_.data_dir);
  backup_thread_ = run(*backup_, backup_->wakeup(), {.thread_name = "backup", .nice = kGivesWay});
  handshake_thread_ = run(core_->handshakes(), core_->handshake_wakeup(), {.thread_name = "handshake", .nice = kGivesWay});
  if (core_->searcher() != nullptr) {
    search_thread_ = run(*core_->searcher(), core_->searcher()->wakeup(), {.thread_name = "search"});
    indexer_thread_ = run(*core_->indexer(), core_->indexer_wakeup(), {.thread_name = "indexer", .nice = kGivesWay});
  }
  for (size_t index = 0; index < core_->io_count(); ++index) {
    io_threads_.push_back(
        run(core_->io(index), core_->io_wakeup(index),
            {.thread_name = "io-" + std::to_string(index), .idle = config_.idle, .extra_fd = sockets_[index]->fd(), .pace = kPace}));
  }
}

std::vector<IoSnapshot> Server::ask(IoQuestion question) { return collect(question, kAnswerLimit); }

// What the main thread waits for from an I/O thread: `take` looks for it. False after so long without it.
bool Server::wait_for(const std::function<bool()>& take, MonoTime give_up) {
  while (true) {
    core_->main_wakeup().prepare_sleep();
    const Micros left = give_up - clock_.now().mono;
    const bool taken = take();
    if (taken || left <= Micros(0)) {
      core_->main_wakeup().cancel_sleep();
      return taken;
    }
    core_->main_wakeup().wait(-1, left);
  }
}

std::vector<IoSnapshot> Server::collect(IoQuestion question, Micros limit) {
  std::vector<IoSnapshot> answers;
  while (core_->take_answer()) {
  }  // one that came too late for an earlier question
  if (!core_->ask(question)) return answers;
  const MonoTime give_up = clock_.now().mono + limit;
  const auto take_all = [&] {
    while (auto answer = core_->take_answer()) {
      if (answer->question == question) answers.push_back(std::move(*answer));
    }
    return answers.size() >= core_->io_count();
  };
  wait_for(take_all, give_up);
  return answers;
}

Result<Sequence> Server::say(const std::string& room, const std::string& text) {
  if (!core_->announce({++last_said_, room, text})) return fail(ErrorCode::kBusy, "too much waits to be said already; try again");
  std::optional<AnnouncementAnswer> answer;
  const auto take_own = [&] {
    while (auto each = core_->take_announced()) {
      if (each->id == last_said_) answer = std::move(each);
    }
    return answer.has_value();
  };
  if (!wait_for(take_own, clock_.now().mono + kAnswerLimit)) {
    return fail(ErrorCode::kTimeout,
                "the server took it but hasn't stored it within two seconds; look at the room before you say it again");
  }
  return answer->sequence;
}

Result<uint64_t> Server::erase_user(const std::string& user) {
  const auto order = core_->writer().erasures().order(user);
  core_->writer_wakeup().notify();
  return order;
}

bool Server::drain() {
  const bool all_closed = collect(IoQuestion::kDrain, config_.drain_limit + kAnswerLimit).size() == core_->io_count();
  io_threads_.clear();
  handshake_thread_.reset();
  writer_thread_.reset();
  const bool all_stored = core_->writer().drain(clock_.now());
  pages_thread_.reset();
  search_thread_.reset();
  indexer_thread_.reset();
  backup_->stop();
  backup_thread_.reset();
  return all_closed && all_stored;
}

ServerStatus Server::status() const {
  ServerStatus status;
  status.address = address_;
  status.up = clock_.now().mono - started_;
  status.epoch = store_->snapshot().epoch.value;
  status.store = store_->status();
  status.storage = core_->writer().state();
  status.storage_error = core_->writer().last_error();
  status.writer = core_->writer().counters();
  status.retention_error = core_->writer().retention_error();
  if (core_->indexer() != nullptr) status.search = core_->indexer()->status();
  return status;
}

}  // namespace parley::server
