"""Goal: two result folders in, what is different out, and a gate for other people's CI.

Method: makes results in virtual time and compares them as a user would.

usage: compare_test.py BATCHLAB SOURCE_DIR
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from report_data import data_of, keys_missing, keys_of

BATCHLAB, SOURCE = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
SCENARIO = SOURCE / "scenarios" / "web-poisson.json"
GENEROUS = 600  # seconds: the end of every wait, also under a sanitizer


class CompareTest(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def batchlab(self, *arguments):
        return subprocess.run([BATCHLAB, *map(str, arguments)], cwd=self.folder, text=True,
                              capture_output=True, timeout=GENEROUS, check=False)

    def made(self, out, *settings, command="run"):
        done = self.batchlab(command, SCENARIO, "--out", out, "--quiet", *settings)
        self.assertEqual(done.returncode, 0, done.stderr)
        return out

    def test_a_longer_window_is_found_and_can_fail_a_build(self):
        a, b = self.made("a"), self.made("b", "--seed", 2, "--window", "55ms")
        done = self.batchlab("compare", a, b)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"^DIFFERENT in \d of 9 quantities: A a, B b\n")
        self.assertIn("the scenarios differ in batcher.policy.window: 50ms, then 55ms", done.stdout)
        self.assertRegex(done.stdout, r"wait\.mean +\+\S+ % \[\S+ \S+\] .* worse\n")
        self.assertRegex(done.stdout, r"errors +same")
        done = self.batchlab("compare", a, b, "--fail-if", "wait.mean worse by 5%")
        self.assertEqual(done.returncode, 99, done.stdout)
        self.assertIn("Demand  wait.mean worse by 5%   FAILED: +", done.stdout)
        done = self.batchlab("compare", b, a, "--fail-if", "wait.mean worse by 5%", "--quiet")
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_a_result_is_not_different_from_itself(self):
        a = self.made("a")
        told = json.loads(self.batchlab("compare", a, a, "--json").stdout)
        self.assertFalse(told["different"])
        self.assertEqual(told["warnings"], [])
        for pair in told["quantities"]:
            self.assertEqual(pair["difference"], 0)

    def test_sweeps_are_compared_point_by_point(self):
        sets = ("--window", "20ms,50ms", "--calls", 2000, "--replications", 5)
        a = self.made("a", *sets, command="sweep")
        b = self.made("b", *sets, "--set", "server.batch.base=90ms", command="sweep")
        told = json.loads(self.batchlab("compare", a, b, "--json").stdout)
        shown = {(pair["point"], pair["quantity"]) for pair in told["quantities"] if pair["shown"]}
        self.assertIn(("50ms", "latency.mean"), shown)
        self.assertIn(("20ms", "latency.mean"), shown)
        self.assertNotIn(("unbatched", "latency.mean"), shown)

    def test_the_page_holds_what_the_table_tells_and_is_the_same_for_the_same_results(self):
        a, b = self.made("a"), self.made("b", "--seed", 2, "--window", "55ms")
        gate = ("--fail-if", "wait.mean worse by 5%")
        done = self.batchlab("compare", a, b, *gate, "--report", "page.html")
        self.assertEqual(done.returncode, 99, done.stderr)
        self.assertTrue(done.stdout.endswith("Saved   page.html\n"), done.stdout)
        page = data_of(self.folder / "page.html")
        told = json.loads(self.batchlab("compare", a, b, *gate, "--json").stdout)
        self.assertEqual((page["schema"], page["kind"], page["of"]), ("batchlab.report/1", "comparison", "run"))
        self.assertEqual(page["warnings"], told["warnings"])
        self.assertEqual(page["demands"], told["demands"])
        self.assertEqual(page["compared"], len(told["quantities"]))
        for pair, row in zip(page["pairs"], told["quantities"], strict=True):
            self.assertEqual([pair["quantity"], pair["shown"], pair["verdict"]],
                             [row["quantity"], row["shown"], row["verdict"]])
            self.assertAlmostEqual(pair["difference"]["low"], row["low"], delta=1e-4 * abs(row["low"]))
            if row["a"]:
                self.assertAlmostEqual(pair["relative"]["high"], row["high"] / row["a"], places=4)
        first = (self.folder / "page.html").read_bytes()
        self.batchlab("compare", a, b, *gate, "--report", "page.html", "--quiet")
        self.assertEqual((self.folder / "page.html").read_bytes(), first)
        self.assertIn(b"content=\"default-src 'none';", first)

    def test_the_commands_on_the_page_of_a_comparison_make_it_again(self):
        sets = ("--window", "20ms,50ms", "--calls", 2000, "--replications", 5)
        self.made("a", *sets, command="sweep")
        self.made("b", *sets, "--set", "server.batch.base=90ms", command="sweep")
        self.batchlab("compare", "a", "b", "--report", "page.html")
        first = (self.folder / "page.html").read_bytes()
        page = data_of(self.folder / "page.html")
        self.assertEqual([point["label"] for point in page["points"]],
                         ["unbatched", "article's loop", "20ms", "50ms"])
        self.assertEqual(page["points"][2]["window_ms"], 20)
        self.assertGreater(len(page["points"][2]["b"]["curve"]), 10)
        for side in "ab":
            machine = (self.folder / side / "machine.json").read_bytes()
            (self.folder / side / "scenario.json").write_text(json.dumps(page[side]["scenario"]))
            command = page["commands"]["ab".index(side)].split()
            done = self.batchlab(*command[1:], "--quiet")
            self.assertEqual(done.returncode, 0, done.stderr)
            (self.folder / side / "machine.json").write_bytes(machine)  # that alone does not repeat
        self.batchlab(*page["commands"][2].split()[1:])
        self.assertEqual((self.folder / "page.html").read_bytes(), first)

    def test_the_dictionary_tells_of_every_key_of_the_page(self):
        readme = (SOURCE / "results" / "README.md").read_text()
        section = readme.split("\n### The page of a comparison")[1].split("\n# ")[0]
        self.made("a")
        self.batchlab("compare", "a", "a", "--fail-if", "errors worse by 5%", "--report", "page.html")
        keys = keys_of(data_of(self.folder / "page.html"),
                       skip=("scenario", "parts_ms", "latency_ms", "facts"))
        self.assertGreater(len(keys), 30)
        self.assertEqual(keys_missing(keys, section), [])

    def test_a_page_that_can_not_be_written_is_an_error(self):
        self.made("a")
        done = self.batchlab("compare", "a", "a", "--report", "nowhere/page.html")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_what_can_not_be_compared_is_said_in_a_sentence(self):
        a = self.made("a")
        s = self.made("s", "--window", "20ms", "--calls", 1000, "--replications", 2,
                      command="sweep")
        (self.folder / "torn").mkdir()
        for name in ("run.json", "batches.csv"):
            (self.folder / "torn" / name).write_bytes((self.folder / a / name).read_bytes())
        (self.folder / "torn" / "calls.csv").write_bytes(
            (self.folder / a / "calls.csv").read_bytes()[:5000])
        for arguments, sentence in [
                ([a, s], "one is a run and the other a sweep"),
                ([a, "none"], "none: found neither run.json nor sweep.json"),
                ([a, "torn"], "is no row of it"),
                ([a, a, "--fail-if", "latency.p99 worse"], "wanted such as"),
                ([a], "required but received 1"),
        ]:
            with self.subTest(arguments=arguments):
                done = self.batchlab("compare", *arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
                self.assertIn(sentence, done.stderr)

    def test_an_invalid_result_is_told_first(self):
        a = self.made("a")
        run = json.loads((self.folder / a / "run.json").read_text())
        run["verdict"].update(status="INVALID", reasons=["the generator was late"])
        (self.folder / a / "run.json").write_text(json.dumps(run))
        done = self.batchlab("compare", a, a)
        self.assertEqual(done.returncode, 98, done.stdout)
        self.assertIn("Warning a is INVALID: the generator was late", done.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
