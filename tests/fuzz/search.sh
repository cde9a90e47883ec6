#!/usr/bin/env bash
# tests/fuzz/search.sh FUZZER CORPUS FOLDER
#
# Lets a fuzzer of libFuzzer look for an input that breaks a promise, for $BATCHLAB_FUZZ_SECONDS (60).
# It begins with the inputs of CORPUS and of FOLDER; those that lead elsewhere are added to FOLDER, so
# that the next search goes on where this one ended. One that breaks a promise is written beside it.
set -euo pipefail

fuzzer=$1 corpus=$2 folder=$3
mkdir -p "$folder"
if ! "$fuzzer" "$folder" "$corpus" -max_total_time="${BATCHLAB_FUZZ_SECONDS:-60}" -timeout=20 \
  -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 -artifact_prefix="$folder-"; then
  printf 'To see it again: %s %s-crash-...\n' "$fuzzer" "$folder"
  printf 'To keep it, mended: cp %s-crash-... %s/WHAT_WAS_WRONG\n' "$folder" "$corpus"
  exit 1
fi
