"""Goal: the command does what its users expect, above all when they, or the machine, do something wrong.
Method: runs it as a user would, in a folder of its own, and looks at exit code, output and files.

usage: cli_test.py BATCHLAB SOURCE_DIR
"""

import csv
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

BATCHLAB, SOURCE = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
SHIPPED = SOURCE / "scenarios"
STAMPS = ["intended_ns", "submitted_ns", "due_ns", "dispatched_ns", "sent_ns", "attempted_ns",
          "answered_ns", "replied_ns", "delivered_ns"]
SECRET = "SECRET-KEY-123"
GENEROUS = 60  # seconds: the end of every wait


class CommandTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def batchlab(self, *arguments, key=None):
        environment = {**os.environ}
        if key:
            environment["GEOAPIFY_API_KEY"] = key
        return subprocess.run([BATCHLAB, *map(str, arguments)], cwd=self.folder, text=True,
                              capture_output=True, timeout=GENEROUS, env=environment)

    def run_to(self, out, scenario, *arguments, key=None):
        return self.batchlab("run", SHIPPED / scenario, "--out", self.folder / out, *arguments, key=key)

    def result(self, out):
        return json.loads((self.folder / out / "run.json").read_text())

    def rows(self, out, file):
        with open(self.folder / out / file, newline="") as lines:
            return list(csv.DictReader(lines))

    def assert_refused(self, done, *words):
        """Bad input: exit code 2, nothing on standard output, one sentence that names what is wrong."""
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def serve(self, *arguments):
        server = subprocess.Popen([BATCHLAB, "serve", "--port", "0", *arguments], text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(server.wait)
        self.addCleanup(server.stderr.close)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.kill)
        line = server.stdout.readline()
        self.assertRegex(line, r"^listening on http://127\.0\.0\.1:\d+\n$")
        return server, line.split()[-1]


class HelpTest(CommandTest):
    def test_alone_it_tells_the_next_steps(self):
        done = self.batchlab()
        self.assertEqual(done.returncode, 0)
        self.assertIn("batchlab run scenarios/web-poisson.json", done.stdout)

    def test_every_command_has_help(self):
        for command in ["run", "serve", "demo"]:
            done = self.batchlab(command, "--help")
            self.assertEqual(done.returncode, 0)
            self.assertIn("--", done.stdout)

    def test_unknown_words_are_wrong_usage(self):
        for arguments in [["fly"], ["run"], ["run", "x.json", "--speed"], ["run", "x.json", "--engine", "warp"]]:
            self.assertEqual(self.batchlab(*arguments).returncode, 2, arguments)


