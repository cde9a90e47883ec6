"""Goal: a sweep gives the same numbers however it is run: at once, in parts, killed and resumed; and
tells what its files hold.
Method: runs the command as a user would, in a folder of its own, and compares the bytes.

usage: sweep_test.py BATCHLAB SOURCE_DIR
"""

import csv
import json
import math
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

BATCHLAB, SOURCE = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
POISSON = SOURCE / "scenarios" / "web-poisson.json"
SMALL = ["--window", "20ms,100ms", "--calls", "500", "--replications", "3"]
GENEROUS = 900  # seconds: sanitizers and a busy machine take a multiple of the time
FILES = ["plan.json", "sweep.csv", "sweep.json"]


class SweepTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def sweep(self, *arguments):
        return subprocess.run([BATCHLAB, "sweep", *map(str, arguments)], cwd=self.folder, text=True,
                              capture_output=True, timeout=GENEROUS)

    def good(self, *arguments):
        done = self.sweep(*arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def bytes_of(self, out):
        return {file: (self.folder / out / file).read_bytes() for file in FILES}

    def rows(self, out):
        with open(self.folder / out / "sweep.csv", newline="") as lines:
            return list(csv.DictReader(lines))

    def assert_refused(self, done, *words):
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_the_table_tells_of_each_point_and_the_files_hold_each_run(self):
        text = self.good(POISSON, *SMALL, "--out", "out")
        for words in ["4 points x 3 seeds x 500 calls in virtual time", "requests saved", "unbatched",
                      "article's loop", "20ms", "100ms", "fingerprint", "Saved   out/", "Next  "]:
            self.assertIn(words, text)
        rows = self.rows("out")
        self.assertEqual([(row["label"], row["seed"]) for row in rows],
                         [(label, str(seed)) for label in
                          ["unbatched", "article's loop", "20ms", "100ms"] for seed in [1, 2, 3]])
        result = json.loads((self.folder / "out" / "sweep.json").read_text())
        for point in result["points"]:
            runs = [row for row in rows if row["label"] == point["label"]]
            saved = point["quantities"]["requests_saved"]
            self.assertAlmostEqual(saved["value"], 1 - sum(int(r["http_requests"]) for r in runs) /
                                   sum(int(r["calls"]) for r in runs))
            self.assertEqual(point["quantities"]["calls"]["value"],
                             sum(int(r["calls"]) for r in runs))
            low, high = saved["interval95"]["low"], saved["interval95"]["high"]
            self.assertAlmostEqual((low + high) / 2, saved["value"])
            deviations = [float(r["requests_saved"]) - saved["value"] for r in runs]
            error = math.sqrt(sum(d * d for d in deviations) / 2 / 3)
            self.assertAlmostEqual(high - low, 2 * 4.302652729911 * error)  # t for 2 degrees
            p99s = [int(r["latency_p99_ns"]) / 1e6 for r in runs]
            p99 = point["quantities"]["latency.p99_ms"]["value"]
            self.assertTrue(min(p99s) <= p99 * 1.001 and p99 <= max(p99s) * 1.001)
        self.assertFalse((self.folder / "out" / "cells.jsonl").exists())

    def test_what_is_found_of_ranges_and_of_the_marked_point_is_said_once(self):
        polls = ["--set", "client.poll.kind=fixed", "--set", "batcher.single_below=1", "--calls", "2000",
                 "--replications", "3", "--window", "5ms,10ms,50ms,100ms", "--out", "out"]
        often = self.good(POISSON, *polls, "--set", "client.poll.every=10ms")
        self.assertIn("\nUp to 10ms polls cost more than batches save (client.poll", often)
        self.assertNotIn("\nAt ", often)
        late = self.good(POISSON, *polls, "--set", "client.poll.every=100ms")
        self.assertRegex(late, r"\nAt 100ms: an answer waits [\d.]+ ms on average until it is asked for, "
                         r".* --poll expected would cost about [\d.]+ ms")
        self.assertNotIn("polls cost more", late)
        healthy = self.good(POISSON, *SMALL, "--out", "healthy")
        self.assertNotRegex(healthy, r"\n(At|Up to|From|Everywhere) .*(polls|limit|busy)")

    def test_a_point_is_lengthened_for_the_evidence_of_its_p99(self):
        self.good(POISSON, "--window", "20ms,500ms", "--replications", "2", "--calls", "1000",
                  "--out", "out")
        stretch = {row["label"]: int(row["stretch"]) for row in self.rows("out")}
        self.assertGreater(stretch["500ms"], stretch["20ms"])
        result = json.loads((self.folder / "out" / "sweep.json").read_text())
        evidence = result["points"][3]["quantities"]["latency.p99_ms"]["evidence"]
        self.assertGreaterEqual(evidence["had"], evidence["needed"])

    def test_each_run_is_that_of_its_seed(self):
        self.good(POISSON, *SMALL, "--out", "out", "--set", "arrivals.count=500", "--set",
                  "arrivals.kind=poisson", "--set", "arrivals.rate=200/s")
        row = next(row for row in self.rows("out") if row["label"] == "20ms" and row["seed"] == "2")
        if row["stretch"] == "1":
            done = subprocess.run([BATCHLAB, "run", POISSON, "--seed", "2", "--window", "20ms", "--json",
                                   "--set", "arrivals.kind=poisson", "--set", "arrivals.rate=200/s",
                                   "--set", "arrivals.count=500", "--out", "run", "--set", "slo=[]"],
                                  cwd=self.folder, text=True, capture_output=True, timeout=GENEROUS)
            summary = json.loads(done.stdout)["summary"]
            self.assertEqual(summary["http_requests"], int(row["http_requests"]))
            self.assertEqual(summary["batches"], int(row["batches"]))

    def test_threads_and_parts_change_no_byte(self):
        self.good(POISSON, *SMALL, "--out", "whole", "--jobs", "1")
        self.good(POISSON, *SMALL, "--out", "threads", "--jobs", "4")
        self.assertEqual(self.bytes_of("whole"), self.bytes_of("threads"))
        for part in [1, 2, 3]:
            text = self.good(POISSON, *SMALL, "--out", f"part{part}", "--shard", f"{part}/3")
            self.assertIn(f"Part {part} of 3 is done: 4 runs", text)
        self.good("--merge", "part3", "--merge", "part1", "part2", "--out", "merged")
        for file in ["sweep.csv", "sweep.json"]:
            self.assertEqual((self.folder / "whole" / file).read_bytes(),
                             (self.folder / "merged" / file).read_bytes())

    def test_a_killed_sweep_goes_on_where_it_was(self):
        long = [POISSON, "--window", "20ms,100ms", "--calls", "20000", "--replications", "10",
                "--jobs", "1"]
        self.good(*long, "--out", "whole")
        process = subprocess.Popen([BATCHLAB, "sweep", *map(str, long), "--out", "killed"],
                                   cwd=self.folder, stdout=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        journal = self.folder / "killed" / "cells.jsonl"
        end = time.monotonic() + GENEROUS
        while not (journal.exists() and journal.read_bytes().count(b"\n") >= 3):
            self.assertIsNone(process.poll(), "the sweep ended before it could be killed")
            self.assertLess(time.monotonic(), end)
        process.send_signal(signal.SIGKILL)
        process.wait()
        with open(journal, "ab") as file:  # as a kill in the middle of a write leaves it
            file.write(b'{"point":1,"seed":')
        text = self.good("--resume", "killed")
        self.assertIn("was torn: its run is done again", text)
        self.assertRegex(text, r"\d+ of 40 runs are there already")
        self.assertEqual(self.bytes_of("whole"), self.bytes_of("killed"))

    def test_an_interrupt_leaves_what_can_be_resumed(self):
        process = subprocess.Popen(
            [BATCHLAB, "sweep", POISSON, "--calls", "1000000", "--out", "out"],
            cwd=self.folder, text=True, stdout=subprocess.PIPE)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        line = process.stdout.readline()
        while "points x" not in line:
            line = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        text, _ = process.communicate(timeout=GENEROUS)
        self.assertEqual(process.returncode, 130, text)
        self.assertIn("sweep --resume out", text)
        self.assertTrue((self.folder / "out" / "cells.jsonl").exists())

    def test_bad_input_is_one_sentence(self):
        for arguments, words in [
                (["--window", "5ms..1ms"], ["--window", "empty"]),
                (["--window", "0ms..5ms:log:3"], ["equal ratios from 0"]),
                (["--sweep", "batcher.nothing=1,2"], ["batcher.nothing", "unknown field"]),
                (["--shard", "4/3"], ["--shard", "4/3", "i/n"]),
                (["--shard", "0/3"], ["--shard", "0/3"]),
                (["--replications", "0"], ["--replications", "wanted 1"]),
                (["--calls", "0"], ["--calls", "wanted 1"]),
                (["--price", "0ms"], ["--price", "wanted a duration above 0"]),
                (["--policy", "all", "--engine", "http"], ["--policy all", "found --engine http", "wanted sim"]),
                (["--policy", "all", "--window", "5ms"], ["--window", "--policy all"]),
                (["--policy", "all", "--sweep", "server.workers=1,2"], ["--sweep", "--policy all"])]:
            self.assert_refused(self.sweep(POISSON, *arguments, "--out", "bad"), *words)
        self.assertFalse((self.folder / "bad").exists())
        self.assert_refused(self.sweep(), "FILE", "--resume", "--merge")
        self.assert_refused(self.sweep("--resume", "nowhere"), "nowhere")
        self.assert_refused(self.sweep("--resume", "nowhere", "--price", "5ms"), "--price goes with FILE")
        self.assert_refused(self.sweep(SOURCE / "scenarios" / "excel-recalc.json", "--calls", "5"),
                            "--calls", "burst")

    def test_parts_that_do_not_belong_together_are_refused(self):
        self.good(POISSON, *SMALL, "--out", "a", "--shard", "1/2")
        self.good(POISSON, *SMALL, "--out", "b", "--shard", "2/2", "--seed", "9")
        self.assert_refused(self.sweep("--merge", "a", "b"), "b is a part of another sweep than a")
        self.assert_refused(self.sweep("--merge", "a"), "6 of the 12 runs")

    def test_a_price_tells_what_each_point_costs_over_the_least(self):
        text = self.good(POISSON, *SMALL, "--price", "200ms", "--out", "out")
        for words in ["x least cost", "The least cost, at 200ms a batch, for who knows all calls beforehand"]:
            self.assertIn(words, text)
        rows, result = self.rows("out"), json.loads((self.folder / "out" / "sweep.json").read_text())
        for point in result["points"]:
            runs = [row for row in rows if row["label"] == point["label"]]
            cost = {name: [2e8 * int(run[f"regret_{name}_batches"]) + int(run[f"regret_{name}_waiting_ns"])
                           for run in runs] for name in ("run", "least")}
            ratios = [a / b for a, b in zip(cost["run"], cost["least"])]
            self.assertAlmostEqual(point["regret"]["ratio"]["value"], sum(ratios) / 3)
            self.assertGreaterEqual(min(ratios), 1)
            self.assertAlmostEqual(
                point["regret"]["run"]["cost_per_call_ms"]["value"],
                sum(c / 1e6 / int(run["regret_calls"]) for c, run in zip(cost["run"], runs)) / 3)
        row = next(row for row in rows if row["label"] == "20ms" and row["seed"] == "2")
        done = subprocess.run(
            [BATCHLAB, "run", POISSON, "--seed", "2", "--window", "20ms", "--price", "200ms", "--json", "--out",
             "run", "--set", 'arrivals={"kind": "poisson", "rate": "200/s", "count": '
             + str(500 * int(row["stretch"])) + "}", "--set", "slo=[]"],
            cwd=self.folder, text=True, capture_output=True, timeout=GENEROUS)
        self.assertAlmostEqual(json.loads(done.stdout)["regret"]["ratio"], float(row["regret_ratio"]))
        self.assertNotIn("least cost", self.good(POISSON, *SMALL, "--out", "plain"))

    def test_policy_all_compares_each_policy_at_its_usual_and_its_best_setting(self):
        small = ["--policy", "all", "--price", "50ms"]
        text = self.good(POISSON, *small, "--calls", "300", "--replications", "4", "--out", "out")
        for words in ["cost/call, ms", "x least cost", "lone calls", "50ms, the scenario's", "100ms, default",
                      "on seeds 1 to 2; all figures are of seeds 3 to 4.", "\nCheapest: ", "lowest cost",
                      "Next    scripts/batchlab run "]:
            self.assertIn(words, text)
        result = json.loads((self.folder / "out" / "sweep.json").read_text())
        names = [choice["policy"] for choice in result["policies"]]
        self.assertEqual(names[:4], ["unbatched", "tick", "window", "natural"])
        rows = [line.split()[0] for line in text.splitlines() if line.split() and line.split()[0] in names]
        self.assertEqual(rows, names, "one row begins with each policy, in this order")
        costs = {point["label"]: point["regret"]["run"]["cost_per_call_ms"]["value"]
                 for point in result["points"]}
        self.assertEqual(len(costs), len({choice[way] for choice in result["policies"]
                                          for way in ("usual", "best") if choice[way]}))
        for choice in result["policies"][:4]:
            self.assertLessEqual(costs[result["cheapest"]], costs[choice["best"] or choice["usual"]])
        self.assertGreater(len({row["label"] for row in self.rows("out")}), 100)
        self.assertEqual({row["seed"] for row in self.rows("out")}, {"3", "4"})
        for part in ["1", "2"]:
            self.good(POISSON, *small, "--calls", "300", "--replications", "4", "--shard", part + "/2",
                      "--out", "part" + part)
        self.good("--merge", "part1", "part2", "--out", "merged")
        self.assertEqual((self.folder / "merged" / "sweep.json").read_bytes(),
                         (self.folder / "out" / "sweep.json").read_bytes())
        done = subprocess.run([BATCHLAB, "run", POISSON, *small, "--set", "arrivals.for=1s", "--json", "--out",
                               "run"], cwd=self.folder, text=True, capture_output=True, timeout=GENEROUS)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([choice["policy"] for choice in json.loads(done.stdout)["policies"]], names)

    def test_json_is_one_document(self):
        document = json.loads(self.good(POISSON, *SMALL, "--json", "--out", "out"))
        self.assertEqual(document, json.loads((self.folder / "out" / "sweep.json").read_text()))
        self.assertEqual(self.good(POISSON, *SMALL, "--quiet", "--out", "out"), "")

    def test_the_reference_is_reproduced_bit_for_bit(self):
        reference = SOURCE / "results" / "reference"
        command = (reference / "command").read_text().split()
        self.assertEqual(command[:2], ["scripts/batchlab", "sweep"])
        done = subprocess.run([BATCHLAB, *command[1:], "--out", self.folder / "out"], cwd=SOURCE,
                              text=True, capture_output=True, timeout=GENEROUS)
        self.assertEqual(done.returncode, 0, done.stderr)
        (self.folder / "out" / "machine.json").unlink()  # what a repetition cannot repeat
        done = subprocess.run([BATCHLAB, "report", self.folder / "out"], cwd=SOURCE, text=True,
                              capture_output=True, timeout=GENEROUS)
        self.assertEqual(done.returncode, 0, done.stderr)
        for file in ["sweep.csv", "sweep.json", "distributions.json", "report.html"]:
            self.assertTrue((reference / file).read_bytes() == (self.folder / "out" / file).read_bytes(),
                            f"{file} is not that of results/reference; its README tells how to make it anew")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
