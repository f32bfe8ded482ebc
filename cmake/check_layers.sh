#!/bin/sh
# usage: check_layers.sh [ROOT]
#
# Fails, naming file and line, when a source of ROOT/src includes what ROOT/layers.txt does not allow.
# Every quoted include starts with a module ("base/time.h"), with "generated/" or, in tests, with "support/".
set -eu
root=${1:-$(dirname "$0")/..}

find "$root/src" -name '*.h' -o -name '*.cc' | sort | awk -v root="$root" '
BEGIN {
  table = root "/layers.txt"
  while ((status = (getline line < table)) > 0) {
    sub(/#.*/, "", line)
    if (line !~ /:/) continue
    split(line, side, ":")
    module = side[1]
    gsub(/[ \t]/, "", module)
    known[module] = 1
    may[module, module] = 1
    count = split(side[2], below, " ")
    for (i = 1; i <= count; i++) may[module, below[i]] = 1
  }
  if (status < 0) { print "check_layers: cannot read " table; exit failed = 2 }
}

function complain(why) {
  print short ":" number ": " why
  failed = 1
}

function check(line,    quoted, target, first) {
  quoted = line ~ /^[ \t]*#[ \t]*include[ \t]*"/
  target = line
  sub(/^[ \t]*#[ \t]*include[ \t]*["<]/, "", target)
  sub(/[">].*/, "", target)
  first = target
  if (!sub(/\/.*/, "", first)) first = ""
  if (first in known) {
    if (!quoted) complain("<" target "> is ours: write \"" target "\"")
    else if (!((module, first) in may)) complain("`" module "` may not include \"" target "\": see layers.txt")
  } else if (quoted) {
    if (first == "generated") return
    if (first == "support" && short ~ /_(test|fuzz)\.cc$/) return
    complain("\"" target "\" does not start with a module of layers.txt")
  }
}

{
  path = $0
  short = substr(path, length(root) + 2)
  module = short
  sub(/^src\//, "", module)
  if (!sub(/\/.*/, "", module)) next  # a file of src/ itself
  number = 0
  if (!(module in known)) { complain("`" module "` has no line in layers.txt"); next }
  while ((getline line < path) > 0) {
    number++
    if (line ~ /^[ \t]*#[ \t]*include[ \t]*["<]/) check(line)
  }
  close(path)
}

END { exit failed }
'