class VirtualTimeTest(CommandTest):
    def test_each_shipped_scenario_passes_its_own_slo(self):
        scenarios = sorted(SHIPPED.glob("*.json"))
        self.assertGreaterEqual(len(scenarios), 4)
        for scenario in scenarios:
            done = self.run_to(scenario.stem, scenario.name)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            lines = done.stdout.splitlines()
            self.assertTrue(lines[0].startswith("VALID"))
            self.assertTrue(lines[-2].startswith("Saved "))
            self.assertTrue(lines[-1].startswith("Next "))
            self.assertNotIn("\033", done.stdout)

    def test_the_ledger_is_whole_and_its_parts_sum_up(self):
        self.run_to("out", "excel-recalc.json")
        summary = self.result("out")["summary"]
        calls, batches = self.rows("out", "calls.csv"), self.rows("out", "batches.csv")
        self.assertEqual(len(calls), summary["calls"])
        self.assertEqual(len(batches), summary["batches"])
        self.assertEqual(sum(summary["outcomes"].values()), len(calls))
        self.assertEqual(summary["http_requests"],
                         sum(int(row["attempts"]) + int(row["polls"]) for row in batches))
        for row in calls:
            stamps = [int(row[name]) for name in STAMPS]
            self.assertEqual(stamps, sorted(stamps))
        self.assertTrue((self.folder / "out" / "machine.json").exists())

    def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(self):
        for out, seed in [("a", 5), ("b", 5), ("c", 6)]:
            self.run_to(out, "web-poisson.json", "--seed", seed)
        read = lambda out, file: (self.folder / out / file).read_bytes()
        for file in ["calls.csv", "batches.csv", "run.json"]:
            self.assertEqual(read("a", file), read("b", file))
            self.assertNotEqual(read("a", file), read("c", file))

    def test_short_forms_turn_the_scenario(self):
        self.run_to("out", "web-poisson.json", "--window", "20ms", "--rate", "50/s", "--poll", "70ms",
                    "--seed", "9", "--set", "batcher.max_items=77")
        scenario = self.result("out")["scenario"]
        self.assertEqual(scenario["batcher"]["policy"], {"kind": "window", "window": "20ms"})
        self.assertEqual(scenario["arrivals"]["rate"], "50/s")
        self.assertEqual(scenario["client"]["poll"], {"kind": "fixed", "every": "70ms"})
        self.assertEqual(scenario["seed"], 9)
        self.assertEqual(scenario["batcher"]["max_items"], 77)
        self.run_to("natural", "web-poisson.json", "--policy", "natural")
        self.assertEqual(self.result("natural")["scenario"]["batcher"]["policy"]["kind"], "natural")

    def test_json_is_all_there_is_on_standard_output_and_quiet_is_quiet(self):
        done = self.run_to("out", "article.json", "--json")
        self.assertEqual(json.loads(done.stdout), self.result("out"))
        self.assertEqual(self.run_to("out", "article.json", "--quiet").stdout, "")

    def test_a_missed_slo_and_one_without_evidence_have_their_exit_codes(self):
        missed = self.run_to("a", "typing.json", "--set", 'slo=["latency.p50 <= 1ms"]')
        self.assertEqual(missed.returncode, 99)
        unknown = self.run_to("b", "typing.json", "--set", 'slo=["latency.p99 <= 1s"]')
        self.assertEqual(unknown.returncode, 97)
        self.assertIn("needs 460 batches, this run had", unknown.stdout)

    def test_without_out_the_link_latest_leads_to_the_run(self):
        done = self.batchlab("run", SHIPPED / "article.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        latest = self.folder / "results" / "latest"
        self.assertTrue(latest.is_symlink())
        self.assertTrue((latest / "run.json").exists())


class BadInputTest(CommandTest):
    def test_wrong_fields_are_named_with_what_is_allowed(self):
        refuse = lambda setting, *words: self.assert_refused(
            self.run_to("out", "article.json", "--set", setting), *words)
        refuse("batcher.windw=5ms", "batcher.windw", "unknown field", "allowed", "policy")
        refuse("batcher.policy.window=-5ms", "batcher.policy.window", "-5ms")
        refuse("batcher.policy.window=5", "batcher.policy.window", "5")
        refuse("batcher.policy.kind=magic", "magic", "window")
        refuse("batcher.max_items=0", "batcher.max_items", "0", "at least 1")
        refuse("arrivals.size=many", "arrivals.size", "many")
        self.assertFalse((self.folder / "out").exists())

    def test_files_that_cannot_be_read_are_named(self):
        self.assert_refused(self.batchlab("run", "nowhere.json"), "nowhere.json")
        self.assert_refused(self.batchlab("run", self.folder), str(self.folder))
        (self.folder / "broken.json").write_text('{"name": "x",\n "seed": }')
        self.assert_refused(self.batchlab("run", "broken.json"), "broken.json", "line 2")

    def test_an_unreadable_line_of_a_trace_is_named(self):
        (self.folder / "trace.csv").write_text("arrival_ns\n0\n10\nten\n")
        (self.folder / "s.json").write_text('{"arrivals": {"kind": "trace", "file": "trace.csv"}}')
        self.assert_refused(self.batchlab("run", "s.json"), "trace.csv:4", "ten")

    def test_an_unwritable_folder_is_found_before_the_run(self):
        (self.folder / "file").write_text("")
        done = self.batchlab("run", SHIPPED / "web-poisson.json", "--engine", "http", "--out", "file/out")
        self.assert_refused(done, "file/out")

    def test_a_window_below_the_timers_is_refused_in_real_time_only(self):
        done = self.run_to("a", "article.json", "--window", "50us", "--engine", "http")
        self.assert_refused(done, "50us", "--engine sim")
        self.assertNotEqual(self.run_to("b", "article.json", "--window", "50us").returncode, 2)

    def test_a_port_in_use_is_one_sentence(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.assert_refused(self.batchlab("serve", "--port", port), str(port))

    def test_a_base_url_without_a_scheme_is_refused(self):
        done = self.run_to("out", "article.json", "--engine", "http", "--base-url", "localhost")
        self.assert_refused(done, "base URL", "no scheme")


class HttpTest(CommandTest):
    def test_both_worlds_in_one_table(self):
        done = self.run_to("out", "article.json", "--engine", "sim,http")
        self.assertIn(done.returncode, [0, 98], done.stderr)  # 98: a machine too noisy to be believed
        self.assertIn("sim (virtual)", done.stdout)
        self.assertIn("http (measured)", done.stdout)
        self.assertEqual(self.result("out/http")["summary"]["outcomes"]["value"], 10)

    def test_an_unreachable_server_makes_the_run_invalid_and_every_call_gets_its_error(self):
        done = self.run_to("out", "article.json", "--engine", "http", "--base-url", "http://127.0.0.1:1",
                           "--set", "client.backoff=1ms")
        self.assertEqual(done.returncode, 98, done.stdout + done.stderr)
        self.assertTrue(done.stdout.startswith("INVALID"))
        self.assertEqual(self.result("out")["summary"]["outcomes"]["failed_unreachable"], 10)
        self.assertEqual(len(self.rows("out", "calls.csv")), 10)

    def test_a_key_is_in_no_output_whether_it_fits_or_not(self):
        server, url = self.serve("--api-key", SECRET)
        fits = self.run_to("fits", "article.json", "--engine", "http", "--base-url", url, key=SECRET)
        wrong = self.run_to("wrong", "article.json", "--engine", "http", "--base-url", url,
                            key=SECRET + "-not")
        self.assertEqual(self.result("fits")["summary"]["outcomes"]["value"], 10)
        self.assertEqual(self.result("wrong")["summary"]["outcomes"]["failed_status"], 10)
        written = [path for path in self.folder.rglob("*") if path.is_file()]
        self.assertGreaterEqual(len(written), 8)
        for text in [fits.stdout, fits.stderr, wrong.stdout, wrong.stderr,
                     *(path.read_text() for path in written)]:
            self.assertNotIn(SECRET, text)
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(GENEROUS), 0)

    def test_an_interrupt_drains_and_writes_what_there_is(self):
        run = subprocess.Popen([BATCHLAB, "run", SHIPPED / "web-poisson.json", "--engine", "http",
                                "--set", "arrivals.for=10m", "--out", self.folder / "out"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(run.kill)
        # The folder is there before the arrivals start, so ask the process for its threads instead: a
        # run under way has those of its connections and its batcher.
        end = time.monotonic() + GENEROUS
        while len(os.listdir(f"/proc/{run.pid}/task")) < 6 and time.monotonic() < end:
            os.sched_yield()
        run.send_signal(signal.SIGINT)
        output, _ = run.communicate(timeout=GENEROUS)
        self.assertEqual(run.returncode, 130, output)
        result = self.result("out")
        self.assertIs(result["interrupted"], True)
        self.assertEqual(len(self.rows("out", "calls.csv")), result["summary"]["calls"])


class ServeTest(CommandTest):
    def test_it_answers_health_checks_and_ends_on_a_signal_with_connections_open(self):
        for number in [signal.SIGTERM, signal.SIGINT]:
            server, url = self.serve("--api-key", "KEY")
            with urllib.request.urlopen(url + "/healthz", timeout=GENEROUS) as answer:
                self.assertEqual(answer.status, 200)
            host, port = url.removeprefix("http://").split(":")
            with socket.create_connection((host, int(port))):
                server.send_signal(number)
                self.assertEqual(server.wait(GENEROUS), 0)

    def test_it_wants_its_key_and_models_its_scenario(self):
        _, url = self.serve("--api-key", "KEY", "--set", "server.single=1ms", "--seed", "3")
        search = url + "/v1/geocode/search?text=11%20Wall%20Street%20New%20York%2C%20NY&format=json&apiKey="
        with urllib.request.urlopen(search + "KEY", timeout=GENEROUS) as answer:
            place = json.loads(answer.read())["results"][0]
        self.assertEqual((place["lat"], place["lon"]), (40.7069, -74.0113))
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(search + "OTHER", timeout=GENEROUS)
        self.assertEqual(refused.exception.code, 401)
        refused.exception.close()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
