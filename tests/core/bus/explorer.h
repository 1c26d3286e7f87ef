// SPDX-License-Identifier: Apache-2.0
// Visits all states that a small model can reach, over all interleavings of its actors' steps. Used by the models of the ring's and the
// wake-up's protocols. One thread.
//
// A Model has a State (bytes without padding), initial(), and
//   template <class Emit> void successors(const State&, Emit emit) const    emit(next state, Step) for every step that is possible now
//   const char* violation(const State&) const                               what must never be, or nullptr
//   bool done(const State&) const                                           everybody reached their goal
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley::bus {

// For the trace: "reader 1 advances to 3".
struct Step {
  const char* actor = "";
  int index = 0;
  const char* does = "";
  int value = 0;
};

struct Exploration {
  size_t states = 0;
  std::string violation;  // the first one found and the steps that lead there; empty: none. The search ends with it
  std::string stuck;      // the steps to a state from which `done` can't be reached any more; empty: there is none
};

template <class Model>
class Explorer {
 public:
  explicit Explorer(const Model& model) : model_(model) {}

  Exploration run() {
    visit(model_.initial(), 0, {});
    for (uint32_t at = 0; at < states_.size(); ++at) {
      const State from = states_[at];
      if (const char* violation = model_.violation(from)) return {states_.size(), violation + steps_to(at), {}};
      model_.successors(from, [&](const State& next, const Step& step) { visit(next, at, step); });
    }
    return {states_.size(), {}, first_stuck()};
  }

 private:
  using State = typename Model::State;
  static_assert(std::has_unique_object_representations_v<State>, "states are compared and hashed by their bytes");

  struct Hash {
    size_t operator()(const State& state) const {
      return std::hash<std::string_view>()({reinterpret_cast<const char*>(&state), sizeof state});
    }
  };
  struct Equal {
    bool operator()(const State& a, const State& b) const { return std::memcmp(&a, &b, sizeof a) == 0; }
  };
  struct Origin {
    uint32_t from;
    Step step;
  };

  void visit(const State& state, uint32_t from, const Step& step) {
    const auto [known, added] = numbers_.try_emplace(state, static_cast<uint32_t>(states_.size()));
    edges_.emplace_back(known->second, from);
    if (!added) return;
    states_.push_back(state);
    origins_.push_back({from, step});
  }

  // Walks backwards from the states that are done; what that doesn't reach is stuck.
  std::string first_stuck() {
    std::sort(edges_.begin(), edges_.end());
    std::vector<bool> can_finish(states_.size());
    std::vector<uint32_t> open;
    for (uint32_t at = 0; at < states_.size(); ++at) {
      if (!model_.done(states_[at])) continue;
      can_finish[at] = true;
      open.push_back(at);
    }
    while (!open.empty()) {
      const uint32_t at = open.back();
      open.pop_back();
      for (auto edge = std::lower_bound(edges_.begin(), edges_.end(), Edge{at, 0}); edge != edges_.end() && edge->first == at; ++edge) {
        if (can_finish[edge->second]) continue;
        can_finish[edge->second] = true;
        open.push_back(edge->second);
      }
    }
    const auto stuck = std::find(can_finish.begin(), can_finish.end(), false);
    return stuck == can_finish.end() ? std::string() : "can't finish" + steps_to(static_cast<uint32_t>(stuck - can_finish.begin()));
  }

  std::string steps_to(uint32_t at) const {
    std::vector<uint32_t> path;
    for (; at != 0; at = origins_[at].from) path.push_back(at);
    std::string text;
    for (auto state = path.rbegin(); state != path.rend(); ++state) text += describe(origins_[*state].step);
    return text;
  }

  static std::string describe(const Step& step) {
    return std::string("\n  ") + step.actor + " " + std::to_string(step.index) + " " + step.does + " " + std::to_string(step.value);
  }

  using Edge = std::pair<uint32_t, uint32_t>;  // to, from

  const Model& model_;
  std::unordered_map<State, uint32_t, Hash, Equal> numbers_;
  std::vector<State> states_;
  std::vector<Origin> origins_;  // how each state was reached first
  std::vector<Edge> edges_;
};

template <class Model>
Exploration explore(const Model& model) {
  return Explorer<Model>(model).run();
}

}  // namespace parley::bus
