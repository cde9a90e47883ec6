"""Goal: the command does what its users expect, above all when they, or the machine, do something
wrong.
Method: runs it as a user would, in a folder of its own, and looks at exit code, output and files.

usage: cli_test.py BATCHLAB SOURCE_DIR
"""

import csv
import json
import os
import pathlib
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

BATCHLAB, SOURCE = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
SHIPPED = SOURCE / "scenarios"
SECRET = "SECRET-KEY-123"
GENEROUS = 300  # seconds: the end of every wait, also under a sanitizer
NOBODY = "http://127.0.0.1:1"  # a port that nobody listens on
ESCAPE = "\033"
MEASURED = [0, 98]  # exit codes of a good run in real time; 98: a machine too noisy to be believed


def documented_columns(file):
    """The columns of a CSV file, as results/README.md tells them."""
    section = (SOURCE / "results" / "README.md").read_text().split(f"\n## `{file}`\n")[1]
    table = section[section.index("|"):].split("\n\n")[0]
    return re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)


class CommandTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def environment(self, **more):
        return {**{name: text for name, text in os.environ.items() if name != "NO_COLOR"}, **more}

    def batchlab(self, *arguments, key=None, **options):
        environment = self.environment(**{"GEOAPIFY_API_KEY": key} if key else {})
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        return subprocess.run([BATCHLAB, *map(str, arguments)], cwd=self.folder, text=True,
                              timeout=GENEROUS, env=environment, **streams)

    def run_to(self, out, scenario, *arguments, key=None):
        return self.batchlab("run", SHIPPED / scenario, "--out", self.folder / out, *arguments,
                             key=key)

    def result(self, out):
        return json.loads((self.folder / out / "run.json").read_text())

    def rows(self, out, file):
        with open(self.folder / out / file, newline="") as lines:
            return list(csv.DictReader(lines))

    def assert_refused(self, done, *words):
        """Bad input: exit code 2, no output but one sentence that names what is wrong."""
        self.assertEqual(done.returncode, 2, f"{done.stdout}{done.stderr}")
        self.assertEqual(done.stdout or "", "")
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("batchlab: "), done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def assert_whole(self, out):
        """The four files are there, and tell the same of the run; answers the summary."""
        summary = self.result(out)["summary"]
        calls, batches = self.rows(out, "calls.csv"), self.rows(out, "batches.csv")
        self.assertIn("cpu", json.loads((self.folder / out / "machine.json").read_text()))
        self.assertEqual(len(calls), summary["calls"])
        self.assertEqual([int(row["call"]) for row in calls], list(range(len(calls))))
        self.assertEqual(len(batches), summary["batches"])
        self.assertEqual(sum(summary["flush_reasons"].values()), len(batches))
        self.assertEqual(summary["outcomes"], {
            name: sum(row["outcome"] == name for row in calls) for name in summary["outcomes"]})
        self.assertEqual(sum(summary["outcomes"].values()), len(calls))
        self.assertEqual(summary["http_requests"],
                         sum(int(row["attempts"]) + int(row["polls"]) for row in batches))
        self.assertAlmostEqual(summary["credits"], sum(float(row["credits"]) for row in batches))
        self.assertEqual(sum(row["batch"] != "" for row in calls),
                         sum(int(row["calls"]) for row in batches))
        self.assert_parts_sum_up(calls, summary)
        return summary

    def assert_parts_sum_up(self, calls, summary):
        stamps = [name for name in documented_columns("calls.csv") if name.endswith("_ns")]
        latencies = []
        for row in calls:
            times = [int(row[name]) for name in stamps]
            parts = [later - earlier for earlier, later in zip(times, times[1:])]
            self.assertGreaterEqual(min(parts), 0, row)
            self.assertEqual(sum(parts), int(row["delivered_ns"]) - int(row["intended_ns"]))
            if row["outcome"] in ["value", "not_found"]:
                latencies.append(sum(parts))
        self.assertEqual(len(latencies), len(calls) - summary["errors"])
        if latencies:
            mean = sum(latencies) / len(latencies) / 1e6
            self.assertAlmostEqual(summary["latency_ms"]["mean"], mean, places=4)
            self.assertAlmostEqual(sum(summary["parts_ms"].values()), mean, places=4)

    def start(self, *arguments, **streams):
        process = subprocess.Popen([BATCHLAB, *map(str, arguments)], cwd=self.folder, text=True,
                                   env=self.environment(), **streams)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def serve(self, *arguments):
        server = self.start("serve", "--port", "0", *arguments, stdout=subprocess.PIPE)
        self.addCleanup(server.stdout.close)
        line = server.stdout.readline()
        self.assertRegex(line, r"^listening on http://127\.0\.0\.1:\d+\n$")
        return server, line.split()[-1]


