/* SPDX-License-Identifier: Apache-2.0
 *
 * Parley's client library: chat rooms over sealed UDP, for a game's main loop.
 *
 *   parley_client* client;  parley_client_create(&options, &client);
 *   parley_session* session; parley_connect(client, &connect_options, &session);
 *   every frame:  while ((n = parley_poll(client, events, 32)) > 0) handle(events, n);
 *
 * Threads: a parley_client and everything made from it belong to one thread at a time; several clients may live on several threads.
 * Blocking: no call blocks, but parley_wait, which is for programs that have nothing else to do, and parley_connect's name look-up
 *   (none for numeric addresses).
 * Memory: what a call returns through a pointer into an event lives until the next parley_poll of that client. Strings that you pass are
 *   copied. After warm-up (the first seconds of a session) parley_poll and parley_send allocate nothing but ENet's packets.
 * Errors: functions return PARLEY_OK (0) or a PARLEY_E_* code; parley_error_text(client) has the line for a person. Codes below 1000 are
 * those of core/base/error.h and of the wire. Wrong arguments give an error, never a crash. Text: UTF-8. A message has 1..4096 bytes and no
 * control characters but newline and tab; names have 1..64 bytes. Limits: the README's table.
 */
#ifndef PARLEY_H
#define PARLEY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PARLEY_API __attribute__((visibility("default")))

/* A UDP socket with any number of sessions on it (a game has one, a bench thousands). */
typedef struct parley_client parley_client;
/* One user's connection to one server; lives through reconnects until parley_close. */
typedef struct parley_session parley_session;

enum {
  PARLEY_OK = 0,
  PARLEY_E_INTERNAL = 1,
  PARLEY_E_INVALID_ARGUMENT = 2,
  PARLEY_E_MESSAGE_TOO_LONG = 3,
  PARLEY_E_NOT_UTF8 = 4,
  PARLEY_E_FORBIDDEN_CHARACTER = 5,
  PARLEY_E_NAME_TOO_LONG = 6,
  PARLEY_E_NAME_EMPTY = 7,
  PARLEY_E_TICKET_MALFORMED = 8,
  PARLEY_E_TICKET_FORGED = 9,
  PARLEY_E_TICKET_EXPIRED = 10,
  PARLEY_E_TICKET_FOREIGN = 11,
  PARLEY_E_NOT_GRANTED = 12,
  PARLEY_E_NOT_MEMBER = 13,
  PARLEY_E_UNKNOWN_ROOM = 14,
  PARLEY_E_TOO_MANY_ROOMS = 15,
  PARLEY_E_RATE_LIMITED = 16,
  PARLEY_E_BUSY = 17,
  PARLEY_E_STORAGE_FULL = 18,
  PARLEY_E_STORAGE_FAILED = 19,
  PARLEY_E_SERVER_FULL = 20,
  PARLEY_E_DRAINING = 21,
  PARLEY_E_PROTOCOL_VERSION = 22,
  PARLEY_E_NUMBER_GAP = 23,
  PARLEY_E_ADDRESS_IN_USE = 24,
  PARLEY_E_PERMISSION = 25,
  PARLEY_E_NOT_FOUND = 29,
  PARLEY_E_TIMEOUT = 30,
  PARLEY_E_OUTBOX_FULL = 31,
  PARLEY_E_LINK_NOT_LINKED = 32,
  PARLEY_E_REPLACED = 33
};

/* ---- client ---------------------------------------------------------------------------------------------------------------- */

/* A bad network by choice, as games are developed: what this client sends and receives suffers it, each direction by itself. Zeros: it
 * does nothing. Shares are from 0 to 1; times in microseconds, at most 10 s. Datagrams under way are bounded (4096 each way): more are
 * lost. Wrong values: parley_client_create returns INVALID_ARGUMENT and names the field. */
typedef struct parley_network {
  size_t size;         /* sizeof(parley_network) */
  double loss;         /* share of the datagrams lost, each by itself */
  double burst;        /* share of the time, below 1, in which everything is lost ... */
  uint32_t burst_us;   /* ... and how long such an outage lasts on average; 0 = 50 ms */
  uint32_t delay_us;   /* on top of what the real network takes, one way */
  uint32_t jitter_us;  /* up to so much more, evenly distributed */
  double duplicate;    /* share that arrives twice */
  double reorder;      /* share that is held back, and so overtaken ... */
  uint32_t reorder_us; /* ... for so long; 0 = 20 ms */
  double corrupt;      /* share in which a bit flips */
} parley_network;

