# ENet: the system's shared library, or with PARLEY_ENET_SOURCE_DIR a private copy built from its sources (1.3.x) with our platform functions
# (net/link/enet_functions.cpp) in the place of unix.c. Everything links the name `enet` and gets the one or the other.
# The private copy is for libraries and games that use ENet themselves: its symbols are hidden, and so are our platform functions.
include_guard()
set(PARLEY_ENET_SOURCE_DIR "" CACHE PATH "ENet's sources, to build a private hidden copy instead of linking libenet")

if(PARLEY_ENET_SOURCE_DIR)
  file(STRINGS ${PARLEY_ENET_SOURCE_DIR}/include/enet/enet.h version REGEX "#define ENET_VERSION_PATCH +[0-9]+")
  string(REGEX REPLACE "[^0-9]+" "" patch "${version}")
  if(patch LESS 17)
    message(FATAL_ERROR "ENet 1.3.${patch} has no bounds on what a peer may make it allocate: take the sources of 1.3.17 or later")
  endif()
  set(sources callbacks.c compress.c host.c list.c packet.c peer.c protocol.c)
  list(TRANSFORM sources PREPEND ${PARLEY_ENET_SOURCE_DIR}/)
  add_library(enet STATIC ${sources})
  target_include_directories(enet SYSTEM PUBLIC ${PARLEY_ENET_SOURCE_DIR}/include)
  target_compile_options(enet PRIVATE -w)  # not our code
  set_target_properties(enet PROPERTIES C_VISIBILITY_PRESET hidden)
  target_compile_definitions(enet INTERFACE PARLEY_PRIVATE_ENET)
endif()
