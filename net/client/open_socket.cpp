// SPDX-License-Identifier: Apache-2.0
#include "net/client/open_socket.h"

#include "net/link/impaired_socket.h"
#include "net/link/udp_socket.h"

namespace parley::client {
namespace {

constexpr Micros kUsualReorder = Millis(20);  // parley.h says so

// What parley_client_options says where to bind. Without a wish: dual stack, or IPv4 alone where the kernel has no IPv6.
Result<OpenedSocket> open_udp_at(const char* bind) {
  link::UdpOptions options;
  if (bind != nullptr) {
    const auto endpoint = link::parse_endpoint(bind);
    if (!endpoint) return std::unexpected(endpoint.error());
    options.bind = *endpoint;
    options.ipv4_only = endpoint->is_v4();
  }
  auto socket = link::open_udp(options);
  if (!socket && bind == nullptr) {
    options.bind = *link::parse_endpoint("0.0.0.0:0");
    options.ipv4_only = true;
    socket = link::open_udp(options);
  }
  if (!socket) return std::unexpected(socket.error());
  return OpenedSocket{std::move(*socket), options.ipv4_only};
}

Micros micros_or(uint32_t given, Micros otherwise) { return given != 0 ? Micros(given) : otherwise; }

Result<link::PathConditions> conditions_of(const parley_network& network) {
  if (network.size < sizeof network) return fail(ErrorCode::kInvalidArgument, "parley_network.size isn't sizeof(parley_network)");
  link::PathConditions conditions;
  conditions.loss = network.loss;
  conditions.burst_loss = network.burst;
  conditions.burst_mean = micros_or(network.burst_us, conditions.burst_mean);
  conditions.delay = Micros(network.delay_us);
  conditions.jitter = Micros(network.jitter_us);
  conditions.duplicate = network.duplicate;
  conditions.reorder = network.reorder;
  conditions.reorder_delay = micros_or(network.reorder_us, kUsualReorder);
  conditions.corrupt = network.corrupt;
  if (auto checked = link::check_conditions(conditions); !checked) return std::unexpected(checked.error());
  return conditions;
}

}  // namespace

Result<OpenedSocket> open_socket(const parley_client_options& options, Random& random) {
  link::PathConditions conditions;
  if (options.network != nullptr) {
    const auto wanted = conditions_of(*options.network);
    if (!wanted) return std::unexpected(wanted.error());
    conditions = *wanted;
  }
  auto opened = open_udp_at(options.bind);
  if (opened && options.network != nullptr)
    opened->socket = std::make_unique<link::ImpairedSocket>(std::move(opened->socket), conditions, random);
  return opened;
}

}  // namespace parley::client
