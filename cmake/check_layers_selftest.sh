#!/bin/sh
# Shows check_layers.sh trees with one fault each, and expects it to name the fault's file and line.
set -eu
check=$(cd "$(dirname "$0")" && pwd)/check_layers.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

# fresh: a tree without a fault.
fresh() {
  rm -rf "$tree/src"
  mkdir -p "$tree/src/base" "$tree/src/model/parts"
  printf '# the table\nbase  :\nmodel : base   # above base\n' >"$tree/layers.txt"
  printf '#include <vector>\n#include "base/time.h"\n' >"$tree/src/base/time.cc"
  printf '#include "base/time.h"\n#include "generated/version.h"\n' >"$tree/src/model/case.h"
  printf '#  include "model/case.h"\n// #include "report/text.h"\n' >"$tree/src/model/parts/window.cc"
  printf '#include "support/clock.h"\n' >"$tree/src/model/case_test.cc"
}

# accepts WHAT / rejects WHAT AT: runs the check on the tree as it stands.
accepts() {
  "$check" "$tree" >"$tree/out" 2>&1 && return 0
  echo "FAILED: accepts $1, but:"; cat "$tree/out"; failures=$((failures + 1))
}
rejects() {
  if "$check" "$tree" >"$tree/out" 2>&1; then
    echo "FAILED: $1 passed"; failures=$((failures + 1))
  elif ! grep -qF "$2: " "$tree/out"; then
    echo "FAILED: $1: expected a complaint at $2, but:"; cat "$tree/out"; failures=$((failures + 1))
  fi
}

fresh
accepts "a tree without a fault"

fresh; printf '\n#include "model/case.h"\n' >>"$tree/src/base/time.cc"
rejects "an include of a module above" src/base/time.cc:4

fresh; printf '#include "base/time.h"\n#include "model/case.h"\n' >"$tree/src/base/time_test.cc"
rejects "a test that reaches above its module" src/base/time_test.cc:2

fresh; printf '\t# include "time.h"\n' >>"$tree/src/base/time.cc"
rejects "an include without its module" src/base/time.cc:3

fresh; printf '#include "../../base/time.h"\n' >>"$tree/src/model/parts/window.cc"
rejects "a way round by .." src/model/parts/window.cc:3

fresh; printf '#include <model/case.h>\n' >>"$tree/src/base/time.cc"
rejects "a way round by <>" src/base/time.cc:3

fresh; printf '#include "support/clock.h"\n' >>"$tree/src/base/time.cc"
rejects "shipped code that includes test support" src/base/time.cc:3

fresh; mkdir "$tree/src/rumour"; : >"$tree/src/rumour/mill.cc"
rejects "a module without a line" src/rumour/mill.cc:0

fresh; rm "$tree/layers.txt"
if "$check" "$tree" >"$tree/out" 2>&1; then echo "FAILED: passed without layers.txt"; failures=$((failures + 1)); fi

[ "$failures" -eq 0 ] || exit 1
echo "all as expected"
