"""Goal: the hunt keeps finding nothing in the batcher, and finds each of twelve mistakes planted there.

Method: runs batchlab_hunt as a developer would, and its twin that is built with the mistakes of
batcher/base/defect.h. What virtual time can't show, a test of threads must show: it has to fail.

usage: hunt_test.py BATCHLAB_HUNT BATCHLAB_HUNT_DEFECTS BATCHER_DEFECTS_TEST
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

HUNT, HUNT_DEFECTS, DEFECTS_TEST = (os.path.abspath(path) for path in sys.argv[1:4])
GENEROUS = 900  # seconds: the end of every wait, also under a sanitizer

# Which promise the hunt sees broken first; whose call a cancel ends depends on the case.
FOUND_BY_THE_HUNT = {
    "stale_timer": "one request at a time",
    "result_off_by_one": "own answer",
    "leaked_waiter": "one outcome",
    "double_completion": "one outcome",
    "dropped_on_drain": "batches are sent",
    "unchecked_echo": "own answer",
    "retry_on_400": "retries",
    "poll_without_end": "retries",
    "slot_not_returned": "slots are returned",
    "cancel_of_neighbour": "an outcome needs a reason|ends in time",
    "forgotten_waiter": "one outcome",
}
FOUND_BY_A_TEST = {
    "lost_wake_up": "WakeUpTest.TheCallThatFillsTheBatchWakesTheBatcher",
    "unchecked_echo": "MatchItemsTest.ReorderedItemsFindTheirKeys",
}


def run(program, *arguments, **environment):
    return subprocess.run([program, *arguments], text=True, capture_output=True, timeout=GENEROUS,
                          check=False, env={**os.environ, **environment})


class HuntTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = os.path.join(folder.name, "case.json")

    def test_every_promise_is_kept(self):
        done = run(HUNT, "--seeds", "1..20000", "--out", self.out)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("Every promise kept: 20,000 seeds", done.stdout)
        self.assertFalse(os.path.exists(self.out))

    def test_json_tells_what_happened_whatever_the_threads(self):
        told = []
        for threads in ["1", "3"]:
            done = run(HUNT, "--seeds", "5..500", "--threads", threads, "--json")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            told.append(json.loads(done.stdout))
        self.assertIsNone(told[0]["broken"])
        self.assertEqual(told[0]["seeds"], 496)
        self.assertGreater(told[0]["happened"]["cancelled"], 100)
        self.assertEqual(told[0]["happened"], told[1]["happened"])

    def test_each_planted_mistake_is_found_and_seen_again(self):
        for defect, promise in FOUND_BY_THE_HUNT.items():
            with self.subTest(defect):
                done = run(HUNT_DEFECTS, "--defect", defect, "--seeds", "1..10000", "--out",
                           self.out)
                self.assertEqual(done.returncode, 99, done.stdout + done.stderr)
                self.assertRegex(done.stdout, f"^BROKEN: ({promise})\n")
                with open(self.out, encoding="utf-8") as file:
                    self.assertLessEqual(len(json.load(file)["calls"]), 20)
                again = run(HUNT_DEFECTS, "--defect", defect, "--case", self.out, "--out", self.out)
                self.assertEqual(again.returncode, 99, again.stdout + again.stderr)
                self.assertEqual(again.stdout.split("\n")[0], done.stdout.split("\n")[0])
                # It is the mistake that breaks it, and nothing else.
                without = run(HUNT, "--case", self.out)
                self.assertEqual(without.returncode, 0, without.stdout + without.stderr)

    def test_what_virtual_time_cannot_show_a_test_does(self):
        for defect, name in FOUND_BY_A_TEST.items():
            with self.subTest(defect):
                done = run(DEFECTS_TEST, f"--gtest_filter={name}", BATCHLAB_DEFECT=defect)
                self.assertNotEqual(done.returncode, 0, done.stdout)
                self.assertIn(f"[  FAILED  ] {name}", done.stdout)
                done = run(DEFECTS_TEST, f"--gtest_filter={name}")
                self.assertEqual(done.returncode, 0, done.stdout)

    def test_every_mistake_is_found_by_something(self):
        told = run(HUNT_DEFECTS, "--defect", "?")
        self.assertEqual(told.returncode, 2)
        names = told.stderr.split("wanted one of ")[1].strip().split(", ")
        self.assertEqual(set(names), FOUND_BY_THE_HUNT.keys() | FOUND_BY_A_TEST.keys())

    def test_nothing_of_the_mistakes_is_in_the_product(self):
        self.assertEqual(run(HUNT, "--defect", "stale_timer").returncode, 2)
        with open(HUNT, "rb") as file:
            self.assertNotIn(b"BATCHLAB_DEFECT", file.read())

    def test_without_one_the_twin_finds_nothing_either(self):
        done = run(HUNT_DEFECTS, "--seeds", "1..2000")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_wrong_usage_is_one_sentence(self):
        for arguments in (["--seeds", "9..1"], ["--seeds", "x"], ["--seeds", "0"],
                          ["--case", "/nowhere.json"], ["--out", "/nowhere/case.json", "--seeds"]):
            done = run(HUNT, *arguments)
            self.assertEqual(done.returncode, 2, arguments)
        with open(self.out, "w", encoding="utf-8") as file:
            file.write("{}")
        done = run(HUNT, "--case", self.out)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
