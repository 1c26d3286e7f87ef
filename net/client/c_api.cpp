// SPDX-License-Identifier: Apache-2.0
// parley.h in terms of Client: checks what C can't, puts the operating system under it (socket, clock, randomness), and turns results into
// codes. Nothing is thrown through C: what the standard library throws (no memory) becomes PARLEY_E_INTERNAL.
#include "net/client/c_api.h"

#include <poll.h>

#include <algorithm>
#include <climits>
#include <cstddef>
#include <cstring>
#include <new>

#include "core/base/direct_room.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/identity/address.h"
#include "net/client/open_socket.h"
#include "net/client/resolve.h"

namespace parley::client {
namespace {

// parley_client_create has no client yet to keep its error in; the C API gives it back for NULL, by thread like errno.
thread_local std::string create_error;

}  // namespace

int keep(parley_client* client, ErrorCode code, std::string_view text) noexcept {
  std::string& kept = client != nullptr ? client->error : create_error;
  try {
    kept.assign(text);
  } catch (...) {
    kept.clear();  // no memory for the words; those of an earlier error would mislead
  }
  return static_cast<int>(code);
}

int keep_none(parley_client* client) noexcept {
  (client != nullptr ? client->error : create_error).clear();
  return PARLEY_OK;
}

}  // namespace parley::client

using namespace parley;
using namespace parley::client;

namespace {

// The options of a program that was built against an older header: what that didn't know yet stays NULL.
template <class Options>
Options known(const Options& given) {
  Options options{};
  std::memcpy(&options, &given, std::min(given.size, sizeof options));
  return options;
}

Result<void> create(const parley_client_options* given, parley_client** out) {
  const parley_client_options options = given != nullptr ? known(*given) : parley_client_options{};
  client::ClientOptions settings;
  if (options.agent != nullptr) {
    settings.agent = options.agent;
    if (settings.agent.size() > kMaxAgentBytes || !is_utf8(settings.agent))
      return fail(ErrorCode::kInvalidArgument, "parley_client_options.agent is not UTF-8 of at most 64 bytes");
  }
  auto made = std::make_unique<parley_client>();
  auto opened = client::open_socket(options, made->random);
  if (!opened) return std::unexpected(opened.error());
  made->socket = std::move(opened->socket);
  made->ipv4_only = opened->ipv4_only;
  made->client = std::make_unique<client::Client>(client::over_socket(*made->socket, made->random), made->random, settings);
  *out = made.release();
  return {};
}

Result<void> connect(parley_client& handle, const parley_connect_options& options, parley_session** out) {
  const auto address = identity::parse_address(options.address);
  if (!address) return std::unexpected(address.error());
  const auto endpoint = client::resolve(*address, handle.ipv4_only);
  if (!endpoint) return std::unexpected(endpoint.error());
  client::SessionSetup setup;
  setup.server = *endpoint;
  setup.server_key = address->key;
  setup.ticket = options.ticket;
  setup.producer = ProducerId{options.producer};
  setup.user_data = options.user_data;
  if (options.outbox_path != nullptr) setup.outbox = options.outbox_path;
  auto session = handle.client->connect(std::move(setup));
  if (!session) return std::unexpected(session.error());
  (*session)->client = &handle;
  if (options.room != nullptr) {
    if (auto joined = (*session)->join(options.room, {.last = clamp_entries(options.history), .since = {}}); !joined) {
      handle.client->close(*session);
      return joined;
    }
  }
  *out = *session;
  return {};
}

parley_stats stats_of(const ClientSession& session, size_t size) {
  const transport::SessionStats from = session.transport_stats();
  parley_stats out{};
  out.size = size;
  out.online = session.state() == client::SessionState::kOnline;
  out.outbox = static_cast<uint32_t>(session.outbox_size());
  out.reconnects = session.reconnects();
  out.rtt_us = from.rtt_us;
  out.datagrams_sent = from.datagrams_sent;
  out.datagrams_received = from.datagrams_received;
  out.bytes_sent = from.bytes_sent;
  out.bytes_received = from.bytes_received;
  out.loss_up_ppm = from.loss_out_ppm;
  out.loss_down_ppm = from.loss_in_ppm;
  out.copies_sent = from.copies_sent;
  out.resends_sent = from.resends_sent;
  return out;
}

}  // namespace