class Terminal:
    """A terminal, for what the command shows on one."""

    def __init__(self, test):
        self.read_end, self.end = pty.openpty()
        test.addCleanup(os.close, self.read_end)
        self.text = ""

    def watch(self, done=lambda text: False):
        """Reads on until `done` of the text, or until the command has closed its end."""
        if self.end is not None:
            os.close(self.end)
            self.end = None
        while not done(self.text):
            if not select.select([self.read_end], [], [], GENEROUS)[0]:
                raise TimeoutError(f"the terminal shows only {self.text!r}")
            try:
                self.text += os.read(self.read_end, 65536).decode()
            except OSError:  # the other end is closed
                break
        return self.text

    def watch_progress(self, percent):
        """Waits until the progress line shows at least so many percent."""
        self.watch(lambda text: any(int(n) >= percent for n in re.findall(r"(\d+) %", text)))


class HelpTest(CommandTest):
    def test_alone_it_tells_the_next_steps(self):
        done = self.batchlab()
        self.assertEqual(done.returncode, 0)
        for step in ["batchlab demo", "batchlab run scenarios/web-poisson.json", "batchlab serve"]:
            self.assertIn(step, done.stdout)

    def test_every_command_has_help(self):
        for command in [[], ["run"], ["serve"], ["demo"]]:
            done = self.batchlab(*command, "--help")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(f"Usage: {' '.join(['batchlab', *command])} [OPTIONS]", done.stdout)
        self.assertRegex(self.batchlab("--version").stdout, r"^batchlab \d+\.\d+\.\d+\n$")

    def test_unknown_words_are_wrong_usage(self):
        article = SHIPPED / "article.json"
        self.assert_refused(self.batchlab("fly"), "fly", "batchlab --help")
        self.assert_refused(self.batchlab("--fly"), "--fly", "batchlab --help")
        self.assert_refused(self.batchlab("run"), "FILE is required", "batchlab run --help")
        self.assert_refused(self.batchlab("run", article, "more"), "more", "batchlab run --help")
        self.assert_refused(self.batchlab("run", article, "--speed"), "--speed")
        self.assert_refused(self.batchlab("run", article, "--window"), "--window", "missing")
        self.assert_refused(self.batchlab("run", article, "--engine", "warp"), "warp", "{sim,http,live}")
        self.assert_refused(self.batchlab("run", article, "--engine", "sim,sim"), "sim twice")
        self.assert_refused(self.batchlab("run", article, "--json", "--quiet"), "--json", "--quiet")
        self.assert_refused(self.batchlab("serve", "--port", "65536"), "--port", "65536", "65535")

    def test_an_empty_text_is_not_taken_for_an_option_left_out(self):
        self.assert_refused(self.batchlab("run", ""), "FILE", "empty")
        for option in ["--window", "--policy", "--rate", "--poll", "--seed", "--out", "--base-url"]:
            done = self.batchlab("run", SHIPPED / "web-poisson.json", option, "")
            self.assert_refused(done, option, "empty")
        self.assert_refused(self.batchlab("serve", "--api-key", ""), "--api-key", "empty")


