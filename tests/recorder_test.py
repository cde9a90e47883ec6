"""Goal: what an embedded batcher records is what `batchlab tune` needs to choose a window.

Method: the example program records its calls for some ten seconds. Its files must have the documented
columns and tell of every call, no key may stand in them, and tune must find a window in them.

usage: recorder_test.py BATCHLAB WITH_RECORDER SOURCE_DIR
"""

import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile

CALLS, KEYS = 2000, 300


def fail(sentence):
    sys.exit(f"FAILED: {sentence}")


def read_rows(path, source):
    section = (source / "results/README.md").read_text().split(f"\n## `{path.name}`\n")[1]
    documented = re.findall(r"^\| `(\w+)` \|", section.split("\n| outcome |")[0].split("\n| reason |")[0],
                            re.MULTILINE)
    with path.open() as file:
        rows = list(csv.DictReader(file))
    if list(rows[0]) != documented:
        fail(f"{path.name} has the columns\n{list(rows[0])}\nwanted those of results/README.md\n{documented}")
    return rows


def check_files(folder, source):
    calls = read_rows(folder / "calls.csv", source)
    batches = read_rows(folder / "batches.csv", source)
    if sorted(int(row["call"]) for row in calls) != list(range(CALLS)):
        fail(f"calls.csv has {len(calls)} rows, wanted one for each of {CALLS} calls")
    if {row["outcome"] for row in calls} != {"value"}:
        fail("a call was not answered")
    if sum(int(row["calls"]) for row in batches) != CALLS:
        fail("the calls of the batches are not those that were made")
    # The keys are 0 to 299: a number below that would be a key.
    keys = {int(row["key"]) for row in calls}
    if min(keys) < KEYS or not KEYS / 2 < len(keys) <= KEYS:
        fail(f"found {len(keys)} numbers from {min(keys)}, wanted hashes of at most {KEYS} keys")
    print(f"{CALLS} calls of {len(keys)} keys in {len(batches)} batches: recorded")


def tune(batchlab, folder, source):
    done = subprocess.run(
        [batchlab, "tune", "--enqueue-log", folder / "calls.csv", "--service", folder / "batches.csv",
         "--set", "server.batch_mode=immediate", "--slo", "latency.p50 <= 100ms", "--out", folder / "tuned"],
        capture_output=True, text=True, cwd=source, timeout=240)
    # 97 and 99: on a busy machine so short a log may lack evidence, or not hold on its end.
    if done.returncode not in (0, 97, 99) or not re.search("^Use window .* ms", done.stdout, re.MULTILINE):
        fail(f"tune ended with {done.returncode}, wanted a window:\n{done.stdout}{done.stderr}")
    answer = json.loads((folder / "tuned/tune.json").read_text())
    if answer["choice"]["policy"] != "window" or not answer["choice"]["window_ms"] > 0:
        fail(f"tune chose {answer['choice']}")
    print(f"tune: a window of {answer['choice']['window_ms']} ms")


def main(batchlab, with_recorder, source):
    source = pathlib.Path(source)
    with tempfile.TemporaryDirectory(prefix="batchlab-recorder-") as work:
        folder = pathlib.Path(work) / "records"
        printed = subprocess.run([with_recorder, folder], capture_output=True, text=True, timeout=120,
                                 check=True).stdout
        if not re.fullmatch(rf"\d+ records in {re.escape(str(folder))}, 0 dropped, 0 lost\n", printed):
            fail(f"with_recorder printed: {printed}")
        check_files(folder, source)
        tune(batchlab, folder, source)


if __name__ == "__main__":
    main(*sys.argv[1:])
