// SPDX-License-Identifier: Apache-2.0
#include "net/link/link.h"

#include "net/link/link_core.h"

namespace parley::link {

Link::Link(const LinkOptions& options, DatagramSocket& socket, Random& random, LinkHandler& handler)
    : core_(std::make_unique<LinkCore>(options, socket, random, handler)) {}
Link::~Link() = default;

LinkId Link::connect(const Endpoint& server, const std::array<uint8_t, 32>& server_key, ByteView application, ByteView early, Now now) {
  return core_->connect(server, server_key, application, early, now);
}
size_t Link::early_bytes(LinkId id) const { return core_->early_bytes(id); }
bool Link::send(LinkId id, std::span<const ByteView> parts, Now now, Care care) { return core_->send(id, parts, care, now); }
void Link::prefetch(LinkId id) const { core_->prefetch(id); }
void Link::prefetch_parts(LinkId id) const { core_->prefetch_parts(id); }
void Link::close(LinkId id, Now now) { core_->close(id, now); }
void Link::rebound(Now now) { core_->rebound(now); }
int Link::receive(Now now) { return core_->receive(now); }
int Link::flush(Now now) { return core_->flush(now); }
MonoTime Link::next_deadline() const { return core_->next_deadline(); }
LinkStats Link::stats(LinkId id) const { return core_->stats(id); }
const LinkCounters& Link::counters() const { return core_->counters(); }

}  // namespace parley::link
