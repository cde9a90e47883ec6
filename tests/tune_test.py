"""Goal: a user's own log in, a window out, in words that are true.

Method: logs made here, whose best window is known, and the shipped scenarios are given to `batchlab
tune`; its words, its exit codes and its files are compared.
"""

import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

BATCHLAB, ROOT = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
SLO = ["--slo", "latency.p90 <= 300ms"]


def poisson_log(path, rate, calls, seed=1, column="arrival_ns"):
    rng, at, rows = random.Random(seed), 0.0, [column]
    for _ in range(calls):
        at += rng.expovariate(rate)
        rows.append(str(round(at * 1e9)))
    path.write_text("\n".join(rows) + "\n")
    return path


def sizes_csv(path):
    rng, rows = random.Random(2), ["size,ms"]
    for size in [1, 1, 1, 1, 1, 5, 5, 5, 20, 20, 20, 50, 50, 50, 100, 100, 100, 200, 200, 200]:
        ms = 60 if size == 1 else 80 + 0.5 * size
        rows.append(f"{size},{ms * rng.uniform(0.95, 1.05):.1f}")
    path.write_text("\n".join(rows) + "\n")
    return path


class TuneTest(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def tune(self, *arguments, code=0, out="out", **more):
        done = subprocess.run(
            [BATCHLAB, "tune", *map(str, arguments), *(["--out", self.folder / out] if out else [])],
            capture_output=True, text=True, cwd=ROOT, timeout=1800, **more)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code != 2 else done.stderr

    def answer(self, out="out"):
        return json.loads((self.folder / out / "tune.json").read_text())

    def test_a_log_and_twenty_timings_give_a_window_that_holds_on_the_rest(self):
        log, sizes = poisson_log(self.folder / "calls.csv", 100, 9000), sizes_csv(self.folder / "sizes.csv")
        text = self.tune("--enqueue-log", log, "--service", sizes, "--slo", "latency.p90 <= 250ms")
        for words in ["calls.csv  9,000 calls", "sizes.csv  20 timings", "Use window ", "It held.",
                      "<- recommended", "no batching, 4 in flight", "Paste   {", "What each knob brought",
                      "x 10:", "assumed", "is within the sizes timed", "Waiting ", "Check   scripts/batchlab run"]:
            self.assertIn(words, text)
        answer = self.answer()
        self.assertTrue(answer["held"])
        self.assertEqual(answer["checked"]["demands"], "holds")
        low, high = answer["requests_saved_95"]
        self.assertLessEqual(low, answer["checked"]["requests_saved"])
        self.assertLessEqual(answer["checked"]["requests_saved"], high)
        self.assertLessEqual(answer["chosen"]["latency_quantile_ms"], 250)
        self.assertLessEqual(answer["choice"]["max_items"], 200, "larger batches were never timed")

    def test_the_choice_can_be_run_and_does_what_was_said(self):
        log = poisson_log(self.folder / "calls.csv", 100, 4000)
        self.tune("--enqueue-log", log, *SLO)
        answer = self.answer()
        subprocess.run([BATCHLAB, "run", self.folder / "out" / "chosen.json", "--out", self.folder / "run",
                        "--quiet"], check=True)
        summary = json.loads((self.folder / "run" / "run.json").read_text())["summary"]
        self.assertAlmostEqual(summary["requests_saved"], answer["chosen"]["requests_saved"], delta=0.03)

    def test_the_same_log_gives_the_same_answer(self):
        log = poisson_log(self.folder / "calls.csv", 100, 3000)
        whole = ["--enqueue-log", log, *SLO, "--budget", "1h"]  # where it is slow, too
        self.tune(*whole, out="a")
        self.tune(*whole, "--jobs", 1, out="b")
        self.assertEqual((self.folder / "a" / "tune.json").read_bytes(),
                         (self.folder / "b" / "tune.json").read_bytes())

    def test_calls_far_apart_are_not_to_be_batched(self):
        log = poisson_log(self.folder / "calls.csv", 0.02, 600)
        text = self.tune("--enqueue-log", log, "--slo", "latency.p90 <= 300ms")
        self.assertIn("Do not batch here: ", text)
        self.assertEqual(self.answer()["choice"]["policy"], "unbatched")

    def test_a_price_below_one_call_of_waiting_buys_no_window(self):
        log = poisson_log(self.folder / "calls.csv", 100, 5000)
        immediate = ["--set", "server.batch_mode=immediate"]
        text = self.tune("--enqueue-log", log, "--call-price", "5ms", *immediate)
        self.assertIn("Do not batch here: at 5ms for a request no window costs less", text)
        text = self.tune("--enqueue-log", log, "--call-price", "100ms", *immediate)
        self.assertEqual(self.answer()["choice"]["policy"], "window")
        regret = self.answer()["regret"]
        self.assertEqual(regret["price_ms"], 100)
        self.assertTrue(1 < regret["ratio"] < 2, regret)
        self.assertRegex(text, r"(?m)^Regret  at 100ms a batch, 1\.\d\d x the least cost: .*; batches are "
                         r"counted here, while the choice was made by HTTP requests$")

    def test_other_goals(self):
        log = poisson_log(self.folder / "calls.csv", 100, 4000)
        self.tune("--enqueue-log", log, "--minimise", "latency", "--slo", "requests_saved >= 0.5")
        fast = self.answer()
        self.assertGreaterEqual(fast["chosen"]["requests_saved"], 0.5)
        self.tune("--enqueue-log", log, *SLO)
        self.assertLess(fast["chosen"]["latency_mean_ms"], self.answer()["chosen"]["latency_mean_ms"])
        self.tune("--enqueue-log", log, "--minimise", "credits", *SLO)
        self.assertLess(self.answer()["chosen"]["credits_per_call"], 0.6)

    def test_demands_that_nothing_holds_are_said(self):
        log = poisson_log(self.folder / "calls.csv", 100, 3000)
        text = self.tune("--enqueue-log", log, "--slo", "latency.p99 <= 20ms", code=99)
        self.assertIn("Nothing holds the demands", text)

    def test_a_knob_that_was_set_is_not_turned(self):
        log = poisson_log(self.folder / "calls.csv", 100, 3000)
        self.tune("--enqueue-log", log, *SLO, "--set", "batcher.max_in_flight=2", "--set", "batcher.single_below=1")
        choice = self.answer()["choice"]
        self.assertEqual((choice["max_in_flight"], choice["single_below"]), (2, 1))

    def test_a_timer_upstream_is_named(self):
        rng, at, rows = random.Random(3), 0, ["arrival_ms"]
        for _ in range(3000):  # pairs, the second always 100 ms after the first
            at += rng.expovariate(1 / 1500)
            rows += [f"{at:.3f}", f"{at + rng.uniform(98, 102):.3f}"]
        log = self.folder / "calls.csv"
        log.write_text("\n".join([rows[0]] + sorted(rows[1:], key=float)) + "\n")
        text = self.tune("--enqueue-log", log, *SLO, "--set", "server.batch_mode=immediate")
        self.assertRegex(text, r"At 9\d ms saving drops to \d+ %: the timer upstream of 9\d\.\.10\d ms")
        self.assertGreater(self.answer()["choice"]["window_ms"], 102)

    def test_groups_of_a_log_are_bursts(self):
        rng, at, rows = random.Random(4), 0, ["arrival_ms,group"]
        for group in range(700):
            at += rng.expovariate(1 / 400)
            rows += [f"{at + i * 0.5:.3f},{group}" for i in range(5)]
        log = self.folder / "calls.csv"
        log.write_text("\n".join(rows) + "\n")
        self.tune("--enqueue-log", log, "--slo", "burst_completion.p90 <= 400ms")
        chosen = json.loads((self.folder / "out" / "chosen.json").read_text())
        self.assertEqual(self.answer()["slo"], ["burst_completion.p90 <= 400ms"])
        self.assertFalse(chosen["slo"], "a trace has no groups")
        log.write_text("\n".join(row.split(",")[0] for row in rows) + "\n")
        self.assertIn("found no column group in calls.csv", self.tune(
            "--enqueue-log", log, "--slo", "burst_completion.p90 <= 400ms", code=2))

    def test_of_a_plan_with_a_quota_it_tells_who_goes_singly_and_what_a_call_costs(self):
        text = self.tune("scenarios/geoapify-free.json", "--set", "batcher.max_in_flight=16",
                         "--set", "batcher.max_items=1000")
        self.assertRegex(text, r"send fewer than \d+ calls singly, poll each 1 s")
        self.assertRegex(text, r"It takes 0\.\d+ credits a call \(1 without batches\): 3,000 a day carry "
                               r"\d,\d00 calls, not 3,000\.")
        self.assertIn("of the calls without an answer", text, "single calls alone need more than there is")
        answer = self.answer()
        self.assertTrue(answer["held"])
        self.assertEqual(answer["break_even"], 17)
        self.assertGreater(answer["choice"]["single_below"], 5)
        self.assertAlmostEqual(answer["credits"]["per_call"], answer["checked"]["credits_per_call"], places=3)
        self.assertGreater(answer["credits"]["calls"], 4000)

    def test_scenarios_are_chosen_on_some_seeds_and_told_of_others(self):
        text = self.tune("scenarios/web-poisson.json")
        self.assertIn("Chosen on 10 seeds; the figures above are of 10 fresh ones. It held.", text)
        files = []
        for rate in ("100/s", "400/s"):
            files.append(self.folder / f"{rate[:3]}.json")
            files[-1].write_text(json.dumps({"arrivals": {"kind": "poisson", "rate": rate, "count": 10000}}))
        both = self.tune(*files, "--robust", *SLO)
        self.assertIn("100.json", both)
        self.assertIn("400.json", both)

    def test_the_choice_in_the_words_of_other_systems(self):
        log = poisson_log(self.folder / "calls.csv", 100, 3000)
        for system, words in {"cpp": "options.queue.policy = batcher::WindowPolicy(",
                              "kafka": "linger.ms=", "triton": "max_queue_delay_microseconds",
                              "dataloader": "batchScheduleFn", "env": "BATCH_WINDOW_MS="}.items():
            text = self.tune("--enqueue-log", log, *SLO, "--emit", system)
            self.assertIn(words, text)
            self.assertRegex(text, "(#|//) ")
            self.assertNotIn("Use window", text)

    def test_a_choice_that_holds_nothing_is_not_emitted(self):
        log = poisson_log(self.folder / "calls.csv", 100, 3000)
        done = self.tune("--enqueue-log", log, "--slo", "latency.p90 <= 20ms", "--emit", "env", code=99)
        self.assertEqual(done, "")

    def test_a_log_of_a_web_server_is_read_as_it_is(self):
        rng, at, rows = random.Random(5), 0, ["time_iso8601,status,request_time"]
        for _ in range(2000):
            at += rng.expovariate(20)
            rows.append(f"2025-03-03T09:{int(at // 60):02}:{at % 60:06.3f}+00:00,200,{rng.uniform(0.05, 0.2):.3f}")
        log = self.folder / "access.csv"
        log.write_text("\n".join(rows) + "\n")
        self.assertIn("if they are those of answers, --time-is completion", self.tune("--enqueue-log", log, *SLO))
        text = self.tune("--enqueue-log", log, "--time-is", "completion", *SLO)
        self.assertIn("times from time_iso8601, iso", text)
        self.assertIn("p = ", text, "the durations tell when each call had its answer")

    def test_json_is_the_file(self):
        log = poisson_log(self.folder / "calls.csv", 100, 3000)
        self.assertEqual(self.tune("--enqueue-log", log, *SLO, "--json"),
                         (self.folder / "out" / "tune.json").read_text())
        self.assertEqual(self.tune("--enqueue-log", log, *SLO, "--quiet"), "")

    def test_standard_input_and_other_columns(self):
        log = poisson_log(self.folder / "calls.csv", 100, 3000, column="stamp_us")
        text = log.read_text().splitlines()
        micros = "\n".join([text[0], *(str(int(row) // 1000) for row in text[1:])]) + "\n"
        words = self.tune("--enqueue-log", "-", "--time-column", "stamp_us", *SLO, input=micros)
        self.assertIn("3,000 calls", words)

    def test_callers_that_wait_are_told_of(self):
        scenario = self.folder / "closed.json"
        scenario.write_text(json.dumps({
            "arrivals": {"kind": "closed", "callers": 8, "think": "20ms", "for": "60s"},
            "batcher": {"policy": {"kind": "window", "window": "20ms"}}}))
        subprocess.run([BATCHLAB, "run", scenario, "--out", self.folder / "run", "--quiet"], check=True)
        text = self.tune("--enqueue-log", self.folder / "run" / "calls.csv", *SLO, code=97)
        self.assertIn("DO NOT TRUST THIS: callers seem to wait for answers", text)

    def test_an_open_log_of_the_harness_is_trusted(self):
        subprocess.run([BATCHLAB, "run", "scenarios/web-poisson.json", "--out", self.folder / "run", "--quiet"],
                       cwd=ROOT, check=True)
        text = self.tune("--enqueue-log", self.folder / "run" / "calls.csv", *SLO)
        self.assertIn("no sign that callers wait for answers", text)

    def test_bad_input_gets_one_sentence(self):
        log = poisson_log(self.folder / "calls.csv", 100, 3000)
        few = poisson_log(self.folder / "few.csv", 100, 20)
        for arguments, code, words in [
                (["--enqueue-log", log], 2, "found no demand"),
                ([], 2, "wanted one of FILE and --enqueue-log FILE"),
                (["--enqueue-log", log, "scenarios/article.json", *SLO], 2, "wanted one of"),
                (["--enqueue-log", "/nowhere.csv", *SLO], 2, "/nowhere.csv"),
                (["--enqueue-log", log, "--service", "/nowhere.csv", *SLO], 2, "/nowhere.csv"),
                (["--enqueue-log", log, "--slo", "latency.p77 <= 3ms"], 2, "--slo: "),
                (["--enqueue-log", log, "--budget", "soon", *SLO], 2, "--budget"),
                (["--enqueue-log", log, "--call-price", "0ms"], 2, "--call-price"),
                (["scenarios/article.json", "scenarios/web-poisson.json", *SLO], 2, "--robust"),
                (["--enqueue-log", few, *SLO], 97, "few.csv")]:
            done = subprocess.run([BATCHLAB, "tune", *map(str, arguments)], capture_output=True, text=True, cwd=ROOT)
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
            self.assertIn(words, done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
