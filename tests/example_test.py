"""Goal: the examples of the README run, and the README shows them as they are.
The examples in the comments of public headers are those that batcher/header_examples_test.cc runs.
Method: `batchlab serve` on a free port; get_location asks it in its four ways, and the ten places must be
the same each time. The README must hold the text of own_function.cc, and that program must print its words.

with_metrics must show on its page what it did; coroutine_service what became of its orders, with far fewer
batches than look-ups; sqlite_lookup must have the same answers in both its ways and have saved queries (how
much time that takes depends on the machine).

usage: example_test.py BATCHLAB GET_LOCATION OWN_FUNCTION WITH_METRICS COROUTINE_SERVICE SQLITE_LOOKUP SOURCE_DIR
"""

import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.request

WAYS = ["one-by-one", "all-at-once", "tick", "batched"]
PLACES = ["38.8977, -77.0365", "40.7069, -74.0113", "40.7484, -73.9857", "51.5238, -0.1586",
          "48.8584, 2.2945", "34.1341, -118.3217", "51.5014, -0.1419", "40.6892, -74.0445",
          "31.7043, 35.2076", "-33.8587, 151.2140"]


def ask_in_four_ways(batchlab, example):
    server = subprocess.Popen([batchlab, "serve", "--port", "0", "--api-key", "KEY"],
                              stdout=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().strip().removeprefix("listening on ")
        for way in WAYS:
            run = subprocess.run([example, url, way], capture_output=True, text=True, timeout=60,
                                 env={**os.environ, "GEOAPIFY_API_KEY": "KEY"})
            found = [line.split(" -> ")[1] for line in run.stdout.splitlines()]
            if run.returncode != 0 or found != PLACES:
                sys.exit(f"{way}: exit code {run.returncode}, wanted 0 and the ten places, found:\n"
                         f"{run.stdout}{run.stderr}")
            print(f"{way}: the ten places")
    finally:
        server.terminate()
    if server.wait(timeout=30) != 0:
        sys.exit(f"serve ended with {server.returncode}, wanted 0")


def show_own_function(program, source):
    code = (source / "batcher/examples/own_function.cc").read_text()
    if code not in (source / "README.md").read_text():
        sys.exit("README.md does not hold the text of batcher/examples/own_function.cc")
    printed = subprocess.run([program], capture_output=True, text=True, timeout=60, check=True).stdout
    wanted = "one query for 2 names\ntea: 3.50\nmore tea: 3.50\nmithril: not_found\n"
    if printed != wanted:
        sys.exit(f"own_function printed:\n{printed}wanted:\n{wanted}")
    print("own_function: as in the README")


def compare_header_examples(source):
    def bare(text):
        return "".join(re.sub(r"//.*", "", text).split())

    test = bare((source / "batcher/header_examples_test.cc").read_text())
    for header in ("batcher/batcher.h", "batcher/runtime/pending.h", "batcher/runtime/pooled_frame.h",
                   "batcher/metrics/batcher_metrics.h", "batcher/recorder/recorder.h"):
        shown = "\n".join(re.findall("^//   (.*)$", (source / header).read_text(), re.MULTILINE))
        if not shown or bare(shown) not in test:
            sys.exit(f"batcher/header_examples_test.cc does not hold the example of {header}:\n{shown}")
        in_readme = header in ("batcher/runtime/pending.h", "batcher/recorder/recorder.h")
        if in_readme and bare(shown) not in bare((source / "README.md").read_text()):
            sys.exit(f"README.md does not hold the example of {header}:\n{shown}")
    print("headers: their examples are those that are tested")


def read_metrics(program):
    """The page is published within some milliseconds of the last call."""
    process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout.readline() != "sum: 338350\n":
            sys.exit("with_metrics printed another sum")
        url = process.stdout.readline().strip().removeprefix("metrics: ")
        wanted = 'batcher_calls_total{batcher="squares",outcome="value"} 100'
        end = time.monotonic() + 60
        while wanted not in (page := urllib.request.urlopen(url, timeout=30).read().decode()):
            if time.monotonic() > end:
                sys.exit(f"with_metrics shows:\n{page}wanted: {wanted}")
    finally:
        process.communicate("\n", timeout=30)
    if process.returncode != 0:
        sys.exit(f"with_metrics ended with {process.returncode}, wanted 0")
    print("with_metrics: 100 calls on its page")


def serve_orders(program):
    """The batches depend on time: a window that ends early makes more of them."""
    printed = subprocess.run([program], capture_output=True, text=True, timeout=60, check=True).stdout
    wanted = ("oil: failed_status: no quote today\n"
              "300 orders: 288 sold for 6840, 10 of unknown goods, 2 failed\n"
              r"588 look-ups in (\d+) batches\n")
    found = re.fullmatch(wanted, printed)
    if not found or int(found[1]) > 100:
        sys.exit(f"coroutine_service printed:\n{printed}wanted, with at most 100 batches:\n{wanted}")
    print(f"coroutine_service: 588 look-ups in {found[1]} batches")


def look_up_in_a_database(program):
    done = subprocess.run([program], capture_output=True, text=True, timeout=100)
    queries = re.search(r"batched .* (\d+) queries: ([0-9.]+) % saved\nThe answers agree.\n$", done.stdout)
    if done.returncode != 0 or not queries or not int(queries[1]) > 0 or not float(queries[2]) > 50:
        sys.exit(f"sqlite_lookup ended with {done.returncode}, wanted 0 and queries saved:\n{done.stdout}"
                 f"{done.stderr}")
    print(f"sqlite_lookup: {queries[2]} % of the queries saved, equal answers")


def main(batchlab, get_location, own_function, with_metrics, coroutine_service, sqlite_lookup, source):
    ask_in_four_ways(batchlab, get_location)
    show_own_function(own_function, pathlib.Path(source))
    compare_header_examples(pathlib.Path(source))
    read_metrics(with_metrics)
    serve_orders(coroutine_service)
    look_up_in_a_database(sqlite_lookup)
    print(f"{len(WAYS) + 5} passed, 0 failed")


if __name__ == "__main__":
    main(*sys.argv[1:])
