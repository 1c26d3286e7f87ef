// SPDX-License-Identifier: Apache-2.0
#include "net/server/targets.h"

#include <utility>

#include "net/server/policy.h"

namespace parley::server {

void Targets::wait(Session& session, const wire::Send& send) {
  session.waiting = std::make_unique<WaitingSend>();
  session.waiting->send = pack_send(send);
  session.waiting->number = ProducerNumber(send.number());
  session.waiting->after = state_.world.ring.claimed();
  unasked_.push_back(session.id);
}

int Targets::run() {
  int done = 0;
  for (size_t i = 0; i < unasked_.size();) {
    const Session* session = state_.sessions.find(unasked_[i]);
    if (session != nullptr && session->waiting != nullptr && !ask(*session)) {
      ++i;
      continue;
    }
    unasked_[i] = unasked_.back();
    unasked_.pop_back();
    ++done;
  }
  return done;
}

bool Targets::ask(const Session& session) {
  if (state_.world.writer.durable_through() < session.waiting->after && state_.world.writer.state() == history::StorageState::kWorking)
    return false;
  const wire::Send& send = session.waiting->message();
  history::PageQuery query;
  query.question = history::Question::kTarget;
  query.session = session.id;
  query.page.room = RoomId(send.room_id());
  query.page.from = Sequence(send.target());
  query.user = session.user();
  if (send.kind() == wire::SendKind::Reaction) query.emoji = send.text()->str();
  return state_.world.page_reader.ask(state_.io, query);
}

void Targets::on_answer(const history::PageAnswer& answer) {
  Session* session = state_.sessions.find(answer.query.session);
  if (session == nullptr || session->waiting == nullptr) return;
  const auto waiting = std::move(session->waiting);
  owner_.on_target_known(*session, waiting->message(), answer);
  if (!waiting->skipped || session->next != waiting->number.next()) return;  // refused: the client goes back anyway
  session->resend_from = session->next;
  state_.post(session->id, transport::kControlChannel, state_.encode.send_refused(session->next, refuse_behind_a_change()));
}

}  // namespace parley::server
