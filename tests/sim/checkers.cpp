// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/checkers.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>

namespace parley::sim {
namespace {

using Key = std::pair<uint64_t, uint64_t>;  // producer, number

std::string name_of(const Stay& stay) { return stay.user + " in " + stay.room; }
std::string name_of(const Sent& sent) { return sent.user + "'s number " + std::to_string(sent.number) + " to " + sent.room; }
std::string at(uint64_t sequence) { return " at " + std::to_string(sequence); }

Grants grants_of(const Observed& seen, const std::string& user, const std::string& room) {
  const auto rooms = seen.grants.find(user);
  if (rooms == seen.grants.end()) return {};
  const auto found = rooms->second.find(room);
  return found == rooms->second.end() ? Grants{} : found->second;
}

const std::vector<Line>& history_of(const Observed& seen, const std::string& room) {
  static const std::vector<Line> kNone;
  const auto found = seen.history.find(room);
  return found == seen.history.end() ? kNone : found->second;
}

uint64_t first_of(const Observed& seen, const std::string& room) {
  const auto found = seen.first.find(room);
  return found == seen.first.end() ? 1 : found->second;
}

// What the stay's client would show: rollbacks took away what lay above them, and the edits and deletions that are left changed messages.
std::map<uint64_t, Line> view_of(const Stay& stay) {
  std::map<uint64_t, Line> view;
  for (const Step& step : stay.steps) {
    if (step.kind == StepKind::kMessage) view[step.line.sequence] = step.line;
    if (step.kind == StepKind::kRollback) view.erase(view.upper_bound(step.line.sequence), view.end());
  }
  for (const auto& [sequence, line] : view) {
    const auto target = view.find(line.target);
    if (line.saying == Saying::kMessage || target == view.end() || target->second.deleted || target->second.edited > sequence) continue;
    if (line.saying == Saying::kEdit) {
      target->second.text = line.text;
      target->second.edited = sequence;
    } else if (line.saying == Saying::kDelete) {
      target->second.text = line.text;
      target->second.edited = 0;
      target->second.deleted = true;
    }
  }
  return view;
}

// One after the other, but for edits whose text another one replaced: of those nobody is told who comes later. Of what retention took it
// isn't known which were such edits.
bool follows(const std::vector<Line>& history, uint64_t position, uint64_t sequence) {
  if (sequence <= position || sequence - 1 > history.size()) return sequence == position + 1;
  const auto replaced = [](const Line& line) { return line.producer == 0 || (line.saying == Saying::kEdit && line.deleted); };
  return std::all_of(history.begin() + static_cast<ptrdiff_t>(position), history.begin() + static_cast<ptrdiff_t>(sequence - 1), replaced);
}

// Of an edit the text may be gone by now; that its message has the right one is what counts.
bool is_same(const Line& held, const Line& stored) {
  if (held.saying != stored.saying || held.saying == Saying::kMessage) return held == stored;
  return held.sequence == stored.sequence && held.producer == stored.producer && held.number == stored.number && held.user == stored.user;
}

// Said so, and not changed since.
bool says(const Line& stored, const Sent& sent) {
  if (stored.saying != sent.saying) return false;
  const bool changed = stored.edited != 0 || stored.deleted;
  return changed || stored.text == sent.text;
}

}  // namespace

std::optional<uint64_t> position_of(const Stay& stay) {
  std::optional<uint64_t> position;
  for (const Step& step : stay.steps) {
    if (step.kind == StepKind::kJoined && !position) position = stay.since != 0 || stay.wants_history ? stay.since : step.line.sequence;
    if (step.kind == StepKind::kMessage || step.kind == StepKind::kRollback) position = step.line.sequence;
    if (step.kind == StepKind::kGap) position = step.to - 1;
  }
  return position;
}

Violations check_each_sequence_once(const Observed& seen) {
  Violations out;
  for (const Stay& stay : seen.stays) {
    std::optional<uint64_t> position;
    for (const Step& step : stay.steps) {
      switch (step.kind) {
        case StepKind::kJoined:
          if (!position && stay.since != 0) position = stay.since;
          if (!position && !stay.wants_history) position = step.line.sequence;  // all that follows is live
          break;
        case StepKind::kMessage:
          if (position && !follows(history_of(seen, stay.room), *position, step.line.sequence))
            out.push_back(name_of(stay) + ": " + std::to_string(step.line.sequence) + " after " + std::to_string(*position));
          position = step.line.sequence;
          break;
        case StepKind::kRollback:
          if (position && step.line.sequence >= *position) out.push_back(name_of(stay) + ": a rollback that takes nothing back");
          position = step.line.sequence;
          break;
        case StepKind::kGap:
          if (grants_of(seen, stay.user, stay.room).history && step.to > first_of(seen, stay.room))
            out.push_back(name_of(stay) + ": a gap" + at(step.from));
          if (position && step.from != *position + 1) out.push_back(name_of(stay) + ": a gap that doesn't follow" + at(step.from));
          position = step.to - 1;
          break;
      }
    }
  }
  return out;
}

Violations check_views_equal_history(const Observed& seen) {
  Violations out;
  for (const Stay& stay : seen.stays) {
    if (!stay.member_at_end) continue;  // the others may not have heard of a rollback yet
    const auto& history = history_of(seen, stay.room);
    // Who may not read the history isn't told of edits while he was away, only that there is a gap.
    const bool missed = std::ranges::any_of(stay.steps, [](const Step& step) { return step.kind == StepKind::kGap; });
    for (const auto& [sequence, line] : view_of(stay)) {
      if (sequence < first_of(seen, stay.room)) continue;
      if (sequence == 0 || sequence > history.size()) {
        out.push_back(name_of(stay) + " holds what the history doesn't" + at(sequence));
      } else if (missed && line.sequence == history[sequence - 1].sequence && line.number == history[sequence - 1].number) {
        continue;
      } else if (!is_same(line, history[sequence - 1])) {
        out.push_back(name_of(stay) + " holds \"" + line.text.substr(0, 40) + "\", the history \"" +
                      history[sequence - 1].text.substr(0, 40) + "\"" + at(sequence));
      }
    }
  }
  return out;
}

Violations check_nobody_is_behind(const Observed& seen) {
  Violations out;
  for (const Stay& stay : seen.stays) {
    const auto position = position_of(stay);
    const uint64_t head = history_of(seen, stay.room).size();
    if (!stay.member_at_end || !position || *position == head) continue;
    out.push_back(name_of(stay) + " is" + at(*position) + ", the room" + at(head));
  }
  return out;
}

Violations check_receipts(const Observed& seen) {
  Violations out;
  std::map<Key, std::vector<std::pair<std::string, const Line*>>> places;
  for (const auto& [room, lines] : seen.history)
    for (const Line& line : std::span(lines).subspan(std::min<size_t>(first_of(seen, room) - 1, lines.size())))
      places[{line.producer, line.number}].emplace_back(room, &line);
  for (const Sent& sent : seen.sent) {
    if (sent.fate != SendFate::kDurable) continue;
    const auto found = places.find({sent.producer, sent.number});
    const uint64_t first = first_of(seen, sent.room);
    if (found == places.end() && first > 1 && sent.ordered_at < first) continue;  // 0: it was told that it was accepted earlier
    if (found == places.end()) {
      out.push_back(name_of(sent) + " was durable and is not in the history");
      continue;
    }
    if (found->second.size() != 1) out.push_back(name_of(sent) + " is in the history more than once");
    const auto& [room, line] = found->second.front();
    if (room != sent.room || !says(*line, sent) || line->user != sent.user)
      out.push_back(name_of(sent) + " is in the history as something else");
    if (sent.ordered_at != 0 && sent.ordered_at != line->sequence)
      out.push_back(name_of(sent) + " was told" + at(sent.ordered_at) + " and is" + at(line->sequence));
  }
  return out;
}

Violations check_history(const Observed& seen) {
  Violations out;
  std::map<Key, const Sent*> sends;
  for (const Sent& sent : seen.sent) sends[{sent.producer, sent.number}] = &sent;
  std::set<Key> stored;
  for (const auto& [room, lines] : seen.history) {
    std::map<uint64_t, uint64_t> last_number;
    for (size_t i = 0; i < lines.size(); ++i) {
      const Line& line = lines[i];
      const std::string where = " in the history of " + room + at(line.sequence);
      if (line.sequence != i + 1) out.push_back("a hole" + where);
      if (line.sequence < first_of(seen, room)) continue;
      if (!stored.emplace(line.producer, line.number).second) out.push_back("twice the same" + where);
      const auto sent = sends.find({line.producer, line.number});
      if (sent == sends.end()) {
        out.push_back("what nobody sent" + where);
      } else if (sent->second->fate == SendFate::kFailed) {
        out.push_back("what was refused" + where);
      } else if (!says(line, *sent->second) || sent->second->room != room) {
        out.push_back("what was sent otherwise" + where);
      }
      uint64_t& last = last_number[line.producer];
      if (line.number <= last) out.push_back("a producer's numbers out of order" + where);
      last = line.number;
    }
  }
  return out;
}

Violations check_changes(const Observed& seen) {
  Violations out;
  std::map<Key, const Sent*> sends;
  for (const Sent& sent : seen.sent) sends[{sent.producer, sent.number}] = &sent;
  for (const auto& [room, lines] : seen.history) {
    std::map<uint64_t, const Sent*> last;  // message → what changed it last
    for (const Line& line : lines) {
      const auto sent = sends.find({line.producer, line.number});
      if (sent == sends.end() || (line.saying != Saying::kEdit && line.saying != Saying::kDelete)) continue;
      const Sent*& change = last[sent->second->target];
      if (change == nullptr || change->saying != Saying::kDelete) change = sent->second;
    }
    for (const auto& [target, change] : last) {
      const std::string where = " in the history of " + room + at(target);
      if (target < first_of(seen, room) && target > 0) continue;
      if (target == 0 || target > lines.size()) {
        out.push_back("a change of what isn't there" + where);
      } else if (lines[target - 1].deleted != (change->saying == Saying::kDelete) || lines[target - 1].text != change->text) {
        out.push_back("a message without its last change" + where);
      } else if (lines[target - 1].user != change->user) {
        out.push_back("somebody else's message was changed" + where);
      }
    }
  }
  return out;
}

Violations check_grants(const Observed& seen) {
  Violations out;
  for (const Stay& stay : seen.stays) {
    const Grants mine = grants_of(seen, stay.user, stay.room);
    uint64_t head = 0;  // of the last join; after a rollback the numbers above it are given anew
    for (const Step& step : stay.steps) {
      if (!mine.join) out.push_back(name_of(stay) + " was told something without a grant");
      if (step.kind == StepKind::kJoined) head = step.line.sequence;
      if (step.kind == StepKind::kRollback) head = std::min(head, step.line.sequence);
      if (step.kind != StepKind::kMessage) continue;
      if (!mine.history && step.line.sequence <= head)
        out.push_back(name_of(stay) + " got history without a grant" + at(step.line.sequence));
      if (!grants_of(seen, step.line.user, stay.room).send)
        out.push_back(name_of(stay) + " heard somebody without a grant" + at(step.line.sequence));
    }
  }
  return out;
}

Violations check_everything_settles(const Observed& seen) {
  Violations out;
  if (!seen.settled) out.push_back("it didn't come to rest after all faults had ended");
  if (seen.questions_asked != seen.questions_ended)
    out.push_back(std::to_string(seen.questions_asked) + " questions, " + std::to_string(seen.questions_ended) + " ends");
  for (const Sent& sent : seen.sent) {
    const Grants grants = grants_of(seen, sent.user, sent.room);
    if (sent.fate == SendFate::kPending && !sent.sender_killed) out.push_back(name_of(sent) + " is neither durable nor refused");
    const bool of_a_message = sent.saying != Saying::kMessage;  // which may be gone, or have that reaction
    if (sent.fate == SendFate::kFailed && grants.send && grants.join && !of_a_message)
      out.push_back(name_of(sent) + " was refused despite its grant");
  }
  return out;
}

Violations check_all(const Observed& seen) {
  Violations out;
  for (const auto check : {check_each_sequence_once, check_views_equal_history, check_nobody_is_behind, check_receipts, check_history,
                           check_changes, check_grants, check_everything_settles}) {
    const Violations found = check(seen);
    out.insert(out.end(), found.begin(), found.end());
  }
  return out;
}

}  // namespace parley::sim
