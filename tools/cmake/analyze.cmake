# Preset `analyze`: each C++ source goes to clang-tidy (tools/lib/analyze.sh) instead of a compiler, and nothing is linked. It runs as ccache's
# prefix: a result is known by the contents of source, headers and .clang-tidy, and is found again in another clone.
# Why not CMAKE_CXX_CLANG_TIDY: that compiles everything besides, and looks at everything again in each new build folder.
include_guard()
option(PARLEY_ANALYZE "look at all sources with clang-tidy instead of building them (clang only)" OFF)

if(PARLEY_ANALYZE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${PROJECT_SOURCE_DIR}/tools/lib/analyze.sh)
  if(CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env --modify PATH=path_list_prepend:${PROJECT_SOURCE_DIR}/tools/lib
      CCACHE_PREFIX=analyze.sh CCACHE_DEPEND=1 CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} "CCACHE_EXTRAFILES=${PROJECT_SOURCE_DIR}/.clang-tidy:${PROJECT_SOURCE_DIR}/tests/.clang-tidy:${PROJECT_SOURCE_DIR}/tools/lib/analyze.sh"
      ${CCACHE})
  endif()
  set(CMAKE_CXX_CREATE_STATIC_LIBRARY "<CMAKE_COMMAND> -E touch <TARGET>")
  set(CMAKE_CXX_CREATE_SHARED_LIBRARY ${CMAKE_CXX_CREATE_STATIC_LIBRARY})
  set(CMAKE_CXX_LINK_EXECUTABLE ${CMAKE_CXX_CREATE_STATIC_LIBRARY})
  set(CMAKE_C_LINK_EXECUTABLE ${CMAKE_CXX_CREATE_STATIC_LIBRARY})
endif()
