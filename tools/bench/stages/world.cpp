// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/stages/world.h"

#include <unistd.h>

#include <chrono>
#include <functional>
#include <thread>

#include "core/base/check.h"
#include "core/identity/address.h"
#include "net/server/mint.h"
#include "tools/bench/measure/udp_relay.h"

namespace parley::bench {
namespace {

constexpr const char* kRoom = "lobby";
constexpr int kServerCpu = 1, kClientCpu = 0;
constexpr std::chrono::seconds kToGather{20}, kToSettle{10};
constexpr int64_t kBeforeTheFirst = 500'000'000;  // ns, so that the joins are over

bool wait_until(std::chrono::steady_clock::time_point limit, const std::function<bool()>& done) {
  while (!done()) {
    if (std::chrono::steady_clock::now() >= limit) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

std::filesystem::path temporary_directory() {
  std::string pattern = std::filesystem::temp_directory_path() / "parley-stages-XXXXXX";
  CHECK(mkdtemp(pattern.data()) != nullptr, "a temporary directory can be made");
  return pattern;
}

// Threads inherit the processor of who starts them.
void start_threads_on(int cpu) {
  if (sysconf(_SC_NPROCESSORS_ONLN) > 1) pin_to_cpu(cpu);
}

}  // namespace

StagesWorld::StagesWorld(const StagesOptions& options, Trace& trace)
    : options_(options),
      trace_(trace),
      directory_(temporary_directory()),
      speaker_passage_(trace, Passage::Side::kSender),
      listener_passage_(trace, Passage::Side::kReceiver) {
  for (int i = 0; i < options_.io_threads; ++i) server_passages_.push_back(std::make_unique<Passage>(trace, Passage::Side::kServer));
}

StagesWorld::~StagesWorld() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

Result<void> StagesWorld::gather() {
  start_threads_on(kServerCpu);
  if (auto started = start_server(); !started) return started;
  start_threads_on(kClientCpu);
  if (auto added = add_people(); !added) return added;
  const size_t others = others_ ? static_cast<size_t>(options_.members - 2) : 0;
  const auto all_in = [&] { return speaker_->joined() == 1 && listener_->joined() == 1 && (!others_ || others_->joined() == others); };
  if (wait_until(std::chrono::steady_clock::now() + kToGather, all_in)) return {};
  return fail(ErrorCode::kTimeout,
              "not all of " + std::to_string(options_.members) + " members came into the room within 20 s; is the machine busy?");
}

Result<void> StagesWorld::start_server() {
  config_.host = "127.0.0.1";
  config_.port = 0;
  config_.data_dir = directory_ / "data";
  config_.io_threads = static_cast<size_t>(options_.io_threads);
  config_.idle = options_.idle;
  config_.sends.per_second = 0;  // the bench says how much is said
  config_.requests.per_second = 0;
  server::Instruments instruments;
  instruments.around_socket = [this, next = size_t{0}](std::unique_ptr<link::DatagramSocket> socket) mutable {
    return std::make_unique<TracedSocket>(std::move(socket), *server_passages_[next++]);
  };
  instruments.make_transport = [this](const transport::ServerTransportOptions& options, link::DatagramSocket& socket, Random& random,
                                      transport::ServerHandler& handler) {
    return TracedServerTransport::make(options, socket, random, handler, *server_passages_[options.io_index]);
  };
  auto server = server::Server::start(config_, clock_, random_, instruments);
  if (!server) return std::unexpected(std::move(server.error()));
  server_ = std::move(*server);
  return {};
}

Result<void> StagesWorld::add_people() {
  const auto address = identity::parse_address(server_->address());
  if (!address) return std::unexpected(address.error());
  const auto endpoint = link::parse_endpoint(address->host + ":" + std::to_string(address->port));
  if (!endpoint) return std::unexpected(endpoint.error());
  const Entrance entrance{.server = *endpoint, .server_key = address->key, .room = kRoom};
  const SpeakerPlan plan{1'000'000'000 / options_.rate, static_cast<size_t>(options_.message_bytes)};

  listener_ = std::make_unique<Listener>(entrance, random_, trace_, listener_passage_);
  speaker_ = std::make_unique<Speaker>(entrance, random_, trace_, speaker_passage_, plan);
  if (auto opened = open(*listener_, {"listener"}); !opened) return opened;
  for (const auto& passage : server_passages_) passage->follow(listener_->port());
  if (auto opened = open(*speaker_, {"speaker"}); !opened) return opened;
  run(*listener_, "listener");
  run(*speaker_, "speaker");
  if (options_.members <= 2) return {};
  std::vector<std::string> users;
  for (int i = 2; i < options_.members; ++i) users.push_back("member-" + std::to_string(i));
  others_ = std::make_unique<ClientAgent>(entrance, random_, nullptr);
  if (auto opened = open(*others_, users); !opened) return opened;
  run(*others_, "others");
  return {};
}

Result<void> StagesWorld::open(ClientAgent& agent, const std::vector<std::string>& users) {
  if (auto opened = agent.open(); !opened) return opened;
  for (const std::string& user : users) {
    const auto ticket = server::mint_ticket(
        server_->signer(),
        {.user = user, .name = user, .rooms = {kRoom}, .rights = {"join", "send", "history"}, .audience = config_.audience},
        clock_.now().wall);
    if (!ticket) return std::unexpected(ticket.error());
    if (auto added = agent.add_session(*ticket); !added) return added;
  }
  return {};
}

void StagesWorld::run(ClientAgent& agent, const char* thread_name) {
  wakeups_.push_back(std::make_unique<bus::Wakeup>());
  const bool followed = &agent != others_.get();
  runners_.push_back(std::make_unique<bus::AgentRunner>(
      std::vector<Agent*>{&agent}, *wakeups_.back(), clock_,
      bus::RunnerOptions{.thread_name = thread_name, .idle = followed ? options_.idle : bus::IdleMode::kBlock, .extra_fd = agent.fd()}));
}

void StagesWorld::chat() {
  speaker_->start(trace_now_ns() + kBeforeTheFirst);
  for (auto& wakeup : wakeups_) wakeup->notify();
  const auto all_there = [this] { return listener_->received() == trace_.messages() && speaker_->durable() == trace_.messages(); };
  wait_until(std::chrono::steady_clock::now() + std::chrono::seconds(options_.seconds) + kToSettle, all_there);
}

void StagesWorld::stop() {
  runners_.clear();
  server_.reset();
}

}  // namespace parley::bench
