#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# analyze.sh COMPILER ARGUMENT...: what preset `analyze` runs in the place of the compiler. Looks at the source with clang-tidy, which tells the
# compiler's warnings too, and leaves a word where the object should be, so that the next build knows: nothing is compiled, nothing links.
# ccache calls it (tools/cmake/analyze.cmake), so what was clean once isn't looked at again until it, a header or .clang-tidy changes.
object=
source=
previous=
for argument in "$@"; do
  [ "$previous" = -o ] && object=$argument
  case $argument in *.cpp) source=$argument ;; esac
  previous=$argument
done

findings=$(clang-tidy-19 --quiet "$source" -- "$@" 2>&1) || { printf '%s\n' "$findings" >&2; exit 1; }
# Only for the list of headers, which -MD among the arguments asks for.
"$@" -E -o /dev/null || exit 1
echo analyzed >"$object"