typedef struct parley_client_options {
  size_t size;                   /* sizeof(parley_client_options): lets old programs meet new libraries */
  const char* agent;             /* name and version of the program, at most 64 bytes; NULL = "parley" */
  const char* bind;              /* local address "0.0.0.0:0" or "[::]:0"; NULL = any, dual stack */
  const parley_network* network; /* copied; NULL = the real one as it is */
} parley_client_options;

PARLEY_API int parley_client_create(const parley_client_options* options, parley_client** out);
/* Closes its sessions (a sealed goodbye each) and frees everything. NULL is fine. */
PARLEY_API void parley_client_destroy(parley_client* client);
/* The line that explains the last error of a call on this client; "" if none. Valid until the next call. NULL: of parley_client_create. */
PARLEY_API const char* parley_error_text(const parley_client* client);
/* The socket's descriptor, readable when parley_poll has something to read; for your own poll/epoll. */
PARLEY_API int parley_client_fd(const parley_client* client);

/* After a change of the network (Wi-Fi to cellular, a new address): opens another UDP socket in place of the old one. The sessions go on
 * from there without a new handshake, and nothing is lost; parley_client_fd is a new one. Without this call a session recovers too, as soon
 * as the system sends its datagrams from the new address. Errors: those of parley_client_create. */
PARLEY_API int parley_rebind(parley_client* client);

/* ---- session --------------------------------------------------------------------------------------------------------------- */

typedef struct parley_connect_options {
  size_t size;
  const char* address; /* "parley://host:port#key" as parleyd prints it; the key pins the server */
  const char* ticket;  /* the JWT from your backend (or parleyctl ticket) */
  const char* room;    /* joined in the first round trip; NULL = none */
  uint32_t history;    /* how many of its last messages that join brings, 0..200 */
  uint64_t producer;   /* 0 = random, which is right for people. Numbers count from 1 in each session, and the server takes each (producer,
                          number) once, ever: so a program that restarts and sends the same messages in the same order passes the same
                          producer again, and none is in the history twice */
  void* user_data;     /* given back in events */
  /* A program that was built before this was added passes a smaller size, which leaves it NULL. */
  const char* outbox_path; /* a file, made if missing, in which sends without a durable receipt are kept, so that a program that crashes
                              loses none: the next session with the same file joins their rooms, sends them again, and counts on from their
                              numbers with the same producer. One file a session and user. With it parley_send writes to the system's cache
                              (no sync: a power cut may take the last ones). NULL = in memory */
} parley_connect_options;

/* Starts to connect; PARLEY_EVENT_ONLINE follows, or _OFFLINE with the reason. Reconnects by itself with back-off (0.25 s doubling to 15 s,
 * ± 50 % jitter) until parley_close, except after a refusal that can't heal (a bad ticket): then PARLEY_EVENT_REFUSED ends it.
 * Errors: INVALID_ARGUMENT (address), TICKET_MALFORMED (too long), LINK_NOT_LINKED (see README, "Linking"); of outbox_path: PERMISSION,
 * BUSY (another session has the file), INVALID_ARGUMENT (not such a file, or another producer's), STORAGE_FULL, STORAGE_FAILED. */
PARLEY_API int parley_connect(parley_client* client, const parley_connect_options* options, parley_session** out);
/* Says goodbye and frees the session; its events stop. Sends without a durable receipt are given up, or stay in the outbox file. */
PARLEY_API void parley_close(parley_session* session);
/* A new ticket for the next reconnect, before the old one expires. */
PARLEY_API int parley_set_ticket(parley_session* session, const char* ticket);
PARLEY_API uint64_t parley_producer(const parley_session* session);

/* ---- rooms and messages ------------------------------------------------------------------------------------------------------ */

/* Joins by name, now or as soon as online, and again after each reconnect, from where this session left off. PARLEY_EVENT_JOINED follows,
 * then up to `history` earlier messages, then live ones: all in order, none twice. since > 0: instead all messages after that number. */
