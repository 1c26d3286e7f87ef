/* SPDX-License-Identifier: Apache-2.0
 *
 * A plain C program against libparley.so, as a game would link it: the header compiles as C99, ENet's calls reach the library, and wrong
 * arguments give errors, never a crash. Exit code 0 when all holds; each failure is a line. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "net/client/parley.h"

static int failures = 0;

#define EXPECT(condition)                                              \
  do {                                                                 \
    if (!(condition)) {                                                \
      printf("%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                      \
    }                                                                  \
  } while (0)

/* Nobody listens there (the discard port); the key is the curve's base point. */
static const char kAddress[] = "parley://127.0.0.1:9#CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static void creates_and_refuses_wrong_options(void) {
  parley_client* client = NULL;
  parley_client_options options;
  parley_network network;
  char long_agent[100];
  EXPECT(parley_client_create(NULL, NULL) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(strlen(parley_error_text(NULL)) > 0);

  memset(&options, 0, sizeof options);
  EXPECT(parley_client_create(&options, &client) == PARLEY_E_INVALID_ARGUMENT); /* size 0 */
  EXPECT(client == NULL);
  options.size = sizeof options;
  options.bind = "not an address";
  EXPECT(parley_client_create(&options, &client) == PARLEY_E_INVALID_ARGUMENT);
  options.bind = "127.0.0.1:0";
  memset(long_agent, 'a', sizeof long_agent);
  long_agent[99] = 0;
  options.agent = long_agent;
  EXPECT(parley_client_create(&options, &client) == PARLEY_E_INVALID_ARGUMENT);
  options.agent = "c_api_test 1";
  memset(&network, 0, sizeof network);
  options.network = &network;
  EXPECT(parley_client_create(&options, &client) == PARLEY_E_INVALID_ARGUMENT); /* its size is 0 */
  network.size = sizeof network;
  network.loss = 1.5;
  EXPECT(parley_client_create(&options, &client) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(strstr(parley_error_text(NULL), "loss") != NULL);
  network.loss = 0.1;
  network.delay_us = 11000000;
  EXPECT(parley_client_create(&options, &client) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(strstr(parley_error_text(NULL), "delay") != NULL);
  network.delay_us = 50000;
  EXPECT(parley_client_create(&options, &client) == PARLEY_OK);
  EXPECT(parley_client_fd(client) >= 0);
  EXPECT(parley_rebind(client) == PARLEY_OK);
  parley_client_destroy(client);
  options.network = (const parley_network*)(const void*)"what an older program has behind its options";
  options.size = offsetof(parley_client_options, network); /* an older program */
  EXPECT(parley_client_create(&options, &client) == PARLEY_OK);
  parley_client_destroy(client);
  options.network = NULL;
  options.size = sizeof options + 8; /* a newer program */
  EXPECT(parley_client_create(&options, &client) == PARLEY_OK);
  EXPECT(client != NULL);
  EXPECT(strcmp(parley_error_text(client), "") == 0);
  EXPECT(parley_client_fd(client) >= 0);
  EXPECT(parley_rebind(client) == PARLEY_OK);
  EXPECT(parley_client_fd(client) >= 0);
  parley_client_destroy(client);
  parley_client_destroy(NULL);
}

static void survives_null_everywhere(void) {
  parley_event event;
  parley_stats stats;
  uint32_t request = 0;
  EXPECT(parley_client_fd(NULL) == -1);
  EXPECT(parley_rebind(NULL) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_connect(NULL, NULL, NULL) == PARLEY_E_INVALID_ARGUMENT);
  parley_close(NULL);
  EXPECT(parley_set_ticket(NULL, "x") == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_producer(NULL) == 0);
  EXPECT(parley_join(NULL, "lobby", 0, 0) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_leave(NULL, "lobby") == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_send(NULL, "lobby", "x", 1, NULL) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_send_emote(NULL, "lobby", "x", 1, NULL) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_history(NULL, "lobby", 0, 1, 10, &request) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_search(NULL, "lobby", "x", 0, 10, &request) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_who(NULL, "lobby", NULL) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_typing(NULL, "lobby") == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_talk(NULL, "lobby", 1) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_map_ping(NULL, "lobby", 0, 0, 0, 0) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_poll(NULL, &event, 1) == 0);
  parley_wait(NULL, 1000000);
  EXPECT(parley_timeout_ms(NULL, 7) == 7);
  EXPECT(parley_session_stats(NULL, &stats) == PARLEY_E_INVALID_ARGUMENT);
}

static void checks_how_it_is_to_connect(parley_client* client) {
  parley_session* session = (parley_session*)client;
  parley_connect_options options;
  memset(&options, 0, sizeof options);
  EXPECT(parley_connect(client, NULL, &session) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(session == NULL);
  EXPECT(parley_connect(client, &options, &session) == PARLEY_E_INVALID_ARGUMENT); /* size 0 */
  options.size = sizeof options;
  EXPECT(parley_connect(client, &options, NULL) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_connect(client, &options, &session) == PARLEY_E_INVALID_ARGUMENT); /* no address */
  options.address = "http://example.org";
  options.ticket = "a.b.c";
  EXPECT(parley_connect(client, &options, &session) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(strstr(parley_error_text(client), "parley://") != NULL);
  options.address = kAddress;
  options.ticket = "";
  EXPECT(parley_connect(client, &options, &session) == PARLEY_E_TICKET_MALFORMED);
  options.ticket = "a.b.c";
  options.room = "no good";
  EXPECT(parley_connect(client, &options, &session) == PARLEY_E_FORBIDDEN_CHARACTER);
  EXPECT(session == NULL);
}

static void takes_calls_while_offline(parley_client* client) {
  parley_session* session = NULL;
  parley_connect_options options;
  parley_stats stats;
  parley_event events[8];
  uint64_t number = 0;
  memset(&options, 0, sizeof options);
  memset(&stats, 0, sizeof stats);
  options.size = sizeof options;
  options.address = kAddress;
  options.ticket = "a.b.c";
  options.room = "lobby";
  options.producer = 77;
  EXPECT(parley_connect(client, &options, &session) == PARLEY_OK); /* LINK_NOT_LINKED here: ENet's calls don't reach libparley */
  if (session == NULL) {
    printf("parley_connect: %s\n", parley_error_text(client));
    return;
  }
  EXPECT(parley_producer(session) == 77);
  EXPECT(parley_send(session, "lobby", "hello", 5, &number) == PARLEY_OK);
  EXPECT(number == 1);
  EXPECT(parley_send(session, "lobby", NULL, 5, &number) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_send(session, NULL, "hello", 5, &number) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_send(session, "lobby", "\xff", 1, NULL) == PARLEY_E_NOT_UTF8);
  EXPECT(parley_send(session, "elsewhere", "hello", 5, NULL) == PARLEY_E_NOT_MEMBER);
  EXPECT(parley_join(session, NULL, 0, 0) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_join(session, "", 0, 0) == PARLEY_E_NAME_EMPTY);
  EXPECT(parley_leave(session, "elsewhere") == PARLEY_E_NOT_MEMBER);
  EXPECT(parley_history(session, "lobby", 0, 1, 0, NULL) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_typing(session, "lobby") == PARLEY_OK); /* dropped: nobody is there to hear it */
  EXPECT(parley_typing(session, "elsewhere") == PARLEY_E_NOT_MEMBER);
  EXPECT(parley_typing(session, NULL) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_talk(session, "lobby", 1) == PARLEY_OK);
  EXPECT(parley_talk(session, "elsewhere", 1) == PARLEY_E_NOT_MEMBER);
  EXPECT(parley_talk(session, NULL, 1) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_map_ping(session, "lobby", 1.5f, 2, -3, 7) == PARLEY_OK);
  EXPECT(parley_map_ping(session, "lobby", HUGE_VALF, 2, -3, 7) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_map_ping(session, "elsewhere", 0, 0, 0, 7) == PARLEY_E_NOT_MEMBER);
  EXPECT(parley_map_ping(session, NULL, 0, 0, 0, 7) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_set_ticket(session, NULL) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_session_stats(session, &stats) == PARLEY_E_INVALID_ARGUMENT); /* size 0 */
  stats.size = sizeof stats;
  EXPECT(parley_session_stats(session, &stats) == PARLEY_OK);
  EXPECT(stats.outbox == 1 && !stats.online);
  stats.size = offsetof(parley_stats, loss_up_ppm); /* an older program */
  stats.resends_sent = 12345;
  EXPECT(parley_session_stats(session, &stats) == PARLEY_OK);
  EXPECT(stats.outbox == 1 && stats.resends_sent == 12345);
  stats.size = sizeof stats;
  EXPECT(parley_session_stats(session, &stats) == PARLEY_OK);
  EXPECT(stats.resends_sent == 0 && stats.loss_up_ppm <= 1000000);
  EXPECT(parley_poll(client, NULL, 8) == 0);
  EXPECT(parley_poll(client, events, -1) == 0);
  EXPECT(parley_poll(client, events, 8) == 0);     /* the handshake is under way */
  EXPECT(parley_timeout_ms(client, 60000) <= 400); /* and said again soon: 250 ms, stretched at random */
  EXPECT(parley_timeout_ms(client, 0) == 0);
  EXPECT(parley_session_stats(session, &stats) == PARLEY_OK);
  parley_wait(client, 0);
  parley_close(session);
}

static void names_direct_rooms(void) {
  char room[65];
  EXPECT(parley_direct_room("ben", "anna", room, sizeof room) == PARLEY_OK && strcmp(room, "dm:anna+ben") == 0);
  EXPECT(parley_direct_room("ben", "anna", room, 5) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_direct_room("ben", NULL, room, sizeof room) == PARLEY_E_INVALID_ARGUMENT);
  EXPECT(parley_direct_room("ben", "a b", room, sizeof room) == PARLEY_E_FORBIDDEN_CHARACTER);
}

int main(void) {
  parley_client* client = NULL;
  creates_and_refuses_wrong_options();
  survives_null_everywhere();
  EXPECT(parley_client_create(NULL, &client) == PARLEY_OK);
  checks_how_it_is_to_connect(client);
  takes_calls_while_offline(client);
  parley_client_destroy(client);
  names_direct_rooms();
  EXPECT(strlen(parley_version()) > 0);
  EXPECT(strcmp(parley_error_name(PARLEY_E_MESSAGE_TOO_LONG), "message_too_long") == 0);
  EXPECT(parley_error_name(-5) != NULL && parley_error_name(1 << 30) != NULL);
  if (failures == 0) printf("all as documented\n");
  return failures != 0;
}
