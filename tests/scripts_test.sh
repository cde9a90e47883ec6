#!/usr/bin/env bash
# Goal: the scripts can be trusted with somebody's machine: they parse, explain themselves, refuse
# what they do not know, and install nothing unless told to.
# Method: run them as a user would, from a foreign folder; where they would call the package manager,
# a stand-in that records what it was asked for is put before it.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

failures=0
# expect WHAT CODE PATTERN COMMAND...: the command ends with CODE and prints something like PATTERN.
expect() {
  local what=$1 code=$2 pattern=$3 got=0 output
  shift 3
  output=$("$@" 2>&1 </dev/null) || got=$?
  if [[ $got != "$code" ]] || ! grep -qE -- "$pattern" <<<"$output"; then
    printf 'FAILED: %s: wanted code %s and "%s", got code %s and:\n%s\n' \
      "$what" "$code" "$pattern" "$got" "$output"
    failures=$((failures + 1))
  fi
}

# stand_in NAME BODY: a program that runs BODY in place of NAME.
stand_in() {
  mkdir -p bin
  printf '#!/usr/bin/env bash\n%s\n' "$2" >"bin/$1"
  chmod +x "bin/$1"
}
with_stand_ins() { env PATH="$work/bin:$PATH" "$@"; }

for script in "$root"/scripts/{setup,demo,bench,test,check,batchlab,grafana} "$root"/.ci/run; do
  expect "$script can be run" 0 '' test -x "$script"
done
for script in "$root"/scripts/{setup,demo,bench,test,check,batchlab,grafana,common.sh} "$root"/.ci/run "$root/tests/scripts_test.sh"; do
  expect "$script parses" 0 '' bash -n "$script"
done
if command -v shellcheck >/dev/null; then
  cd "$root"
  expect "shellcheck has nothing to say" 0 '' \
    shellcheck -x -S warning scripts/{setup,demo,bench,test,check,batchlab,grafana,common.sh} .ci/run tests/scripts_test.sh
  cd "$work"
fi

for script in setup demo bench test check grafana; do
  expect "$script explains itself" 0 "^scripts/$script " "$root/scripts/$script" --help
done
cd "$root/scripts"
expect "a script can be called from its own folder" 0 '^scripts/setup ' ./setup --help
cd "$work"
for script in setup bench test check grafana; do
  expect "$script refuses what it does not know" 2 '"--frob' "$root/scripts/$script" --frob
done
expect "check refuses a time for fuzzers that is none" 2 'wanted a whole number' "$root/scripts/check" --seconds soon
expect "check refuses a time for fuzzers that is missing" 2 'wanted a whole number' "$root/scripts/check" --seconds
expect "setup refuses an unknown purpose" 2 'wanted demo, bench, test or check' \
  "$root/scripts/setup" --for fun
expect "setup refuses a missing purpose" 2 'wanted demo, bench, test or check' "$root/scripts/setup" --for
expect "setup only reports when told so" 0 'Debian' "$root/scripts/setup" --no-install
expect "a report without a terminal has no colours" 1 '' \
  grep -q $'\e' <("$root/scripts/setup" --no-install)

# A machine without curl whose package manager gives it nothing, then one where it works at once,
# then one where it works after the lists were fetched.
stand_in dpkg-query 'for p in "$@"; do [[ $p == -* || $p == curl ]] || echo "install ok installed $p"; done'
stand_in sudo '[[ $1 == -v ]] || exec "$@"'
stand_in apt-cache 'exit 100'
stand_in apt-get 'echo "$*" >>apt.log; exit 100'
cp -r "$root/scripts" "$work/scripts"
cd "$work"
expect "setup names what is missing" 0 '^Missing Debian packages: curl$' \
  with_stand_ins scripts/setup --no-install
expect "setup installed nothing" 1 '' test -e apt.log
expect "setup needs for the demo no more than the demo" 0 'All Debian packages are there' \
  with_stand_ins scripts/setup --for demo
expect "setup says in a sentence what can't be had" 1 "the Debian package curl can't be had" \
  with_stand_ins scripts/setup
stand_in apt-get 'echo "$*" >>apt.log'
rm -f apt.log
expect "setup installs without asking where nobody could answer" 0 'install packages .* done' \
  with_stand_ins scripts/setup
expect "setup fetched no lists without need" 1 '' grep update apt.log
stand_in apt-get 'echo "$*" >>apt.log; [[ $* == *update* ]] || grep -q update apt.log'
rm -f apt.log
expect "setup fetches the lists where it must" 0 'install packages .* done' \
  with_stand_ins scripts/setup --yes

# A machine with Docker, then one without and without Prometheus.
stand_in docker 'echo "$*" >>docker.log'
expect "grafana starts the containers and says where the dashboard is" 0 'http://127.0.0.1:3000/d/batchlab' \
  with_stand_ins scripts/grafana
expect "grafana starts them with our file" 0 '^compose -f results/compose.yml up ' cat docker.log
stand_in docker 'exit 1'
stand_in prometheus 'echo "cannot bind" >&2; exit 1'
stand_in dpkg-query 'for p in "$@"; do [[ $p == -* ]] || echo "install ok installed $p"; done'
printf 'build_release() { :; }\n' >>scripts/common.sh
mkdir -p results/prometheus && cp "$root"/results/prometheus/*.yml results/prometheus
expect "grafana says that Docker is not here" 1 'Docker .* is not here: Prometheus runs natively' \
  with_stand_ins scripts/grafana
expect "grafana says why Prometheus ended" 1 'Prometheus ended: cannot bind' with_stand_ins scripts/grafana

((failures == 0)) && echo "All expectations about the scripts hold."
