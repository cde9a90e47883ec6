"""Goal: what the benchmark suite tells of a scenario is what `batchlab sweep` tells of it, so that
nobody has to ask which of the two is right.
Method: runs both over the same windows and compares each repetition with the row of the same seed in
sweep.csv, to the last digit; then what the suite's reporters leave out, and what they refuse.

usage: scenarios_bench_test.py BATCHLAB SCENARIOS_BENCH SOURCE_DIR
"""

import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BATCHLAB, SUITE, SOURCE = (os.path.abspath(argument) for argument in sys.argv[1:4])
SHIPPED = pathlib.Path(SOURCE) / "scenarios"
GENEROUS = 120  # seconds: the end of every wait
WINDOWS = ["20ms", "50ms"]
SEEDS = 10  # of a sweep, unless it is told otherwise


def run(*arguments):
    return subprocess.run([str(argument) for argument in arguments], text=True, timeout=GENEROUS,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def suite(*arguments):
    return run(SUITE, f"--scenarios={SHIPPED}", f"--window={','.join(WINDOWS)}", *arguments)


class ScenariosBenchTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def benchmarks(self, *arguments):
        """The rows of the suite's JSON file, and what it printed."""
        file = self.folder / "suite.json"
        done = suite(f"--benchmark_out={file}", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(file.read_text()), done.stdout

    def test_each_repetition_is_the_row_of_its_seed_in_the_sweep_to_the_digit(self):
        for scenario in ["web-poisson", "excel-recalc"]:
            done = run(BATCHLAB, "sweep", SHIPPED / f"{scenario}.json", "--window",
                       ",".join(WINDOWS), "--out", self.folder / scenario, "--quiet")
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(self.folder / scenario / "sweep.csv", newline="") as lines:
                rows = [row for row in csv.DictReader(lines) if row["label"] in WINDOWS]
            told, _ = self.benchmarks(f"--benchmark_filter={scenario}/window:.*",
                                      f"--benchmark_repetitions={SEEDS}")
            self.assertEqual(len(rows), SEEDS * len(WINDOWS))
            self.assertEqual(len(told["benchmarks"]), len(rows))
            for row, one in zip(rows, told["benchmarks"]):
                self.assertEqual(one["name"], f"{scenario}/window:{row['label']}/sim")
                self.assertEqual(one["repetition_index"], int(row["seed"]) - 1)
                self.assertEqual(one["p50_ms"], int(row["latency_p50_ns"]) / 1e6)
                self.assertEqual(one["p99_ms"], int(row["latency_p99_ns"]) / 1e6)
                self.assertEqual(one["requests_saved"], float(row["requests_saved"]))
                self.assertEqual(one["calls_per_batch"], float(row["calls_per_batch_mean"]))
                self.assertEqual(one["calls"], int(row["calls"]))
                self.assertEqual(one["iterations"], 1)

    def test_no_row_averages_the_repetitions(self):
        told, printed = self.benchmarks("--benchmark_filter=article/window:20ms",
                                        "--benchmark_repetitions=3")
        self.assertEqual([one["run_type"] for one in told["benchmarks"]], ["iteration"] * 3)
        for word in ["_mean", "_median", "_stddev", "_cv"]:
            self.assertNotIn(word, printed)
        self.assertEqual(printed.count("article/window:20ms/sim"), 3)

    def test_the_build_that_is_told_is_ours(self):
        told, printed = self.benchmarks("--benchmark_filter=article/window:20ms")
        self.assertIn("build", told["context"])
        self.assertIn("compiler", told["context"])
        self.assertNotIn("library_build_type", told["context"])
        self.assertNotIn("built as DEBUG", printed)
        self.assertIn(f"{told['context']['build']}, {told['context']['compiler']}", printed)

    def test_rows_alone_have_no_head(self):
        done = suite("--benchmark_filter=^article/window:20ms/sim$", "--rows_only")
        self.assertEqual(len(done.stdout.splitlines()), 1, done.stdout)

    def test_bad_input_is_refused_in_one_sentence(self):
        for arguments, word in [(["--window=1ms.."], "1ms.."), (["--frob"], "--frob"),
                                (["--scenarios=/nowhere"], "/nowhere"),
                                (["--benchmark_filter=nothing-like-this"], "nothing-like-this")]:
            done = suite(*arguments)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertEqual(done.stdout, "")
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            self.assertIn(word, done.stderr)

    def test_it_explains_itself(self):
        done = suite("--help")
        self.assertEqual(done.returncode, 0)
        for word in ["--window", "--scenarios", "--benchmark_filter"]:
            self.assertIn(word, done.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