extern "C" {

int parley_client_create(const parley_client_options* options, parley_client** out) {
  if (out == nullptr) return wrong(nullptr, "parley_client_create: out is NULL");
  *out = nullptr;
  if (options != nullptr && options->size < offsetof(parley_client_options, network))
    return wrong(nullptr, "parley_client_options.size isn't sizeof(parley_client_options)");
  return guarded(nullptr, [&] { return create(options, out); });
}

void parley_client_destroy(parley_client* client) {
  if (client == nullptr) return;
  guarded(nullptr, [&]() -> Result<void> {
    delete client;
    return {};
  });
}

const char* parley_error_text(const parley_client* client) { return client != nullptr ? client->error.c_str() : create_error.c_str(); }

int parley_client_fd(const parley_client* client) { return client != nullptr ? client->socket->fd() : -1; }

int parley_rebind(parley_client* client) {
  if (client == nullptr) return wrong(nullptr, "parley_rebind: client is NULL");
  return guarded(client, [&]() -> Result<void> {
    if (auto opened = client->socket->reopen(); !opened) return opened;
    client->client->rebound(client->clock.now());
    return {};
  });
}

int parley_connect(parley_client* client, const parley_connect_options* options, parley_session** out) {
  if (client == nullptr) return wrong(nullptr, "parley_connect: client is NULL");
  if (out == nullptr) return wrong(client, "parley_connect: out is NULL");
  *out = nullptr;
  if (options == nullptr || options->size < offsetof(parley_connect_options, outbox_path))
    return wrong(client, "parley_connect_options is missing, or its size isn't sizeof(parley_connect_options)");
  if (options->address == nullptr || options->ticket == nullptr) return wrong(client, "parley_connect_options: address or ticket is NULL");
  return guarded(client, [&] { return connect(*client, known(*options), out); });
}

void parley_close(parley_session* session) {
  if (session == nullptr) return;
  parley_client* client = session->client;
  guarded(client, [&]() -> Result<void> {
    client->client->close(&session_of(session));
    return {};
  });
}

int parley_set_ticket(parley_session* session, const char* ticket) {
  if (session == nullptr) return wrong(nullptr, "parley_set_ticket: session is NULL");
  if (ticket == nullptr) return wrong(session->client, "parley_set_ticket: ticket is NULL");
  return guarded(session->client, [&] { return session_of(session).set_ticket(ticket); });
}

uint64_t parley_producer(const parley_session* session) { return session != nullptr ? session_of(session).producer().value : 0; }

int parley_join(parley_session* session, const char* room, uint32_t history, uint64_t since) {
  if (session == nullptr) return wrong(nullptr, "parley_join: session is NULL");
  if (room == nullptr) return wrong(session->client, "parley_join: room is NULL");
  return guarded(session->client,
                 [&] { return session_of(session).join(room, {.last = clamp_entries(history), .since = Sequence{since}}); });
}

int parley_resume(parley_session* session, const char* room, uint64_t since, uint32_t epoch) {
  if (session == nullptr) return wrong(nullptr, "parley_resume: session is NULL");
  if (room == nullptr || epoch == 0) return wrong(session->client, "parley_resume: room is NULL or epoch is 0");
  return guarded(session->client, [&] { return session_of(session).join(room, {.since = Sequence{since}, .epoch = Epoch{epoch}}); });
}

int parley_leave(parley_session* session, const char* room) {
  if (session == nullptr) return wrong(nullptr, "parley_leave: session is NULL");
  if (room == nullptr) return wrong(session->client, "parley_leave: room is NULL");
  return guarded(session->client, [&] { return session_of(session).leave(room); });
}

int parley_who(parley_session* session, const char* room, uint32_t* request) {
  if (session == nullptr) return wrong(nullptr, "parley_who: session is NULL");
  if (room == nullptr) return wrong(session->client, "parley_who: room is NULL");
  return guarded(session->client, [&] { return put(session_of(session).who(room), request); });
}

int parley_typing(parley_session* session, const char* room) {
  if (session == nullptr) return wrong(nullptr, "parley_typing: session is NULL");
  if (room == nullptr) return wrong(session->client, "parley_typing: room is NULL");
  return guarded(session->client, [&] { return session_of(session).typing(room); });
}

int parley_talk(parley_session* session, const char* room, int on) {
  if (session == nullptr) return wrong(nullptr, "parley_talk: session is NULL");
  if (room == nullptr) return wrong(session->client, "parley_talk: room is NULL");
  return guarded(session->client, [&] { return session_of(session).talk(room, on != 0); });
}

int parley_map_ping(parley_session* session, const char* room, float x, float y, float z, uint32_t tag) {
  if (session == nullptr) return wrong(nullptr, "parley_map_ping: session is NULL");
  if (room == nullptr) return wrong(session->client, "parley_map_ping: room is NULL");
  return guarded(session->client, [&] { return session_of(session).map_ping(room, {x, y, z, tag}); });
}

int parley_search(parley_session* session, const char* room, const char* query, uint64_t before, uint32_t limit, uint32_t* request) {
  if (session == nullptr) return wrong(nullptr, "parley_search: session is NULL");
  if (room == nullptr || query == nullptr || limit == 0)
    return wrong(session->client, "parley_search: room or query is NULL, or limit is 0");
  return guarded(session->client, [&] {
    return put(session_of(session).search(room, {.query = query, .before = Sequence{before}, .limit = clamp_entries(limit)}), request);
  });
}

int parley_direct_room(const char* one, const char* other, char* out, size_t capacity) {
  if (one == nullptr || other == nullptr || out == nullptr) return wrong(nullptr, "parley_direct_room: an argument is NULL");
  return guarded(nullptr, [&]() -> Result<void> {
    const auto room = direct_room(one, other);
    if (!room) return std::unexpected(room.error());
    if (room->size() >= capacity) return fail(ErrorCode::kInvalidArgument, "parley_direct_room: `out` is too small; 65 bytes are enough");
    std::memcpy(out, room->c_str(), room->size() + 1);
    return {};
  });
}

int parley_poll(parley_client* client, parley_event* events, int capacity) {
  if (client == nullptr) return 0;
  const size_t room = events != nullptr && capacity > 0 ? static_cast<size_t>(capacity) : 0;
  size_t taken = 0;
  guarded(client, [&]() -> Result<void> {
    taken = client->client->poll(client->clock.now(), {events, room});
    return {};
  });
  return static_cast<int>(taken);
}

int parley_timeout_ms(const parley_client* client, int most_ms) {
  if (client == nullptr) return std::max(most_ms, 0);
  const MonoTime now = client->clock.now().mono;
  const MonoTime deadline = std::min({client->client->next_deadline(), client->socket->next_deadline(), now + Millis{most_ms}});
  if (deadline <= now) return 0;
  return static_cast<int>(std::chrono::ceil<Millis>(deadline - now).count());
}

void parley_wait(parley_client* client, uint32_t timeout_ms) {
  if (client == nullptr) return;
  const int left = parley_timeout_ms(client, static_cast<int>(std::min<uint32_t>(timeout_ms, INT_MAX)));
  if (left == 0) return;
  pollfd waiting{client->socket->fd(), POLLIN, 0};
  ::poll(&waiting, 1, left);
}

int parley_session_stats(const parley_session* session, parley_stats* out) {
  if (session == nullptr) return wrong(nullptr, "parley_session_stats: session is NULL");
  if (out == nullptr || out->size < offsetof(parley_stats, loss_up_ppm))
    return wrong(session->client, "parley_stats is missing, or its size isn't sizeof(parley_stats)");
  const parley_stats stats = stats_of(session_of(session), out->size);
  std::memcpy(out, &stats, std::min(out->size, sizeof stats));
  return PARLEY_OK;
}

const char* parley_version(void) { return PARLEY_VERSION_TEXT; }

const char* parley_error_name(int code) {
  return error_name(code >= 0 && code <= UINT16_MAX ? static_cast<ErrorCode>(code) : ErrorCode::kInternal);
}

}  // extern "C"
