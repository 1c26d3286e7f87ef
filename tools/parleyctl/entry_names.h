// SPDX-License-Identifier: Apache-2.0
// The words that lines of JSON have for kinds of entries and for how one is gone (entry_json.h): written by one file, read by another.
// Constants; any thread.
#pragma once

#include <utility>

#include "core/history/plain_entry.h"

namespace parley::parleyctl {

inline constexpr std::pair<EntryKind, const char*> kKindNames[] = {
    {EntryKind::kText, "message"},  {EntryKind::kEmote, "message"},     {EntryKind::kEdit, "edit"},
    {EntryKind::kDelete, "delete"}, {EntryKind::kReaction, "reaction"}, {EntryKind::kPin, "pin"},
    {EntryKind::kTopic, "topic"},   {EntryKind::kCustom, "custom"},     {EntryKind::kSystem, "system"},
};
inline constexpr std::pair<history::GoneWhy, const char*> kGoneNames[] = {
    {history::GoneWhy::kDeleted, "deleted"}, {history::GoneWhy::kErased, "erased"}, {history::GoneWhy::kSuperseded, "superseded"}};

}  // namespace parley::parleyctl
