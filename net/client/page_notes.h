// SPDX-License-Identifier: Apache-2.0
// The events that come with a page's entries, after them: how often each has which reaction, and which are pinned. The same for a page that
// the program asked for and for one of a catch-up. Stateless; on the client's thread.
#pragma once

#include "net/client/session_events.h"
#include "wire_generated.h"

namespace parley::client {

// `place` names room and request; its sequence is taken from each note.
inline void tell_notes(SessionEvents& events, EntryPlace place, const wire::HistoryPage& page) {
  if (page.notes() == nullptr) return;
  for (const wire::Note* note : *page.notes()) {
    place.sequence = Sequence{note->sequence()};
    if (note->reactions() != nullptr) {
      for (const wire::ReactionCount* count : *note->reactions()) events.reactions(place, *count, Sequence{note->through()});
    }
    if (note->pinned()) events.pinned({place.room, Sequence{note->through()}, place.request, place.history}, Sequence{note->sequence()});
  }
}

}  // namespace parley::client
