# The three shapes of target that Parley has. Sources are globbed with CONFIGURE_DEPENDS: a new file needs no edit here.
include_guard()
include(GoogleTest OPTIONAL)

# parley_library(core_bus DEPS parley_core_base [LIBS sodium]): the folder's *.cpp as target parley_core_bus.
function(parley_library name)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(sources)
    add_library(parley_${name} STATIC ${sources})
    target_include_directories(parley_${name} PUBLIC ${PROJECT_SOURCE_DIR})
    target_link_libraries(parley_${name} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_LIBS})
  else()
    add_library(parley_${name} INTERFACE)
    target_include_directories(parley_${name} INTERFACE ${PROJECT_SOURCE_DIR})
    target_link_libraries(parley_${name} INTERFACE ${ARG_DEPS} ${ARG_LIBS})
  endif()
endfunction()

# What the presets tsan and fuzz build.
add_custom_target(tests_with_threads)
add_custom_target(fuzz_targets)

# parley_test(core_bus DEPS parley_core_bus [LABELS threads]): the folder's *.cpp as one GoogleTest executable.
# Labels: `threads` is what the tsan preset runs, `sim` what .ci/run repeats in release, `e2e` what starts real processes.
# In debug presets tests are compiled with -O0, since GoogleTest's macros under sanitizers cost the compiler more than half of its time at -O1
# (transport_test.cpp: 18.8 s against 8.6 s); OPTIMIZED is for those that compute a lot themselves, like the models.
function(parley_test name)
  cmake_parse_arguments(ARG "OPTIMIZED" "TIMEOUT" "DEPS;LIBS;LABELS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)
    return()
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(test_${name} ${sources})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(test_${name} PRIVATE ${ARG_DEPS} ${ARG_LIBS} GTest::gtest_main)
  if(NOT ARG_OPTIMIZED)
    target_compile_options(test_${name} PRIVATE $<$<CONFIG:Debug>:-O0>)
  endif()
  add_test(NAME ${name} COMMAND test_${name} --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
  if("threads" IN_LIST ARG_LABELS)
    add_dependencies(tests_with_threads test_${name})
  endif()
endfunction()

# parley_program(parleyd DEPS parley_net_server): the folder's *.cpp as a program of that name in bin/.
function(parley_program name)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(program_${name} ${sources})
  set_target_properties(program_${name} PROPERTIES OUTPUT_NAME ${name})
  target_include_directories(program_${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(program_${name} PRIVATE ${ARG_DEPS} ${ARG_LIBS})
endfunction()

# parley_reads_source(noise_test.cpp): the tests in these files read files of ours, in PARLEY_SOURCE_DIR. Only they are compiled with that path, so
# that all others are the same to ccache in each clone.
function(parley_reads_source)
  set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_DEFINITIONS PARLEY_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
endfunction()

# parley_fuzz(ticket DEPS parley_core_identity): ticket_fuzz.cpp with its LLVMFuzzerTestOneInput and the inputs in corpus/ticket.
# With PARLEY_FUZZ a libFuzzer program; else, in every preset, one that runs the corpus (corpus_main.cpp). Either way a test over the corpus.
function(parley_fuzz name)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS" ${ARGN})
  set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
  add_executable(fuzz_${name} ${name}_fuzz.cpp)
  target_include_directories(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(fuzz_${name} PRIVATE ${ARG_DEPS} ${ARG_LIBS})
  if(PARLEY_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_test(NAME fuzz_${name} COMMAND fuzz_${name} -runs=0 ${corpus})
  else()
    target_sources(fuzz_${name} PRIVATE corpus_main.cpp)
    add_test(NAME fuzz_${name} COMMAND fuzz_${name} ${corpus})
  endif()
  set_tests_properties(fuzz_${name} PROPERTIES TIMEOUT 120 LABELS fuzz)
  add_dependencies(fuzz_targets fuzz_${name})
endfunction()
