// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/changes.h"

#include <algorithm>
#include <iterator>

namespace parley::terminal {
namespace {

Saying saying_of(const Line& line) { return {line.text, line.edited, line.deleted}; }

void say(Line& line, const Saying& saying) {
  line.text = saying.text;
  line.edited = saying.edited;
  line.deleted = saying.deleted;
}

void count(std::vector<Reaction>& reactions, const Change& change) {
  auto found = std::find_if(reactions.begin(), reactions.end(), [&](const Reaction& each) { return each.emoji == change.text; });
  if (found == reactions.end()) {
    if (change.removed) return;
    reactions.push_back({change.text, 0, false});
    found = std::prev(reactions.end());
  }
  if (change.own) found->mine = !change.removed;
  if (!change.removed) {
    ++found->count;
  } else if (found->count <= 1) {
    reactions.erase(found);
  } else {
    --found->count;
  }
}

}  // namespace

bool Changes::add(Change change) {
  const Key key{change.target, change.sequence};
  const bool added = changes_.emplace(key, std::move(change)).second;
  if (changes_.size() > kMaxChanges) changes_.erase(changes_.begin());
  return added;
}

void Changes::roll_back(uint64_t sequence) {
  std::erase_if(changes_, [sequence](const auto& each) { return each.first.second > sequence; });
}

void Changes::erase(std::string_view user, uint64_t through) {
  std::erase_if(changes_, [&](const auto& each) { return each.second.user == user && each.first.second <= through; });
}

void Changes::settle(Line& line) const {
  if (line.sequence == 0) return;
  settle_text(line);
  settle_reactions(line);
}

void Changes::settle_text(Line& line) const {
  if (line.original) say(line, *line.original);
  std::optional<Saying> changed;
  for (auto at = changes_.lower_bound({line.sequence, 0}); at != changes_.end() && at->first.first == line.sequence; ++at) {
    const Change& change = at->second;
    if (change.kind == Change::Kind::kReaction || line.deleted || (changed && changed->deleted)) continue;
    if (change.kind == Change::Kind::kDelete) {
      changed = Saying{change.text, 0, true};
    } else if (change.sequence > line.edited) {  // else the text is of that edit or a later one
      changed = Saying{change.text, change.sequence, false};
    }
  }
  if (!changed) {
    line.original.reset();
    return;
  }
  if (!line.original) line.original = saying_of(line);
  say(line, *changed);
}

// A user has an emoji on a message once: his repeats are left out.
void Changes::settle_reactions(Line& line) const {
  line.reactions.clear();
  if (line.deleted) return;
  line.reactions = line.counted;
  std::map<std::pair<std::string, std::string>, bool> last;  // user and emoji → is on
  for (auto at = changes_.lower_bound({line.sequence, line.counted_through + 1}); at != changes_.end() && at->first.first == line.sequence;
       ++at) {
    const Change& change = at->second;
    if (change.kind != Change::Kind::kReaction) continue;
    const auto [known, first] = last.emplace(std::pair{change.user, change.text}, !change.removed);
    if (!first && std::exchange(known->second, !change.removed) == !change.removed) continue;
    count(line.reactions, change);
  }
}

}  // namespace parley::terminal
