# SPDX-License-Identifier: Apache-2.0
# Configures and builds one preset of CMakePresets.json. Sourced by the scripts beside; expects the repository as working directory.

# What one clone compiled, another finds again: ccache otherwise counts the folder as part of the source.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

# build_preset PRESET [--target NAME...]: quiet while all goes well, the compiler's words when not.
build_preset() {
  local preset=$1 log
  shift
  log=.build/$preset.log
  mkdir -p .build
  echo "Building preset $preset in .build/$preset ..." >&2
  if ! cmake --preset "$preset" >"$log" 2>&1; then
    cat "$log" >&2
    echo "Configuring preset $preset failed, see above." >&2
    return 1
  fi
  if [ -t 2 ]; then
    cmake --build --preset "$preset" "$@" >&2
  else
    cmake --build --preset "$preset" "$@" >"$log" 2>&1 || { grep -v '^\[' "$log" >&2; false; }
  fi || { echo "Building preset $preset failed, see above." >&2; return 1; }
}