class VirtualTimeTest(CommandTest):
    def test_a_run_on_a_time_line(self):
        done = self.run_to("out", "excel-recalc.json", "--perfetto", self.folder / "line.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        events = json.loads((self.folder / "line.json").read_text())["traceEvents"]
        calls = [event for event in events if event["name"].startswith("call ")]
        self.assertEqual(len(calls), self.result("out")["summary"]["calls"])
        done = self.run_to("out", "typing.json", "--perfetto", self.folder / "none" / "line.json")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^batchlab: cannot write \S+line.json: No such file or directory\n$")

    def test_each_shipped_scenario_passes_its_own_slo_and_leaves_a_whole_result(self):
        scenarios = sorted(SHIPPED.glob("*.json"))
        self.assertGreaterEqual(len(scenarios), 4)
        for scenario in scenarios:
            with self.subTest(scenario.name):
                done = self.run_to(scenario.stem, scenario.name)
                self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
                lines = done.stdout.splitlines()
                self.assertTrue(lines[0].startswith("VALID"), lines[0])
                self.assertTrue(lines[-2].startswith("Saved   "), lines[-2])
                self.assertTrue(lines[-1].startswith("Next    "), lines[-1])
                errors = self.assert_whole(scenario.stem)["errors"]
                faults = self.result(scenario.stem)["scenario"]["server"]["faults"]
                self.assertEqual(errors > 0, bool(faults), f"{errors} errors")
                self.assertEqual(any(line.startswith("Faults  ") for line in lines), bool(faults))

    def test_columns_are_those_of_the_dictionary(self):
        self.run_to("out", "article.json")
        for file in ["calls.csv", "batches.csv"]:
            self.assertEqual(list(self.rows("out", file)[0]), documented_columns(file))

    def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(self):
        for out, seed in [("a", 5), ("b", 5), ("c", 6)]:
            self.run_to(out, "web-poisson.json", "--seed", seed)
        for file in ["calls.csv", "batches.csv", "run.json"]:
            first, same, other = ((self.folder / out / file).read_bytes() for out in "abc")
            self.assertEqual(first, same)
            self.assertNotEqual(first, other)
        self.assertEqual(self.result("c")["seed"], 6)

    def test_short_forms_turn_the_scenario(self):
        self.run_to("out", "web-poisson.json", "--window", "20ms", "--rate", "50/s", "--poll",
                    "70ms", "--seed", "9", "--set", "batcher.max_items=77",
                    "--set", "server.workers=null")
        scenario = self.result("out")["scenario"]
        self.assertEqual(scenario["batcher"]["policy"], {"kind": "window", "window": "20ms"})
        self.assertEqual(scenario["arrivals"]["rate"], "50/s")
        self.assertEqual(scenario["client"]["poll"], {"kind": "fixed", "every": "70ms", "jitter": 0})
        self.assertEqual(scenario["seed"], 9)
        self.assertEqual(scenario["batcher"]["max_items"], 77)
        self.assertIsNone(scenario["server"]["workers"])
        self.run_to("other", "web-poisson.json", "--policy", "natural", "--poll", "expected")
        scenario = self.result("other")["scenario"]
        self.assertEqual(scenario["batcher"]["policy"], {"kind": "natural"})
        self.assertEqual(scenario["client"]["poll"]["kind"], "expected")

    def test_the_scenario_of_a_result_repeats_the_run(self):
        self.run_to("out", "web-poisson.json", "--window", "35ms", "--seed", "4")
        (self.folder / "again.json").write_text(json.dumps(self.result("out")["scenario"]))
        self.batchlab("run", "again.json", "--out", "again")
        self.assertEqual(self.result("again")["fingerprint"], self.result("out")["fingerprint"])

    def test_a_missed_slo_and_one_without_evidence_have_their_exit_codes(self):
        missed = self.run_to("a", "typing.json", "--set", 'slo=["latency.p50 <= 1ms"]')
        self.assertEqual(missed.returncode, 99)
        self.assertIn("MISSED", missed.stdout)
        unknown = self.run_to("b", "typing.json", "--set", 'slo=["latency.p99 <= 1s"]')
        self.assertEqual(unknown.returncode, 97)
        self.assertIn("needs 460 batches, this run had", unknown.stdout)

    def test_what_the_wait_bought_and_what_stands_in_the_way_is_said_and_kept(self):
        healthy = self.run_to("healthy", "web-poisson.json")
        self.assertRegex(healthy.stdout, r"(?m)^Waiting 27\.4 ms on average \(50\.0 ms at most\) bought 91 % "
                         r"fewer batches than calls; \d+ % of the gain came in the first [\d.]+ ms$")
        self.assertNotIn("Finding", healthy.stdout)
        result = self.result("healthy")
        self.assertEqual(result["findings"], [])
        waiting, summary = result["waiting"], result["summary"]
        self.assertEqual(waiting["mean_linger_ms"], summary["parts_ms"]["linger"])
        self.assertEqual((waiting["calls"], waiting["batches"]), (summary["calls"], summary["batches"]))
        self.assertEqual(waiting["steps"][0], {"window_ms": 0.0, "batches": summary["calls"]})
        self.assertEqual(waiting["steps"][-1]["batches"], summary["batches"])
        loop = self.run_to("loop", "web-poisson.json", "--policy", "tick", "--set", "slo=[]")
        findings = self.result("loop")["findings"]
        self.assertEqual([finding["name"] for finding in findings], ["serial_loop"])
        self.assertRegex(findings[0]["sentence"], r"^your effective window is \d+ ms, because batches do not")
        lines = loop.stdout.splitlines()
        self.assertLess(lines.index("Finding " + findings[0]["sentence"]),
                        next(i for i, line in enumerate(lines) if line.startswith("Saved")))
        unbatched = self.run_to("unbatched", "web-poisson.json", "--policy", "unbatched", "--set", "slo=[]")
        self.assertNotIn("Waiting", unbatched.stdout)
        self.assertIsNone(self.result("unbatched")["waiting"])

    def test_a_price_tells_what_the_run_lost_to_the_clairvoyant(self):
        priced = self.run_to("priced", "web-poisson.json", "--price", "200ms")
        regret, summary = self.result("priced")["regret"], self.result("priced")["summary"]
        self.assertEqual((regret["price_ms"], regret["calls"]), (200, summary["calls"]))
        self.assertEqual(regret["run"]["batches"], summary["batches"])
        cost = {name: 200 * regret[name]["batches"] + regret[name]["waiting_ms"] for name in ("run", "least")}
        self.assertAlmostEqual(regret["ratio"], cost["run"] / cost["least"])
        self.assertGreater(regret["ratio"], 1.1)
        self.assertRegex(priced.stdout, r"(?m)^Regret  at 200ms a batch, 1\.\d\d x the least cost: "
                         rf"{summary['batches']} batches and 27\.4 ms of waiting a call, where \d+ and ")
        plain = self.run_to("plain", "web-poisson.json")
        self.assertNotIn("Regret", plain.stdout)
        self.assertIsNone(self.result("plain")["regret"])
        refused = self.run_to("refused", "web-poisson.json", "--price", "0ms")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("wanted a duration above 0", refused.stderr)

    def test_without_out_the_link_latest_leads_to_the_run(self):
        for scenario in ["typing.json", "article.json"]:
            done = self.batchlab("run", SHIPPED / scenario)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Saved   results/latest/", done.stdout)
        latest = self.folder / "results" / "latest"
        self.assertTrue(latest.is_symlink())
        self.assertEqual(latest.resolve().parent, (self.folder / "results" / "runs").resolve())
        self.assertEqual(self.result("results/latest")["scenario"]["name"], "article")
        self.assertEqual(len(list((self.folder / "results" / "runs").iterdir())), 2)


class OutputTest(CommandTest):
    def test_json_is_one_document_and_all_there_is(self):
        done = self.run_to("out", "article.json", "--json")
        self.assertEqual(json.loads(done.stdout), self.result("out"))
        both = self.run_to("both", "article.json", "--json", "--engine", "sim,http")
        self.assertEqual(json.loads(both.stdout),
                         [self.result("both/sim"), self.result("both/http")])

    def test_quiet_prints_nothing_even_when_all_goes_wrong(self):
        good = self.run_to("out", "article.json", "--quiet")
        self.assertEqual((good.returncode, good.stdout, good.stderr), (0, "", ""))
        bad = self.run_to("out", "article.json", "--quiet", "--engine", "http", "--base-url",
                          NOBODY, "--set", "client.retries=0")
        self.assertEqual((bad.returncode, bad.stdout, bad.stderr), (98, "", ""))

    def test_escape_bytes_go_to_terminals_only(self):
        done = self.run_to("out", "article.json", "--engine", "sim,http")
        self.assertNotIn(ESCAPE, done.stdout + done.stderr)

    def test_a_terminal_gets_colours_unless_no_color_is_set(self):
        for more, coloured in [({}, True), ({"NO_COLOR": "1"}, False)]:
            terminal = Terminal(self)
            subprocess.run([BATCHLAB, "run", SHIPPED / "article.json", "--engine", "sim,http",
                            "--out", self.folder / "out"], stdout=terminal.end,
                           stderr=subprocess.DEVNULL, env=self.environment(**more),
                           timeout=GENEROUS)
            self.assertEqual(ESCAPE in terminal.watch(), coloured)

    def test_progress_is_shown_on_a_terminal_and_wiped(self):
        arguments = ["run", SHIPPED / "web-poisson.json", "--engine", "http", "--out", "out",
                     "--set", "arrivals.for=300ms", "--set", "slo=[]"]
        terminal = Terminal(self)
        done = self.batchlab(*arguments, stderr=terminal.end)
        self.assertIn(done.returncode, MEASURED)
        self.assertRegex(terminal.watch(), r"web-poisson \(http\)  \[[#-]+\] +\d+ %")
        self.assertTrue(terminal.text.endswith("\r\033[K"), terminal.text)
        self.assertNotIn("%", self.batchlab(*arguments).stderr)

    def test_output_that_cannot_be_written_is_told_and_a_reader_who_has_gone_is_not(self):
        with open("/dev/full", "w") as full:
            done = self.batchlab("run", SHIPPED / "article.json", "--json", stdout=full)
        self.assert_refused(done, "standard output", "No space left")
        read_end, write_end = os.pipe()
        os.close(read_end)
        done = self.batchlab("run", SHIPPED / "article.json", "--json", stdout=write_end)
        os.close(write_end)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class BadInputTest(CommandTest):
    def test_wrong_fields_are_named_with_what_is_allowed(self):
        for setting, words in [
                ("batcher.windw=5ms", ["batcher.windw", "unknown field", "allowed", "policy"]),
                ("batcher.policy.window=-5ms", ["batcher.policy.window", "-5ms", "at least 0"]),
                ("batcher.policy.window=5", ["batcher.policy.window", "5", "unit"]),
                ("batcher.policy.kind=magic", ["magic", "window"]),
                ("batcher.max_items=0", ["batcher.max_items", "0", "at least 1"]),
                ("arrivals.size=many", ["arrivals.size", "many", "whole number"]),
                ("slo=[\"latency.p98 <= 1s\"]", ["slo[0]", "latency.p98", "allowed", ".p99"]),
                ("seed", ["--set", "seed", "path=value"])]:
            self.assert_refused(self.run_to("out", "article.json", "--set", setting), *words)
        self.assert_refused(self.run_to("out", "article.json", "--seed", "-1"), "seed", "-1")
        self.assert_refused(self.run_to("out", "article.json", "--rate", "5/s"), "arrivals.rate",
                            "unknown field", "size")
        self.assertFalse((self.folder / "out").exists())

    def test_files_that_cannot_be_read_are_named(self):
        self.assert_refused(self.batchlab("run", "nowhere.json"), "nowhere.json", "No such file")
        self.assert_refused(self.batchlab("run", self.folder), str(self.folder), "folder")
        self.assert_refused(self.batchlab("serve", "--scenario", "nowhere.json"), "nowhere.json")
        (self.folder / "broken.json").write_text('{"name": "x",\n "seed": }')
        self.assert_refused(self.batchlab("run", "broken.json"), "broken.json", "line 2")
        (self.folder / "bytes.json").write_bytes(b"\xff\xfe\x00{")
        self.assert_refused(self.batchlab("run", "bytes.json"), "bytes.json", "line 1")

    def test_an_unreadable_line_of_a_trace_is_named_and_costs_no_older_result(self):
        (self.folder / "trace.csv").write_text("arrival_ns\n0\n10\nten\n")
        (self.folder / "s.json").write_text('{"arrivals": {"kind": "trace", "file": "trace.csv"}}')
        self.run_to("out", "article.json")
        self.assert_refused(self.batchlab("run", "s.json", "--out", "out"), "trace.csv:4", "ten",
                            "wanted")
        self.assert_whole("out")
        self.assert_refused(self.batchlab("run", "s.json"), "trace.csv:4")
        self.assertFalse((self.folder / "results").exists())

    def test_an_unwritable_folder_is_found_before_the_run(self):
        (self.folder / "file").write_text("")
        done = self.batchlab("run", SHIPPED / "web-poisson.json", "--engine", "http",
                             "--out", "file/out", "--set", "arrivals.for=1h")
        self.assert_refused(done, "file/out", "Not a directory")
        self.assert_refused(self.batchlab("run", SHIPPED / "article.json", "--out", "file"), "file")

    def test_a_folder_in_the_place_of_the_link_latest_is_found_before_the_run(self):
        (self.folder / "results" / "latest").mkdir(parents=True)
        self.assert_refused(self.batchlab("run", SHIPPED / "article.json"), "results/latest",
                            "no link", "--out")
        self.assertFalse((self.folder / "results" / "runs").exists())

    def test_a_window_below_the_timers_is_refused_in_real_time_only(self):
        done = self.run_to("a", "article.json", "--window", "199us", "--engine", "sim,http")
        self.assert_refused(done, "batcher.policy.window", "199us", "at least 200us",
                            "--engine sim")
        self.assertFalse((self.folder / "a").exists())
        done = self.run_to("a", "article.json", "--engine", "http", "--policy", "tick",
                           "--set", "batcher.policy.period=100us")
        self.assert_refused(done, "batcher.policy.period", "100us", "wanted at least 200us")
        self.assertEqual(self.run_to("b", "article.json", "--window", "50us").returncode, 0)
        for window in ["200us", "0ms"]:
            done = self.run_to("c", "article.json", "--window", window, "--engine", "http",
                               "--set", "slo=[]")
            self.assertIn(done.returncode, MEASURED, done.stderr)

    def test_a_port_in_use_or_an_address_of_others_is_one_sentence(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            self.assert_refused(self.batchlab("serve", "--port", port), port, "in use")
        self.assert_refused(self.batchlab("serve", "--port", "0", "--bind", "moon"), "moon")

    def test_addresses_of_servers_are_checked_before_the_run(self):
        for url, words in [("localhost", "no scheme"), ("ftp://localhost", "http and https"),
                           ("http://", "no host"), ("http://127.0.0.1:99999", "65535"),
                           (NOBODY + "/v1", "a path")]:
            done = self.run_to("out", "article.json", "--engine", "sim,http", "--base-url", url)
            self.assert_refused(done, "base URL", words, "wanted")
        self.assert_refused(self.run_to("out", "article.json", "--base-url", NOBODY),
                            "--engine http")
        self.assert_refused(self.batchlab("serve", "--port", "0", "--public-url", "geo.example"),
                            "--public-url", "no scheme")
        self.assertFalse((self.folder / "out").exists())


class HttpTest(CommandTest):
    def test_the_ten_addresses_are_answered(self):
        done = self.run_to("out", "article.json", "--engine", "http", "--set", "slo=[]")
        self.assertIn(done.returncode, MEASURED, done.stderr)
        summary = self.assert_whole("out")
        self.assertEqual((summary["calls"], summary["outcomes"]["value"]), (10, 10))
        self.assertIsNone(self.result("out")["fingerprint"])

    def test_both_worlds_stand_in_one_table_and_each_has_its_files(self):
        done = self.batchlab("run", SHIPPED / "article.json", "--engine", "sim,http",
                             "--set", "slo=[]")
        self.assertIn(done.returncode, MEASURED, done.stderr)
        header = next(line for line in done.stdout.splitlines() if "difference" in line)
        self.assertEqual(header.split(), ["sim", "(virtual)", "http", "(measured)", "difference"])
        saved = re.findall(r"^Saved   (\S+)/", done.stdout, re.MULTILINE)
        self.assertEqual([self.result(out)["engine"] for out in saved], ["sim", "http"])
        for out in saved:
            self.assert_whole(out)

    def test_callers_who_wait_for_their_answers_are_asked_again_in_both_worlds(self):
        (self.folder / "s.json").write_text(json.dumps({"arrivals": {
            "kind": "closed", "callers": 10, "think": "20ms", "for": "1s"}}))
        done = self.batchlab("run", "s.json", "--engine", "sim,http", "--out", "out")
        self.assertIn(done.returncode, MEASURED, done.stderr)
        sim, http = (self.assert_whole(f"out/{engine}") for engine in ["sim", "http"])
        self.assertGreater(sim["calls"], 40)
        self.assertGreater(http["calls"], 10)  # how many more is the machine's affair
        for engine in ["sim", "http"]:
            ended = 0
            for row in self.rows(f"out/{engine}", "calls.csv"):
                self.assertLess(int(row["intended_ns"]), 1e9)
                ended += row["outcome"] == "value"
            self.assertEqual(ended, self.result(f"out/{engine}")["summary"]["calls"])

    def test_an_unreachable_server_makes_the_run_invalid_with_an_error_for_every_call(self):
        done = self.run_to("out", "article.json", "--engine", "http", "--base-url", NOBODY,
                           "--set", "client.backoff=1ms")
        self.assertEqual(done.returncode, 98, done.stdout + done.stderr)
        self.assertTrue(done.stdout.startswith("INVALID: the server could not be reached"))
        self.assertIn("batch 0 of 10 calls failed after 3 attempts: failed_unreachable: "
                      f"no answer from {NOBODY}", done.stderr)
        self.assertEqual(self.assert_whole("out")["outcomes"]["failed_unreachable"], 10)

    def test_a_server_that_never_answers_is_given_up(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            done = self.run_to("out", "article.json", "--engine", "http", "--base-url", url,
                               "--set", "client.attempt_timeout=50ms",
                               "--set", "client.retries=0")
        self.assertEqual(done.returncode, 98, done.stdout + done.stderr)
        self.assertEqual(self.assert_whole("out")["errors"], 10)

    def test_a_server_that_dies_in_the_middle_leaves_typed_errors(self):
        server, url = self.serve()
        terminal = Terminal(self)
        run = self.start("run", SHIPPED / "web-poisson.json", "--engine", "http", "--base-url", url,
                         "--out", "out", "--set", "arrivals.for=2s", "--set", "slo=[]",
                         "--set", "client.attempt_timeout=1s",
                         stdout=subprocess.DEVNULL, stderr=terminal.end)
        terminal.watch_progress(40)
        server.kill()
        terminal.watch()
        self.assertIn(run.wait(GENEROUS), MEASURED)
        summary = self.assert_whole("out")
        self.assertGreater(summary["outcomes"]["value"], 0)
        self.assertGreater(summary["outcomes"]["failed_unreachable"], 0)
        self.assertEqual(summary["errors"], summary["outcomes"]["failed_unreachable"])

    def test_a_key_is_in_no_output_whether_it_fits_or_not(self):
        _, url = self.serve("--api-key", SECRET)
        aimed = ["article.json", "--engine", "http", "--base-url", url]
        fits = self.run_to("fits", *aimed, key=SECRET)
        wrong = self.run_to("wrong", *aimed, key=SECRET + "-not")
        self.assertEqual(self.result("fits")["summary"]["outcomes"]["value"], 10)
        self.assertEqual(self.result("wrong")["summary"]["outcomes"]["failed_status"], 10)
        self.assertEqual([row["status"] for row in self.rows("wrong", "batches.csv")], ["401"])
        self.assertEqual([row["attempts"] for row in self.rows("wrong", "batches.csv")], ["1"])
        written = [path for path in self.folder.rglob("*") if path.is_file()]
        self.assertGreaterEqual(len(written), 8)
        for path in written:
            self.assertNotIn(SECRET.encode(), path.read_bytes(), path)
        for done in [fits, wrong]:
            self.assertNotIn(SECRET, done.stdout + done.stderr)

    def test_an_interrupt_is_heard_while_a_server_keeps_silent(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            silent.settimeout(GENEROUS)
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            run = self.start("run", SHIPPED / "article.json", "--engine", "http", "--out", "out",
                             "--base-url", url, "--set", "client.attempt_timeout=10m",
                             stdout=subprocess.PIPE)
            connection, _ = silent.accept()
            with connection:
                run.send_signal(signal.SIGINT)
                output, _ = run.communicate(timeout=GENEROUS)
        self.assertEqual(run.returncode, 130, output)
        self.assertIn("stopped before its first call", output)

    def test_an_interrupt_drains_and_writes_what_there_is(self):
        terminal = Terminal(self)
        with open(self.folder / "output", "w") as output:
            run = self.start("run", SHIPPED / "web-poisson.json", "--engine", "http",
                             "--out", "out", "--set", "arrivals.for=60s",
                             stdout=output, stderr=terminal.end)
        terminal.watch_progress(1)
        for _ in range(2):  # timeout(1) sends its signal twice: one wish
            run.send_signal(signal.SIGINT)
        terminal.watch()
        self.assertEqual(run.wait(GENEROUS), 130, terminal.text)
        self.assertTrue((self.folder / "output").read_text().startswith("INTERRUPTED, "))
        self.assertIs(self.result("out")["interrupted"], True)
        summary = self.assert_whole("out")
        self.assertGreater(summary["calls"], 0)
        self.assertEqual(summary["outcomes"]["value"], summary["calls"])


class ServeTest(CommandTest):
    def test_it_answers_health_checks_and_ends_on_a_signal_with_requests_open(self):
        for number in [signal.SIGTERM, signal.SIGINT]:
            server, url = self.serve("--api-key", "KEY", "--set", "server.single=5m")
            host, port = url.removeprefix("http://").split(":")
            with socket.create_connection((host, int(port))), \
                    socket.create_connection((host, int(port))) as asking:
                asking.sendall(b"GET /v1/geocode/search?text=x&apiKey=KEY HTTP/1.1\r\n"
                               b"Host: x\r\n\r\n")
                with urllib.request.urlopen(url + "/healthz", timeout=GENEROUS) as answer:
                    self.assertEqual(answer.status, 200)
                server.send_signal(number)
                self.assertEqual(server.wait(10), 0)

    def test_it_wants_its_key_and_models_its_scenario(self):
        _, url = self.serve("--api-key", "KEY", "--scenario", SHIPPED / "article.json",
                            "--set", "server.single=1ms", "--seed", "3")
        search = (url + "/v1/geocode/search?text=11%20Wall%20Street%20New%20York%2C%20NY"
                  "&format=json&apiKey=")
        with urllib.request.urlopen(search + "KEY", timeout=GENEROUS) as answer:
            place = json.loads(answer.read())["results"][0]
        self.assertEqual((place["lat"], place["lon"]), (40.7069, -74.0113))
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(search + "OTHER", timeout=GENEROUS)
        self.assertEqual(refused.exception.code, 401)
        refused.exception.close()

    def test_a_batch_is_fetched_at_the_public_url(self):
        _, url = self.serve("--public-url", "https://geo.example/")
        submit = urllib.request.Request(url + "/v1/batch/geocode/search?apiKey=K", data=b'["x"]',
                                        headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(submit, timeout=GENEROUS) as answer:
            self.assertEqual(answer.status, 202)
            job = json.loads(answer.read())
        self.assertTrue(job["url"].startswith("https://geo.example/v1/batch/geocode/search?"), job)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