PARLEY_API int parley_join(parley_session* session, const char* room, uint32_t history, uint64_t since);
/* As parley_join, for a program that remembers where it was across its own restarts: all messages after `since`, the sequence of the last
 * one that it has, and `epoch`, that of the JOINED event before it. If the server crashed meanwhile and some of what the program has was
 * never stored, ROLLBACK says so, which parley_join with a bare number can't. epoch isn't 0. */
PARLEY_API int parley_resume(parley_session* session, const char* room, uint64_t since, uint32_t epoch);
PARLEY_API int parley_leave(parley_session* session, const char* room);

/* Queues a message; allowed while offline (it goes out on reconnect). *number (may be NULL) identifies it in receipts.
 * Errors: NOT_MEMBER (never joined), MESSAGE_TOO_LONG, NOT_UTF8, FORBIDDEN_CHARACTER, OUTBOX_FULL (256 without durable receipt: wait); with
 * an outbox file STORAGE_FULL and STORAGE_FAILED. */
PARLEY_API int parley_send(parley_session* session, const char* room, const char* text, size_t length, uint64_t* number);
/* The same, shown as an action of the sender ("/me waves"). */
PARLEY_API int parley_send_emote(parley_session* session, const char* room, const char* text, size_t length, uint64_t* number);

typedef struct parley_message {
  size_t size; /* sizeof(parley_message) */
  const char* text;
  size_t length;
  int emote;
  uint64_t reply_to;           /* the sequence of a message of the same room; 0 = no reply */
  const char* const* mentions; /* user ids, whose mention counts go up; copied */
  size_t mention_count;        /* at most 16 */
} parley_message;

/* As parley_send, with a reply or mentions. */
PARLEY_API int parley_send_message(parley_session* session, const char* room, const parley_message* message, uint64_t* number);

/* Entries about the message with the sequence `target`, with receipts like any send. What the server doesn't allow comes back as
 * SEND_FAILED: NOT_FOUND (no such message, or deleted), NOT_GRANTED, INVALID_ARGUMENT (it is so already, or a bound is reached). Edit: your
 * own messages. Delete: your own, or any with the right "moderate"; reason (may be NULL): at most 512 bytes. React: on = 0 takes it back;
 * the emoji has 1..32 bytes, without spaces; 20 different ones on a message. Pin, topic (at most 512 bytes, "" clears it): with the right
 * "moderate", or in a direct room; 50 pinned messages in a room. */
PARLEY_API int parley_edit(parley_session* session, const char* room, uint64_t target, const char* text, size_t length, uint64_t* number);
PARLEY_API int parley_delete(parley_session* session, const char* room, uint64_t target, const char* reason, uint64_t* number);
PARLEY_API int parley_react(parley_session* session, const char* room, uint64_t target, const char* emoji, int on, uint64_t* number);
PARLEY_API int parley_pin(parley_session* session, const char* room, uint64_t target, int on, uint64_t* number);
PARLEY_API int parley_set_topic(parley_session* session, const char* room, const char* text, size_t length, uint64_t* number);

/* The application's own entry: stored, ordered and delivered as a message is, never looked into. type isn't 0; at most 4096 bytes, may be
 * none. */
PARLEY_API int parley_send_custom(parley_session* session, const char* room, uint32_t type, const void* data, size_t length,
                                  uint64_t* number);

/* The user has read the room up to this sequence: call it when the message is on the screen. Shared by all of the user's devices, and shown
 * to the other one in a direct room. Sent at most once a second a room; marks only go forward. Errors: NOT_MEMBER. */
PARLEY_API int parley_mark_read(parley_session* session, const char* room, uint64_t sequence);

typedef struct parley_unread {
  size_t size;       /* in: sizeof(parley_unread) */
  uint64_t read;     /* read up to this sequence, on whatever device */
  uint64_t unread;   /* messages of others after it; before ROOM_INFO those that came since the join */
  uint64_t mentions; /* of those, how many mention you */
} parley_unread;
/* Costs nothing: no question to the server. Errors: NOT_MEMBER. */
PARLEY_API int parley_room_unread(const parley_session* session, const char* room, parley_unread* out);

/* The name of the room of two users, for parley_join; only these two get in. Written with a final 0 into `out`, which has `capacity` bytes
 * (65 are always enough). `one` and `other` are user ids, yours among them. Any thread. Errors: INVALID_ARGUMENT, and those of a name; the
 * two may be too long together. */
