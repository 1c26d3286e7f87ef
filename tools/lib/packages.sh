# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages that a script needs (Debian 12, Ubuntu 24.04). Sourced by tools/run, tools/test and .ci/run.
# Nothing is touched when everything is there. As root it installs at once; else it asks before it uses sudo, and where nobody can
# be asked it prints the command and gives up.

packages_to_build="g++ cmake ninja-build ccache libenet-dev libsodium-dev libflatbuffers-dev flatbuffers-compiler liblmdb-dev libxapian-dev libutf8proc-dev
  libcli11-dev libtomlplusplus-dev libspdlog-dev nlohmann-json3-dev libncurses-dev"
packages_to_test="libgtest-dev libbenchmark-dev libvterm-dev clang-format-14"
packages_to_analyze="clang-19 clang-tidy-19 libclang-rt-19-dev"

# Programs that may well come from elsewhere than a package (a newer CMake, say): what counts is that they can be called.
package_is_there() {
  case $1 in
    g++ | cmake | ccache) command -v "$1" >/dev/null && return ;;
    ninja-build) command -v ninja >/dev/null && return ;;
    flatbuffers-compiler) command -v flatc >/dev/null && return ;;
    clang-19 | clang-tidy-19 | clang-format-14) command -v "$1" >/dev/null && return ;;
  esac
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# ensure_packages NAME...: returns once all of them are there, else ends the script with the command that would help.
ensure_packages() {
  local package missing=()
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This isn't Debian or Ubuntu, so nothing is installed for you. It needs what these packages hold:" $* >&2
    return
  fi
  for package in "$@"; do package_is_there "$package" || missing+=("$package"); done
  [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
}

install_packages() {
  local install="apt-get install -y --no-install-recommends $*" root=()
  echo "Needed and not installed: $*" >&2
  if [ "$(id -u)" -ne 0 ]; then
    may_use_sudo "$install" || { echo "Please run this as root, then start again:  apt-get update && $install" >&2; exit 1; }
    root=(sudo)
  fi
  echo "Installing: $install" >&2
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q update >&2 || echo "apt-get update failed; trying with the lists that are there" >&2
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive $install >&2 </dev/null || { echo "Installing failed, see above." >&2; exit 1; }
}

may_use_sudo() {
  local answer
  command -v sudo >/dev/null && [ -t 0 ] && [ -t 2 ] || return 1
  read -r -p "Run 'sudo $1'? [y/N] " answer
  [[ $answer == [yY]* ]]
}
