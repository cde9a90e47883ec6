"""Goal: the page of a result is complete, the same for the same result, and small.

Method: results are made here; `batchlab report` makes their pages, and the JSON in them is read.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from report_data import data_of, keys_missing, keys_of

BATCHLAB, ROOT = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
SCENARIO = ROOT / "scenarios" / "web-poisson.json"
QUICK = ["--calls", "1000", "--replications", "3"]


# Groups whose members are told of elsewhere.
ELSEWHERE = ("scenario", "paste", "choice", "reasons", "flush_reasons", "outcomes")


class ReportTest(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def batchlab(self, *arguments, code=0):
        done = subprocess.run([BATCHLAB, *map(str, arguments)], capture_output=True, text=True,
                              cwd=self.folder, timeout=300)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code != 2 else done.stderr

    def sweep(self, out, *arguments):
        self.batchlab("sweep", SCENARIO, *QUICK, "--out", out, *arguments)
        return self.folder / out

    def refusal(self, *arguments):
        sentence = self.batchlab("report", *arguments, code=2)
        self.assertEqual(sentence.count("\n"), 1, sentence)
        return sentence

    def test_a_sweep_writes_the_page_that_the_command_makes_again(self):
        out = self.sweep("out", "--window", "20ms,100ms")
        self.batchlab("report", out, "-o", "again.html")
        self.assertEqual((out / "report.html").read_bytes(),
                         (self.folder / "again.html").read_bytes())

    def test_a_sweep_in_parts_has_the_numbers_of_one_at_once(self):
        whole = self.sweep("whole", "--window", "20ms,100ms")
        for part in "12":
            self.sweep(part, "--window", "20ms,100ms", "--shard", f"{part}/2")
            self.assertFalse((self.folder / part / "report.html").exists(), "a part is no result")
        self.batchlab("sweep", "--merge", "1", "2", "--out", "merged")
        shutil.copy(whole / "machine.json", self.folder / "merged")
        self.batchlab("report", "merged")
        self.assertEqual((whole / "report.html").read_bytes(),
                         (self.folder / "merged" / "report.html").read_bytes())

    def test_points_hold_what_the_sweep_found(self):
        out = self.sweep("out", "--window", "20ms,100ms")
        sweep, page = json.loads((out / "sweep.json").read_text()), data_of(out / "report.html")
        self.assertEqual(page["schema"], "batchlab.report/1")
        self.assertEqual(page["target"], {"quantile": "p99", "ms": 300})
        self.assertEqual([one["label"] for one in page["points"]],
                         [one["label"] for one in sweep["points"]])
        for point, found in zip(page["points"], sweep["points"]):
            p99 = found["quantities"]["latency.p99_ms"]
            self.assertAlmostEqual(point["latency_ms"]["p99"]["value"] / p99["value"], 1, 5)
            low, high = point["band_ms"]["p99"]
            self.assertLessEqual(low, high)
            self.assertAlmostEqual(sum(point["parts_ms"].values())
                                   / point["latency_ms"]["mean"]["value"], 1, 4)
        self.assertEqual([one["window_ms"] for one in page["points"]], [None, None, 20, 100])

    def test_the_command_on_the_page_gives_the_same_again(self):
        out = self.sweep("out", "--window", "20ms,100ms", "--policy", "window,linger")
        page = data_of(out / "report.html")
        (self.folder / "scenario.json").write_text(json.dumps(page["scenario"]))
        words = page["command"].split()
        self.assertEqual(words[0], "batchlab")
        self.batchlab(*words[1:], "--out", "again")
        self.assertEqual((out / "sweep.csv").read_bytes(),
                         (self.folder / "again" / "sweep.csv").read_bytes())

    def test_a_sweep_over_all_policies_has_the_distributions_of_the_points_that_it_shows(self):
        self.batchlab("sweep", SCENARIO, "--policy", "all", "--calls", "300", "--replications", "4", "--out", "out")
        out = self.folder / "out"
        page, sweep = data_of(out / "report.html"), json.loads((out / "sweep.json").read_text())
        tried = {one["label"]: one for one in json.loads((out / "distributions.json").read_text())["points"]}
        self.assertGreater(len(tried), len(page["points"]))
        for point, found in zip(page["points"], sweep["points"], strict=True):
            self.assertEqual(point["sizes"], tried[point["label"]]["sizes"])
            self.assertEqual(sum(map(sum, point["sizes"]["reasons"].values())), point["batches"])
            low, high = point["band_ms"]["p50"]
            self.assertLessEqual(low, point["latency_ms"]["p50"]["value"] * 1.001)
            self.assertGreaterEqual(high * 1.001, point["latency_ms"]["p50"]["value"])
            self.assertAlmostEqual(point["regret"]["ratio"]["value"], found["regret"]["ratio"]["value"], places=4)
        self.assertEqual([one["policy"] for one in page["policies"]], [one["policy"] for one in sweep["policies"]])
        (self.folder / "scenario.json").write_text(json.dumps(page["scenario"]))
        self.batchlab(*page["command"].split()[1:], "--out", "again")
        self.assertEqual((out / "sweep.json").read_bytes(), (self.folder / "again" / "sweep.json").read_bytes())

    def test_a_sweep_tells_the_bound_of_those_who_know_all_calls(self):
        page = data_of(self.sweep("out", "--window", "20ms,100ms") / "report.html")
        steps = page["bound"]["steps"]
        self.assertEqual((page["bound"]["quantile"], page["bound"]["calls"]), ("p99", 1000))
        self.assertEqual(steps, sorted(steps))
        self.assertEqual([batches for _, batches in steps], sorted((batches for _, batches in steps), reverse=True))
        self.assertIsNone(data_of(self.sweep("rates", "--rate", "50/s,100/s") / "report.html")["bound"])

    def test_the_rows_of_a_tune_have_medians_parts_and_sizes(self):
        self.batchlab("tune", SCENARIO, "--slo", "latency.p90 <= 300ms", "--budget", "5s", "--out", "out")
        page = data_of(self.folder / "out" / "report.html")
        tune = json.loads((self.folder / "out" / "tune.json").read_text())
        self.assertEqual(len(page["points"]), len(tune["rows"]))
        for point, row in zip(page["points"], tune["rows"]):
            self.assertAlmostEqual(point["latency_ms"]["p50"]["value"] / row["summary"]["latency_ms"]["p50"], 1, 4)
            self.assertAlmostEqual(sum(point["parts_ms"].values()) / point["latency_ms"]["mean"]["value"], 1, 4)
            self.assertEqual(sum(map(sum, point["sizes"]["reasons"].values())), point["batches"])
            self.assertAlmostEqual(row["summary"]["requests_saved"], row["figures"]["requests_saved"])

    def test_a_run_shows_rows_as_aggregates(self):
        self.batchlab("run", SCENARIO, "--out", "out")
        point = data_of(self.folder / "out" / "report.html")["points"][0]
        run = json.loads((self.folder / "out" / "run.json").read_text())["summary"]
        self.assertEqual(sum(point["arrivals"]["calls"]), run["calls"])
        self.assertEqual(sum(map(sum, point["sizes"]["reasons"].values())), run["batches"])
        shares = [share for share, _ in point["curve"]]
        self.assertEqual(shares, sorted(shares))
        self.assertLess(max(shares), 0.995, "547 batches know no higher quantile")

    def test_two_runs_stand_side_by_side(self):
        for window in ["45ms", "50ms"]:
            self.batchlab("run", SCENARIO, "--window", window, "--out", window)
        self.batchlab("report", "45ms", "50ms", "-o", "both.html")
        self.assertEqual([one["window_ms"] for one in data_of(self.folder / "both.html")["points"]],
                         [45, 50])
        self.sweep("sweep", "--window", "20ms")
        self.assertIn("it is no run", self.refusal("50ms", "sweep"))

    def test_no_report_leaves_the_page_out(self):
        self.sweep("out", "--window", "20ms")
        out = self.sweep("out", "--window", "20ms", "--no-report")
        self.assertFalse((out / "report.html").exists())

    def test_a_page_that_can_not_be_written_costs_a_warning_and_not_the_result(self):
        small = ["--budget", "1s", "--slo", "latency.p90 <= 300ms"]
        for command, options, file in [("run", [], "run.json"), ("tune", small, "tune.json"),
                                       ("sweep", [*QUICK, "--window", "20ms"], "sweep.json")]:
            with self.subTest(command):
                (self.folder / command / "report.html" / "in-the-way").mkdir(parents=True)
                done = subprocess.run([BATCHLAB, command, SCENARIO, *options, "--out", command], text=True,
                                      capture_output=True, cwd=self.folder, timeout=300)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertIn("warning: the page was not written, the numbers were: ", done.stderr)
                self.assertEqual(done.stderr.count("batchlab: "), 1, done.stderr)
                self.assertIn("Saved ", done.stdout)
                self.assertNotIn("report.html", done.stdout)
                self.assertTrue((self.folder / command / file).exists())
                self.assertIn("report.html", self.refusal(command))

    def test_what_is_no_result_is_told_in_one_sentence(self):
        self.assertIn("there is no such folder", self.refusal("nowhere"))
        (self.folder / "empty").mkdir()
        self.assertIn("found none of run.json", self.refusal("empty"))
        self.batchlab("run", SCENARIO, "--out", "out")
        (self.folder / "out" / "run.json").unlink()
        self.assertIn("did not end", self.refusal("out"))
        (self.folder / "out" / "run.json").write_text('{"scenario": 1}')
        self.assertIn("not such as this version writes", self.refusal("out"))

    def test_a_name_of_markup_stays_inside_the_data(self):
        name = "</script><img src=x onerror=alert(1)><!--"
        (self.folder / "evil.json").write_text(
            json.dumps(json.loads(SCENARIO.read_text()) | {"name": name}))
        self.batchlab("run", "evil.json", "--out", "out")
        page = (self.folder / "out" / "report.html").read_text()
        self.assertEqual(data_of(self.folder / "out" / "report.html")["name"], name)
        self.assertNotIn("<img src=x", page)

    def test_two_hundred_points_weigh_less_than_two_and_a_half_megabytes(self):
        out = self.folder / "out"
        self.batchlab("sweep", SCENARIO, "--window", "1ms..500ms:log:50", "--sweep",
                      "batcher.max_items=10,100,500,1000", "--calls", "200", "--replications", "2",
                      "--out", out)
        self.assertGreaterEqual(len(data_of(out / "report.html")["points"]), 200)
        self.assertLess((out / "report.html").stat().st_size, 2_500_000)

    def test_the_dictionary_tells_of_every_key(self):
        readme = (ROOT / "results" / "README.md").read_text()
        section = readme.split("\n## `report.html`")[1].split("\n### ")[0]
        self.batchlab("run", SCENARIO, "--out", "run")
        self.sweep("sweep", "--window", "20ms")
        self.batchlab("tune", SCENARIO, "--slo", "latency.p90 <= 300ms", "--budget", "5s", "--out", "tune")
        self.batchlab("sweep", SCENARIO, "--policy", "all", "--calls", "100", "--replications", "2", "--out", "all")
        keys = set().union(*(keys_of(data_of(self.folder / one / "report.html"), ELSEWHERE)
                             for one in ["run", "sweep", "tune", "all"]))
        self.assertGreater(len(keys), 60)
        self.assertEqual(keys_missing(keys, section), [])

    def test_the_page_allows_no_network(self):
        page = (self.sweep("out", "--window", "20ms") / "report.html").read_text()
        self.assertIn("content=\"default-src 'none';", page)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