PARLEY_API int parley_direct_room(const char* one, const char* other, char* out, size_t capacity);

/* Asks for a page: backward = up to `limit` messages before number `from` (0 = the newest); else from `from` on. limit ≤ 200.
 * PARLEY_EVENT_MESSAGE with history = 1 and this request for each, ascending, then PARLEY_EVENT_PAGE_END.
 * A question that the connection took along ends with code TIMEOUT: ask again. At most 64 are open: then BUSY. */
PARLEY_API int parley_history(parley_session* session, const char* room, uint64_t from, int backward, uint32_t limit, uint32_t* request);
/* The same for a page around a sequence, and for one that begins with the first message said at that time of the server's clock or later
 * (microseconds since 1970 UTC). */
PARLEY_API int parley_history_around(parley_session* session, const char* room, uint64_t sequence, uint32_t limit, uint32_t* request);
PARLEY_API int parley_history_since(parley_session* session, const char* room, int64_t wall_us, uint32_t limit, uint32_t* request);
/* Searches a room's history: up to `limit` (≤ 50) of the newest messages before number `before` (0 = of all) that fit. `query`, at most 256
 * bytes and 32 words, is what a person types: all words, in any case and with or without accents; "words in a row"; begin*; -without;
 * from:user. In scripts without spaces between words (Chinese, Japanese, Thai, ...) any part of a sentence is found.
 * PARLEY_EVENT_MESSAGE with history = 1 and this request for each, newest first, then PARLEY_EVENT_PAGE_END: more = 1, search on with
 * before = its sequence. A page may hold less than `limit`, even nothing, with more = 1: a search that costs the server much comes in
 * parts. Errors, at once or in PAGE_END: INVALID_ARGUMENT (the query), NOT_FOUND (the server keeps no index), and those of
 * parley_history. */
PARLEY_API int parley_search(parley_session* session, const char* room, const char* query, uint64_t before, uint32_t limit,
                             uint32_t* request);
/* Asks who is in a room: PARLEY_EVENT_MEMBER for each with this request, then PARLEY_EVENT_MEMBERS_END. */
PARLEY_API int parley_who(parley_session* session, const char* room, uint32_t* request);

/* What happens at this moment, told to the other members of a room that are there now, never stored. It may be lost, is dropped rather than
 * queued (offline, a slow connection, no right to send, more than 10 a second), and nothing is said of it. Errors: NOT_MEMBER (never
 * joined). Your own other sessions get it too. */
/* Call it at each key press in the input line of this room: the library says it to the server once in 3 s. The others get
 * PARLEY_EVENT_TYPING; in rooms of more than 100 members nobody does. */
PARLEY_API int parley_typing(parley_session* session, const char* room);
/* You began (on = 1) or stopped (0) to talk in a voice channel: call it at each change, or every frame. While on, the library repeats it
 * every 2 s, also after a reconnect. The others get PARLEY_EVENT_TALK. */
PARLEY_API int parley_talk(parley_session* session, const char* room, int on);
/* Points at a place on the map, in units of your own; tag is yours too (danger, help, ...). The others get PARLEY_EVENT_MAP_PING; several
 * within a few milliseconds may become the last one of them. Errors: INVALID_ARGUMENT (not finite). */
PARLEY_API int parley_map_ping(parley_session* session, const char* room, float x, float y, float z, uint32_t tag);

/* ---- events ------------------------------------------------------------------------------------------------------------------ */

