"""Goal: a scenario that is run in virtual time beside HTTP charges what this machine costs, says so,
and can be repeated.
Method: runs the command as a user would, in a folder of its own, and looks at output and files.

usage: twin_test.py BATCHLAB SOURCE_DIR
"""

import json
import signal
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True  # of the module below: it would stay beside the sources
from cli_test import GENEROUS, MEASURED, SHIPPED, CommandTest, Terminal


class TwinTest(CommandTest):
    CHARGED = (r"^sim charges this machine's costs: [\d.]+ us a request, [\d.]+ us an item, "
               r"[\d.]+ us there and back, timers [\d.]+ us late \(measured in [\d.]+ s\)$")
    FREE = {"cost": {"per_request": "0ms", "per_item": "0ms"}, "rtt": "0ms", "timer_lag": "0ms"}

    def twin(self, *arguments, **options):
        """Both runs; answers what was said of costs (None: nothing)."""
        done = self.batchlab("run", SHIPPED / "article.json", "--engine", "sim,http", "--out",
                             "out", "--set", "slo=[]", *arguments, **options)
        self.assertIn(done.returncode, MEASURED, done.stderr)
        return next((line for line in done.stdout.splitlines() if "sim charges" in line), None)

    def costs(self, out):
        client = self.result(out)["scenario"]["client"]
        return {name: client[name] for name in self.FREE}

    def test_costs_are_measured_and_charged_and_the_written_scenario_repeats_the_run(self):
        self.assertRegex(self.twin(), self.CHARGED)
        charged = self.costs("out/sim")
        for value in [charged["timer_lag"], charged["cost"]["per_item"]]:
            self.assertNotIn(value, ["0ms", "0ns"])
        self.assertEqual(self.costs("out/http"), self.FREE)
        parts = self.result("out/sim")["summary"]["parts_ms"]
        self.assertGreater(parts["generator_lateness"], 0)
        scenario = self.result("out/sim")["scenario"]
        scenario["keys"]["file"] = str(SHIPPED / "article_addresses.txt")
        (self.folder / "again.json").write_text(json.dumps(scenario))
        self.assertEqual(self.batchlab("run", "again.json", "--out", "again").returncode, 0)
        self.assertEqual(self.result("again")["fingerprint"],
                         self.result("out/sim")["fingerprint"])

    def test_without_calibration_sim_is_as_it_is_alone(self):
        self.assertIsNone(self.twin("--no-calibration"))
        self.assertEqual(self.costs("out/sim"), self.FREE)
        self.run_to("alone", "article.json", "--set", "slo=[]")
        self.assertEqual(self.result("alone")["fingerprint"],
                         self.result("out/sim")["fingerprint"])

    def test_what_the_scenario_says_is_charged_and_not_measured(self):
        line = self.twin("--set", "client.rtt=3ms", "--set", "client.cost.per_item=5us")
        self.assertRegex(line, r"costs: [\d.]+ us a request, timers [\d.]+ us late \(measured")
        costs = self.costs("out/sim")
        self.assertEqual((costs["rtt"], costs["cost"]["per_item"]), ("3ms", "5us"))
        self.assertIsNone(self.twin(
            "--set", "client.rtt=3ms", "--set", "client.timer_lag=1us",
            "--set", 'client.cost={"per_request": "1us", "per_item": "1us"}'))

    def test_of_somebody_elses_server_only_the_timers_of_this_machine_are_known(self):
        _, url = self.serve()
        line = self.twin("--base-url", url)
        self.assertRegex(line, r"^sim charges this machine's costs: timers [\d.]+ us late "
                               r"\(measured in [\d.]+ s\); what a request to " + url)
        costs = self.costs("out/sim")
        self.assertNotEqual(costs["timer_lag"], "0ms")
        self.assertEqual({**costs, "timer_lag": "0ms"}, self.FREE)

    def test_over_http_costs_are_the_machines_own(self):
        done = self.run_to("out", "article.json", "--engine", "http", "--set", "slo=[]", "--set",
                           "client.cost.per_request=1h", "--set", "client.timer_lag=1h")
        self.assertIn(done.returncode, MEASURED, done.stderr)
        self.assertEqual(self.assert_whole("out")["outcomes"]["value"], 10)

    def test_a_quota_is_used_up_at_the_same_call_in_both_worlds(self):
        self.twin("--set", "server.quota=8", "--set", "batcher.policy.kind=unbatched",
                  "--set", "batcher.max_in_flight=1", "--no-calibration")
        for out in ("out/sim", "out/http"):
            summary = self.result(out)["summary"]
            self.assertEqual((summary["outcomes"]["value"], summary["outcomes"]["failed_quota"]),
                             (8, 2), out)
            self.assertEqual(summary["credits"], 8, out)
            self.assertIn("quota", [each["name"] for each in self.result(out)["findings"]], out)

    def test_callers_leave_and_deadlines_pass_in_both_worlds(self):
        for rule, outcome in (("cancel_after", "cancelled"), ("deadline", "deadline_exceeded")):
            self.twin("--set", f"calls.{rule}=50ms", "--set", "server.batch.base=20s", "--set",
                      "server.single=20s", "--no-calibration")
            for out in ("out/sim", "out/http"):
                self.assertEqual(self.result(out)["summary"]["outcomes"][outcome], 10, out)

    def test_a_full_queue_sheds_the_oldest_in_both_worlds(self):
        self.twin("--set", "batcher.max_queued=3", "--set", "batcher.overflow=shed_oldest",
                  "--no-calibration")
        for out in ("out/sim", "out/http"):
            outcomes = self.result(out)["summary"]["outcomes"]
            self.assertEqual((outcomes["value"], outcomes["rejected_shed"]), (3, 7), out)

    def test_an_interrupt_is_heard_while_costs_are_measured(self):
        terminal = Terminal(self)
        run = self.start("run", SHIPPED / "web-poisson.json", "--engine", "sim,http", "--out",
                         "out", stdout=subprocess.PIPE, stderr=terminal.end)
        terminal.watch(lambda text: "costs of this machine" in text)
        run.send_signal(signal.SIGINT)
        output, _ = run.communicate(timeout=GENEROUS)
        self.assertEqual(run.returncode, 130, output)
        self.assertIn("stopped before its first call", output)
        self.assertNotIn("sim charges", output)
        self.assertFalse((self.folder / "out" / "http").exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
