// SPDX-License-Identifier: Apache-2.0
#include "net/client/client.h"

namespace parley::client {

TransportMaker over_socket(link::DatagramSocket& socket, Random& random) {
  return [&socket, &random](const transport::ClientTransportOptions& options, transport::ClientHandler& handler) {
    return transport::make_client_transport(options, socket, random, handler);
  };
}

}  // namespace parley::client