typedef enum parley_event_type {
  PARLEY_EVENT_ONLINE = 1,      /* user, name: who the server says you are */
  PARLEY_EVENT_OFFLINE = 2,     /* code, text: why; retry_ms until the next attempt */
  PARLEY_EVENT_REFUSED = 3,     /* code, text: won't heal by itself; parley_set_ticket or parley_close */
  PARLEY_EVENT_JOINED = 4,      /* room, sequence = its newest message's number; epoch, for parley_resume. It and the first messages may
                                   come with the server's answer, before others see you there; what you say meanwhile goes out then */
  PARLEY_EVENT_LEFT = 5,        /* room; code, text when it wasn't by your own wish or the join was refused */
  PARLEY_EVENT_MESSAGE = 6,     /* room, sequence, user, name, text, emote, wall_us, producer, number; history, request; target: the message
                                   it replies to, or 0; edited: the sequence of the edit that the text is of, or 0; mentions_me; deleted: it
                                   was taken back (text: why), or erased with its user (user is "") */
  PARLEY_EVENT_ORDERED = 7,     /* number: your message has its place (sequence) in room; again, with a new place, after a crash of
                                   the server took the first one back; sequence 0: it was accepted earlier, see history */
  PARLEY_EVENT_DURABLE = 8,     /* number: it and all of your messages before it are on the server's disk */
  PARLEY_EVENT_SEND_FAILED = 9, /* number, code, text: it was refused for good and is forgotten */
  PARLEY_EVENT_MEMBER_JOINED = 10, /* room, user, name */
  PARLEY_EVENT_MEMBER_LEFT = 11,   /* room, user */
  PARLEY_EVENT_MEMBER = 12,        /* answer to parley_who */
  PARLEY_EVENT_MEMBERS_END = 13,   /* request; code if refused */
  PARLEY_EVENT_PAGE_END = 14,      /* request, room, more; code, text if refused; gap_from, gap_to, gap_reason: messages that aren't
                                      there between those and what was asked for. Of a search: sequence = `before` of the
                                      next one; text: a remark, such as that the index is being built */
  PARLEY_EVENT_ROLLBACK = 15, /* room: the server crashed before it stored messages above `sequence`; drop them, they come again. Edits,
                                 deletions and reactions above it are undone, too: ask anew for the messages that they changed */
  PARLEY_EVENT_GAP = 16,      /* room: messages [gap_from, gap_to) don't come and never will; gap_reason: why. What a crash of the server
                                 took back is named by ROLLBACK instead */
  PARLEY_EVENT_INVITED = 17,  /* room, user, sequence: a direct room with `user` that you aren't in has messages up to `sequence`;
                                 parley_join brings them. At each message (history 0), and, of the 32 newest such rooms, when you come
                                 online (history 1) */
  /* What later entries say about a message `target`, or about the room. They come in order among the messages, each with room, sequence,
   * user, name, wall_us, producer, number, history, request. A page, or the catch-up of a join, shows messages as they are by now; entries
   * that changed them come along too, and change nothing that isn't so already. */
  PARLEY_EVENT_EDITED = 18,    /* target, text: what it says now */
  PARLEY_EVENT_DELETED = 19,   /* target, text: why; by_moderator */
  PARLEY_EVENT_REACTION = 20,  /* target, text: the emoji, removed */
  PARLEY_EVENT_PINNED = 21,    /* target, removed */
  PARLEY_EVENT_TOPIC = 22,     /* text; "" = none */
  PARLEY_EVENT_CUSTOM = 23,    /* custom_type; text, text_length: the payload as it was given, not text */
  PARLEY_EVENT_SYSTEM = 24,    /* text: said by the server or its operator; user and name are empty */
  PARLEY_EVENT_REACTIONS = 25, /* beside a message of a page or catch-up: target has `count` of the emoji `text`; mine: one is yours.
                                  REACTION events up to `sequence` are counted in it already, whenever they come */
  PARLEY_EVENT_READ = 26,      /* room, user has read up to sequence: you, on another device, or the other one of a direct room ("seen") */
  PARLEY_EVENT_ROOM_INFO = 27, /* room, once a join has caught up: sequence = how far you have read, number = unread messages, count =
                                  those that mention you (at most 100), text = topic ("" = none), user = who set it. Pinned messages follow
                                  as PINNED with history = 1 and sequence = 0 */
  PARLEY_EVENT_TYPING = 28,    /* room, user, name, on: begins (1) or stops (0) to type. The library ends it by itself, when a message
                                  of that user arrives or nothing more came for 6 s; so show what you are told, and no timers */
  PARLEY_EVENT_TALK = 29,      /* room, user, name, on: likewise to talk; ends after 5 s without a word of it. At most 256 people that
                                  type or talk are followed at once; of more there are no events */
  PARLEY_EVENT_MAP_PING = 30,  /* room, user, name, x, y, z, tag */
  PARLEY_EVENT_BEHIND = 31,    /* room, sequence: your connection, or your program, is too slow for what the room says. After this
                                  message live ones are left out; all of them come, in order, as the connection takes them */
  PARLEY_EVENT_ERASED = 32     /* room, user, sequence: the server's operator erased this user. What he said in this room up to
                                  `sequence` (messages, edits, reactions, topics) is gone there: drop it, and his name with it */
} parley_event_type;

