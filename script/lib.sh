# What the scripts share. Sourced by them; sets `root`. Everything here talks on standard error only.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }

# ccache fails, instead of standing aside, where it cannot write.
[ -n "${CCACHE_DIR-}" ] || [ -w "${HOME-}" ] || export CCACHE_DISABLE=1

# quietly LOG COMMAND...: shows a line of progress on a terminal, everything in CI (whose logs are read later), and
# otherwise nothing but warnings; the whole output when the command fails, whose exit status it returns.
quietly() {
  local log=$1 status=0 line
  shift
  if [ -n "${CI-}" ]; then
    "$@" >&2 </dev/null
    return
  fi
  if [ -t 2 ]; then
    "$@" </dev/null 2>&1 | tee "$log" | while IFS= read -r line; do
      case $line in
        \[*/*) printf '\r\033[K%.70s' "$line" >&2 ;;
      esac
    done || status=${PIPESTATUS[0]}
    printf '\r\033[K' >&2
  else
    "$@" >"$log" 2>&1 </dev/null || status=$?
  fi
  if [ "$status" -ne 0 ]; then
    cat "$log" >&2
  else
    grep -A3 'warning:' "$log" >&2 || true
  fi
  return "$status"
}

# build PRESET [TARGET...]: brings build/PRESET up to date, and configures it first where that is needed: Ninja sees to
# every later change but one of the presets. One build at a time in a folder: a second one waits.
build() {
  local preset=$1 dir=$root/build/$1 stamp=$root/build/$1/.configured target targets=()
  shift
  for target in "$@"; do targets+=(--target "$target"); done
  mkdir -p "$dir"
  exec {lock}>"$dir/.lock"
  flock "$lock"
  if [ ! -f "$dir/build.ninja" ] || [ ! -f "$stamp" ] || [ "$root/CMakePresets.json" -nt "$stamp" ] ||
    ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$dir/CMakeCache.txt"; then
    [ -f "$stamp" ] || say "configuring and building build/$preset; the first time takes a while"
    rm -f "$stamp"
    (cd "$root" && quietly "$dir/configure.log" cmake --fresh --preset "$preset" {lock}>&-) || return
    touch "$stamp"
  fi
  quietly "$dir/build.log" cmake --build "$dir" --parallel "$(nproc)" "${targets[@]}" {lock}>&- || return
  exec {lock}>&-
}
