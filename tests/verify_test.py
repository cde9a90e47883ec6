"""Goal: `batchlab verify` proves the simulator to whoever asks, in words, numbers and exit codes.

Method: runs it as a user would, on few calls.

usage: verify_test.py BATCHLAB
"""

import json
import os
import subprocess
import sys
import unittest

BATCHLAB = os.path.abspath(sys.argv[1])
GENEROUS = 600  # seconds: the end of every wait, also under a sanitizer
FEW = ["--calls", "1000000"]


class VerifyTest(unittest.TestCase):
    def verify(self, *arguments):
        return subprocess.run([BATCHLAB, "verify", *arguments], text=True, capture_output=True,
                              timeout=GENEROUS, check=False)

    def test_a_case_for_numbers_of_ones_own_is_verified(self):
        done = self.verify("--case", "window", "--set", "rate=137/s", "--set", "window=23ms", *FEW)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("VERIFIED: 7 of 7 quantities in 1 case", done.stdout)
        # A window of 23 ms and 137 calls a second: 1 + 3.151 calls in a batch.
        self.assertRegex(done.stdout, r"calls per batch +4\.151")
        self.assertIn("one of 7 is beyond 4", done.stdout)

    def test_json_tells_the_same(self):
        done = self.verify("--case", "window", "--case", "tick", "--json", *FEW)
        self.assertEqual(done.returncode, 0, done.stderr)
        told = json.loads(done.stdout)
        self.assertEqual([case["case"] for case in told["cases"]], ["window", "tick"])
        self.assertEqual(told["cases"][0]["numbers"]["rate"], "100/s")
        for case in told["cases"]:
            self.assertEqual(case["calls"], 1_000_000)
            for quantity in case["quantities"]:
                self.assertEqual(quantity["verdict"], "agrees")
                if quantity["standard_error"] > 0:
                    off = (quantity["simulated"] - quantity["exact"]) / quantity["standard_error"]
                    self.assertAlmostEqual(off, quantity["z"], delta=0.1 + abs(off) / 10)

    def test_a_seed_is_another_run_and_the_same_one_is_the_same(self):
        first, again, other = (self.verify("--case", "tick", "--seed", seed, *FEW).stdout
                               for seed in ("3", "3", "4"))
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    def test_too_few_calls_for_a_queue_are_no_proof(self):
        done = self.verify("--case", "mg1", *FEW)
        self.assertEqual(done.returncode, 97, done.stdout)
        self.assertIn("TOO NOISY", done.stdout)
        self.assertIn("--calls adds calls", done.stdout)

    def test_quiet_prints_nothing(self):
        done = self.verify("--case", "tick", "--quiet", *FEW)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_the_help_lists_every_case_with_its_numbers(self):
        told = self.verify("--help").stdout
        for name in ("mm1", "window_full", "loop_linear", "natural_exp_full", "poll_schedule",
                     "pipeline"):
            self.assertIn(f"  {name} ", told)
        self.assertIn("rate=100/s window=20ms base=30ms per_item=500us", told)

    def test_wrong_input_is_one_sentence(self):
        for arguments, sentence in [
                (["--case", "mm2"], '--case: found "mm2", wanted one of mm1, mmc,'),
                (["--set", "rate=1/s"], "--set: wanted one --case whose numbers it sets"),
                (["--case", "mm1", "--set", "size=2"], "--set: mm1 has no size; it has rate,"),
                (["--case", "mm1", "--set", "rate=fast"], '--set rate: "fast" is not a rate'),
                (["--case", "mm1", "--set", "rate"], "rate"),
                (["--case", "mm1", "--set", "rate=100/s"],
                 "mm1: the slots are asked for 1 of their time; wanted at most 0.97"),
                (["--calls", "10"], "--calls: found 10, wanted 1000000 to"),
        ]:
            with self.subTest(arguments=arguments):
                done = self.verify(*arguments)
                self.assertEqual(done.returncode, 2, done.stdout)
                self.assertEqual(done.stdout, "")
                self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
                self.assertIn(sentence, done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