/* Why messages don't come: parley_event.gap_reason of GAP and PAGE_END. Where two reasons meet, that of the messages next to those that
 * come. */
enum {
  PARLEY_GAP_UNKNOWN = 0,     /* a reason that this version doesn't know, or no gap */
  PARLEY_GAP_RETENTION = 1,   /* they aren't kept any longer */
  PARLEY_GAP_LATE_JOINER = 2, /* said when you weren't there, which this room doesn't show to who comes later */
  PARLEY_GAP_NOT_GRANTED = 3, /* your ticket has no right to history */
  PARLEY_GAP_DAMAGED = 4      /* the server has them but can't read them any more */
};

typedef struct parley_event {
  parley_event_type type;
  int code; /* PARLEY_OK or why */
  parley_session* session;
  void* user_data;
  const char* room; /* "" where it doesn't apply; all strings end with 0 and are valid UTF-8 */
  const char* user;
  const char* name;
  const char* text;
  size_t text_length;
  uint64_t sequence;
  uint64_t number;
  uint64_t producer;
  int64_t wall_us; /* server's clock, µs since 1970 UTC */
  uint64_t gap_from, gap_to;
  uint32_t request;
  uint32_t retry_ms;
  uint8_t emote;
  uint8_t history; /* 1: older than the join (catch-up or a page you asked for), 0: live */
  uint8_t more;    /* PAGE_END: there are further messages in that direction */
  uint8_t deleted, removed, by_moderator, mine, mentions_me;
  uint64_t target, edited;
  uint32_t count, custom_type;
  uint32_t epoch;
  uint8_t on;          /* TYPING, TALK */
  float x, y, z;       /* MAP_PING, finite */
  uint32_t tag;        /* MAP_PING */
  uint32_t gap_reason; /* PARLEY_GAP_… */
} parley_event;

/* Does the network's work and hands out up to `capacity` events; returns how many. Call it once a frame, and again while it returns
 * `capacity`. Never waits. While 512 events wait, or `capacity` if that is more (4096 at most), it reads no further from the network, so
 * poll until it returns fewer. */
PARLEY_API int parley_poll(parley_client* client, parley_event* events, int capacity);
/* For your own poll/epoll beside parley_client_fd: in how many milliseconds parley_poll has something to do although nothing arrives. 0:
 * now; at most `most_ms`, which may be INT_MAX. */
PARLEY_API int parley_timeout_ms(const parley_client* client, int most_ms);
/* Sleeps until there is something to poll, at most timeout_ms. For programs without a frame loop. */
PARLEY_API void parley_wait(parley_client* client, uint32_t timeout_ms);

/* ---- facts ------------------------------------------------------------------------------------------------------------------- */

typedef struct parley_stats {
  size_t size; /* in: sizeof(parley_stats) */
  uint8_t online;
  uint32_t rtt_us; /* smoothed round-trip time, 0 = not known yet */
  uint64_t datagrams_sent, datagrams_received, bytes_sent, bytes_received;
  uint32_t outbox; /* sends without a durable receipt */
  uint32_t reconnects;
  /* A program that was built before these were added passes a smaller size, which leaves them out. */
  uint32_t loss_up_ppm;   /* of what we send, lost in the last minute or so, in millionths, by the server's count; copies repair it */
  uint32_t loss_down_ppm; /* of what the server sends, likewise, as it told us; 0: none, or not told yet */
  uint64_t copies_sent;   /* datagrams sent again before anything showed that one was lost; datagrams_sent and bytes_sent have them too */
  uint64_t resends_sent;  /* likewise, after no acknowledgement came */
} parley_stats;

/* Fills in what out->size has room for. All but outbox and reconnects are of the present connection, 0 without one; datagrams and bytes are
 * those of UDP, a datagram that arrived twice counts once. Errors: INVALID_ARGUMENT. */
PARLEY_API int parley_session_stats(const parley_session* session, parley_stats* out);
PARLEY_API const char* parley_version(void);        /* "0.1.0" */
PARLEY_API const char* parley_error_name(int code); /* "message_too_long" */

#ifdef __cplusplus
}
#endif
#endif
