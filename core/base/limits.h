// SPDX-License-Identifier: Apache-2.0
// All bounds of Parley in one place, related by static_assert. What happens at a bound is named beside it.
// The README's table of limits is compared with this file by a test. Constants; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/time.h"

namespace parley {

// Text and names -----------------------------------------------------------------------------------------------------------
inline constexpr size_t kMaxMessageBytes = 4096;      // UTF-8 text of one message; longer: refused, message_too_long
inline constexpr size_t kMaxReactionBytes = 32;       // of an emoji (a flag or family has some 25); longer: refused, message_too_long
inline constexpr size_t kMaxReactionKinds = 20;       // emoji on one message; a further one: refused
inline constexpr size_t kMaxPins = 50;                // of a room; a further one: refused
inline constexpr size_t kMaxMentions = 16;            // users that a message names; more: refused
inline constexpr size_t kMaxMentionsKept = 100;       // unread ones that are counted, of a user and room; more: the oldest go
inline constexpr size_t kMaxReasonBytes = 512;        // of a deletion; longer: refused, message_too_long. A topic likewise
inline constexpr size_t kMaxNameBytes = 64;           // room or user name; longer: refused, name_too_long
inline constexpr size_t kMaxTicketBytes = 700;        // fits into the first handshake datagram with up to kMaxRoomsInHello rooms
inline constexpr size_t kMaxRoomsInHello = 2;         // rooms joined in the first round trip; further ones by Join right after it
inline constexpr size_t kMaxGrants = 16;              // in a ticket; more: ticket_malformed
inline constexpr size_t kMaxTicketKeys = 64;          // whose signatures count; more: the server refuses to start
inline constexpr size_t kMaxKeySetBytes = 64 * 1024;  // of ticket-keys.json, likewise

// Sessions and rooms -------------------------------------------------------------------------------------------------------
inline constexpr size_t kMaxRoomsPerSession = 64;    // more: too_many_rooms
inline constexpr size_t kMaxRooms = 1u << 20;        // rooms of a server; more: too_many_rooms
inline constexpr size_t kMaxSessionsPerIo = 65'536;  // sessions of one I/O thread; more: server_full
inline constexpr size_t kMaxInvitesAtOnce = 32;      // direct rooms that a user who comes online is told of: the newest
inline constexpr size_t kMaxIoThreads = 16;
inline constexpr size_t kMaxOutbox = 256;         // a client's sends without a durable receipt; more: outbox_full
inline constexpr size_t kMaxEventsQueued = 4096;  // client events not yet taken by parley_poll; then it stops reading the socket

// Signals (typing, talk state, map pings): never stored, dropped at every bound, never refused --------------------------------
inline constexpr double kSignalsPerSecond = 10, kSignalBurst = 20;  // of a session
inline constexpr size_t kMaxTypingMembers = 100;                    // of a room; with more, typing isn't forwarded: n people to n people
inline constexpr size_t kMaxSignalsBytes = 1000;                    // a message of them; what doesn't fit goes in another one
inline constexpr Micros kTypingRepeat{3'000'000};                   // a client says it at most so often while keys are pressed ...
inline constexpr Micros kTypingEnds{6'000'000};                     // ... and forgets it of others after this
inline constexpr Micros kTalkRepeat{2'000'000};                     // likewise while somebody speaks
inline constexpr Micros kTalkEnds{5'000'000};
inline constexpr size_t kMaxTrackedSignals = 256;  // users whose typing or talking a client session knows; of more it tells nothing

// Slow clients: what waits for a session, beyond what its connection has under way ------------------------------------------
// Above a quarter of one of these it gets no signals, above a half no presence changes, above the whole no live entries (slow_members.h).
inline constexpr size_t kMaxWaitingEntries = 256;
inline constexpr size_t kMaxWaitingBytes = 64 * 1024;
inline constexpr Micros kMaxWaiting{3'000'000};         // since the oldest was given that it hasn't acknowledged
inline constexpr size_t kCaughtUpBytes = 16 * 1024;     // with no more unacknowledged it gets what it missed ...
inline constexpr size_t kSlowCatchUpBytes = 48 * 1024;  // ... and the next page of it while there is no more than this
inline constexpr size_t kSlowPageEntries = 50;          // of such a page: on a slow way it is there before it counts as late
inline constexpr Micros kPresenceAgain{2'000'000};      // after a missed presence change, at the earliest, comes the whole list
inline constexpr size_t kListAtOnceMembers = 200;       // of a larger room the list waits for its turn: chat goes first
inline constexpr size_t kListBytesATurn = 512 * 1024;   // about, of lists whose turn it is, each kListTurn
inline constexpr Micros kListTurn{10'000};

// History ------------------------------------------------------------------------------------------------------------------
inline constexpr size_t kMaxPageEntries = 200;              // a history page; a larger limit is clamped
inline constexpr size_t kMaxPageBytes = 48 * 1024;          // a page ends earlier when its entries reach this
inline constexpr size_t kDefaultJoinEntries = 50;           // the last N that a join brings when the client doesn't say
inline constexpr size_t kMaxPendingPages = 1024;            // page requests waiting for the reader, per I/O thread; more: busy
inline constexpr size_t kMaxCommitEntries = 16'384;         // entries of one LMDB transaction: its syncs cost the same with one ...
inline constexpr size_t kMaxCommitBytes = 4 * 1024 * 1024;  // ... and their bytes, which the writer holds in memory
inline constexpr Micros kCommitDelay{500};                  // how long an entry waits for others to share its commit
inline constexpr Micros kMaxCommitDelay{8000};  // likewise while there is much to store: as long as the last commit took, up to this
inline constexpr size_t kStoreReserveBytes = 32u << 20;  // beyond store-max-bytes, for what makes room: retention, checkpoints
inline constexpr size_t kDiskReserveBytes = 256 * 1024;  // of the disk, kept for the same before new messages get any
inline constexpr size_t kMaxRoomRules = 64;              // of the configuration; more: refused at start
inline constexpr size_t kMaxRemovedEntries = 512;        // that retention takes in one transaction; the rest in the next
inline constexpr size_t kMaxRemovedReactions = 4096;     // likewise reactions to them
inline constexpr size_t kMaxRetentionLooks = 2048;       // rooms that are looked at before the writer's next commit may be due
inline constexpr Micros kRetentionPace{20'000};          // between two of its transactions: commits share the disk with them
inline constexpr Micros kRetentionEvery{1'000'000};      // after it looked at all rooms, when it begins again
inline constexpr size_t kMaxDamagedSkip = 4096;          // entries that can't be read and one page steps over; the next page goes on
inline constexpr size_t kMaxErasures = 64;               // users that are being erased; more: busy
inline constexpr size_t kErasureLooks = 2048;            // positions of the log that one of its steps looks at
inline constexpr size_t kMaxErasedNews = 1024;           // waiting for an I/O thread; more: erasing waits for it
inline constexpr size_t kMaxExportLooks = 16'384;        // positions of the log that one answer of an export looks through

// Search -------------------------------------------------------------------------------------------------------------------
inline constexpr size_t kMaxQueryBytes = 256;            // of what is typed; longer: invalid_argument
inline constexpr size_t kMaxQueryWords = 32;             // words, or characters of scripts without spaces; more: invalid_argument
inline constexpr size_t kMaxQueryExpansion = 100;        // words of a room that a beginning* may stand for; more: invalid_argument
inline constexpr size_t kMaxSearchEntries = 50;          // of one answer; a larger limit is clamped
inline constexpr size_t kMaxSearchSteps = 600'000;       // what one answer may cost; then it ends early and says where to go on
inline constexpr size_t kMaxUnindexedScan = 2048;        // newest entries that are read through because they aren't indexed yet
inline constexpr size_t kMaxPendingSearches = 64;        // waiting for the searcher, per I/O thread; more: busy
inline constexpr size_t kSearchShardEntries = 1u << 20;  // log positions of one shard of the index
inline constexpr size_t kIndexAtEntries = 1024;          // so many new entries are indexed at once ...
inline constexpr Micros kIndexDelay{10'000'000};         // ... or what there is after so long
inline constexpr size_t kMaxIndexBatch = 8192;           // entries of one commit of the index

// Taking in another chat's history (parleyctl import) -------------------------------------------------------------------------
inline constexpr size_t kMaxImportLineBytes = 64 * 1024;  // of JSON; a longer line is refused and passed over

// The bus ------------------------------------------------------------------------------------------------------------------
inline constexpr size_t kBusSlotBytes = 512;         // payload of one slot; larger records span several
inline constexpr size_t kBusSlots = 16'384;          // 8 MiB of payload; a full ring refuses the publish: busy
inline constexpr size_t kMaxRecordBytes = 6 * 1024;  // the largest record on the bus

static_assert(kMaxCommitEntries <= kBusSlots, "a commit takes at most what the bus holds, so that as much may come while it is under way");
static_assert(kMaxCommitBytes >= kMaxCommitEntries * kBusSlotBytes / 2 && kMaxCommitBytes >= 64 * kMaxRecordBytes,
              "messages of usual sizes fill a commit by their number, and many of the largest ones share one");

// Datagrams ----------------------------------------------------------------------------------------------------------------
inline constexpr size_t kMaxDatagramBytes = 1232;  // IPv6 minimum MTU 1280 (RFC 8200 §5) − 40 IPv6 − 8 UDP
inline constexpr size_t kEnetMtu = 1140;           // what ENet may fill of it: the rest is header, ack block and tag
inline constexpr size_t kMaxTransportMessage = 60 * 1024;
inline constexpr size_t kEnetMaximumPacketSize = 64 * 1024;
inline constexpr size_t kEnetMaximumWaitingData = 256 * 1024;
inline constexpr size_t kMaxQueuedForUnsequenced =
    16 * 1024;  // reliable bytes waiting for a session; with more, unsequenced ones are dropped
inline constexpr size_t kMaxSessionQueuedBytes =
    4 * 1024 * 1024;  // likewise; with more the session is closed (failed): it takes nothing in

// Handshakes: what strangers may cost a server ----------------------------------------------------------------------------
inline constexpr size_t kHandshakeQueue = 256;        // requests waiting for the handshake thread, per I/O thread; more: dropped
inline constexpr size_t kBusyHandshakeQueue = 32;     // from here on (8 ms of work) only who shows a cookie or token gets in line
inline constexpr size_t kBusyHalfOpenSessions = 512;  // likewise, with so many sessions that haven't proven themselves yet
inline constexpr Micros kBusyFor{1'000'000};          // and for so long after it was last so
inline constexpr size_t kHandshakeNetworks = 8192;    // whose rate is known, per I/O thread; more: the least limited one is forgotten
inline constexpr double kUnprovenHandshakesPerSecond = 20, kUnprovenHandshakeBurst = 60;  // of a /24 or /56; more: a cookie first
inline constexpr double kProvenHandshakesPerSecond = 50, kProvenHandshakeBurst = 250;     // likewise with a cookie or token; more: dropped
inline constexpr size_t kRecentRequests = 16'384;   // accepted ones of the last minutes, per I/O thread; more: the oldest is forgotten
inline constexpr size_t kKnownDevices = 32'768;     // whose newest request's time is known, likewise
inline constexpr size_t kMaxCookiesPerConnect = 3;  // that a client answers in one attempt to connect
inline constexpr size_t kMaxKnownServers = 8;       // of which a client keeps the address token; more: the oldest is forgotten
inline constexpr Micros kRekeyAfter{600'000'000};   // a session's keys are used for so long ...
inline constexpr uint64_t kRekeyDatagrams = uint64_t{1} << 32;  // ... and for so many datagrams in a direction
// What goes to an address that a token proved before its client has proven itself (RFC 9002 §7.2); to another one as much as it sent.
inline constexpr size_t kMaxEarlyBytes = 10 * kMaxDatagramBytes;
inline constexpr size_t kMaxEarlyPages = 128;  // asked for before a proof and not yet read, per I/O thread; more: after it

static_assert(kMaxMessageBytes + kMaxMentions * (kMaxNameBytes + 12) + 512 <= kMaxRecordBytes,
              "the largest message must fit on the bus with all whom it mentions, its author and header");
static_assert(kMaxPageBytes + kMaxRecordBytes <= kMaxTransportMessage, "a page that its last entry filled must fit into one message");
static_assert(kSlowCatchUpBytes + kMaxPageBytes < 2 * kMaxWaitingBytes &&
                  2 * kMaxWaitingBytes + kMaxTransportMessage < kMaxSessionQueuedBytes,
              "a slow session is never closed for what waits for it");
static_assert(kMaxSignalsBytes + 64 <= kEnetMtu, "a message of signals is one datagram: no part of it can be missing");
static_assert(kTypingEnds >= 2 * kTypingRepeat && kTalkEnds >= 2 * kTalkRepeat, "one lost repetition ends nothing");
static_assert(kMaxTransportMessage < kEnetMaximumPacketSize, "ENet must take what we send");
static_assert(kMaxTransportMessage + kMaxQueuedForUnsequenced < kMaxSessionQueuedBytes, "an idle session takes the largest message");
static_assert(kEnetMtu + 13 + 16 + 48 <= kMaxDatagramBytes, "header 13, tag 16, ack block and frame up to 48");

// The client library -------------------------------------------------------------------------------------------------------
inline constexpr Micros kMinBackoff{250'000};     // before the first reconnect; doubles up to
inline constexpr Micros kMaxBackoff{15'000'000};  // this, ± 50 % jitter
inline constexpr size_t kMaxHeldEntries = 512;    // live entries of a room kept during its catch-up; further ones are asked for afterwards
inline constexpr size_t kMaxHeldBytes = 256 * 1024;  // likewise
inline constexpr size_t kMaxClientRequests = 64;     // a session's unanswered page and who requests; more: busy
inline constexpr size_t kMaxTrackedMembers = 8192;   // members of a room of which a reconnect tells who left meanwhile
inline constexpr Micros kClientSilence{15'000'000};  // nothing heard from the server: connect anew (keep-alives are answered every 10 s)
inline constexpr Micros kClientSilenceSending{6'000'000};  // likewise while own messages wait for their receipts
inline constexpr size_t kMaxAgentBytes = 64;               // name and version of the client program; longer: invalid_argument

// Names of things on the wire and in tickets -------------------------------------------------------------------------------
inline constexpr uint16_t kProtocolVersionMax = 1;  // highest we speak
inline constexpr uint16_t kProtocolVersionMin = 1;  // lowest we speak

}  // namespace parley
