# What the scripts share. Sourced, not run: goes to the root of the project and names it $root.
# shellcheck shell=bash

script=$(readlink -f "$0")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit

bold='' red='' green='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
fi

say() { printf '%s%s%s\n' "$bold" "$*" "$plain"; }

# fail CODE SENTENCE: ends the script. The code is 2 for a wrong use, 1 for anything else.
fail() {
  printf '%s%s: %s%s\n' "$red" "${script##*/}" "$2" "$plain" >&2
  exit "$1"
}

# The comment that opens the calling script is its help.
print_help() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$script"; }

# quietly WHAT COMMAND...: runs the command under one line of progress. What it prints goes to a log
# under build/, whose end is shown only if it fails. Returns the command's code.
quietly() {
  local what=$1 log=build/${1// /-}.log started=$SECONDS
  shift
  mkdir -p build
  printf '%s ... ' "$what"
  if "$@" >"$log" 2>&1; then
    printf '%sdone%s in %s s\n' "$green" "$plain" "$((SECONDS - started))"
  else
    local code=$?
    printf '%sfailed%s\n' "$red" "$plain"
    tail -n 40 "$log" >&2
    printf '(the whole log: %s)\n' "$root/$log" >&2
    return "$code"
  fi
}

# build_release [TARGET]: brings it (build/release/bench/batchlab) up to date; without a word if it
# is. On a terminal ninja shows its own progress.
build_release() {
  local build=(cmake --build build/release --target "${1:-bench/batchlab}")
  if [[ ! -f build/release/build.ninja ]]; then
    quietly "configure release" cmake --preset release
  elif [[ $("${build[@]}" -- -n 2>/dev/null) == *'no work to do'* ]]; then
    return
  fi
  if [[ -t 1 ]]; then
    say "Building a release (minutes the first time)"
    NINJA_STATUS='[%f/%t, %e s] ' "${build[@]}"
  else
    quietly "build release" "${build[@]}"
  fi
}
