"""Goal: the same scenario and seed give the same bytes, on every run and from every build.

Method: twenty-nine scenarios, among them every kind of arrivals, of policy, of poll and of latency, are each
run twice in virtual time; the files of both runs are compared byte for byte, and the fingerprints with
those in fingerprints.txt, which hold for every compiler and optimisation level: scripts/check runs this
test from g++ -O0 and from clang++ too. After a change that is to change results, write them anew:
UPDATE_FINGERPRINTS=1 tests/determinism_test.py build/dev/bench/batchlab .
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BATCHLAB, ROOT = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
GOLDEN = ROOT / "tests" / "fingerprints.txt"
FILES = ["calls.csv", "batches.csv", "run.json"]


def poisson(**more):
    return {"kind": "poisson", "rate": "200/s", "count": 2000, **more}


def scenarios(trace):
    """By name. `trace` is a file of arrivals."""
    batch = lambda base, **more: {"batch": {"base": base, **more}}
    policy = lambda kind, **more: {"policy": {"kind": kind, **more}}
    return {
        "defaults": {},
        "constant": {"arrivals": {"kind": "constant", "rate": "300/s", "for": "8s"}},
        "poisson": {"arrivals": poisson(), "keys": {"kind": "zipf", "distinct": 50, "exponent": 1.1}},
        "on_off": {"arrivals": {"kind": "on_off", "rate_on": "500/s", "rate_off": "5/s", "mean_on": "200ms",
                                "mean_off": "1s", "count": 2000}},
        "pareto": {"arrivals": {"kind": "pareto", "mean_gap": "5ms", "alpha": 1.5, "count": 2000}},
        "empirical": {"arrivals": {"kind": "empirical", "file": trace, "count": 2000}},
        "ramp": {"arrivals": {"kind": "ramp", "from": "50/s", "to": "400/s", "for": "8s"}},
        "diurnal": {"arrivals": {"kind": "diurnal", "mean": "200/s", "amplitude": 0.8, "period": "4s",
                                 "for": "8s"}},
        "burst": {"arrivals": {"kind": "burst", "size": 400, "spread": "30ms", "every": "2s", "count": 5}},
        "trace": {"arrivals": {"kind": "trace", "file": trace, "speed": 2}},
        "closed": {"arrivals": {"kind": "closed", "callers": 40, "think": "100ms", "for": "8s"}},
        "mix": {"arrivals": {"kind": "mix", "parts": [poisson(count=500), {"kind": "burst", "size": 300}]}},
        "natural": {"arrivals": poisson(), "batcher": {"policy": {"kind": "natural"}},
                    "server": batch({"kind": "lognormal", "mean": "60ms", "cv": 0.5})},
        "tick": {"arrivals": poisson(), "batcher": {"policy": {"kind": "tick", "period": "50ms"}},
                 "client": {"poll": {"kind": "fixed", "every": "40ms"}}},
        "unbatched": {"arrivals": poisson(rate="80/s"), "batcher": {"policy": {"kind": "unbatched"}},
                      "server": {"single": {"kind": "lognormal", "median": "30ms", "p99": "250ms"}}},
        "exponential": {"arrivals": poisson(),
                        "server": batch({"kind": "exponential", "mean": "50ms"}, per_item="1ms")},
        "uniform": {"arrivals": poisson(),
                    "server": batch({"kind": "uniform", "min": "20ms", "max": "120ms"})},
        "heavy tail": {"arrivals": poisson(), "server": {"single": {"kind": "pareto", "min": "20ms", "alpha": 1.8},
                                                         **batch({"kind": "pareto", "min": "40ms", "alpha": 2.5})}},
        "jitter": {"arrivals": poisson(),
                   "server": batch("80ms", jitter={"kind": "lognormal", "cv": 0.4})},
        "trouble": {"arrivals": poisson(), "batcher": {"max_queued": 60, "max_in_flight": 2},
                    "client": {"timeout": "600ms", "rate_limit": {"rate": "40/s", "burst": 4}},
                    "server": {"rate_limit": {"rate": "30/s", "burst": 2}}},
        "faults": {"arrivals": poisson(), "client": {"retries": 4, "attempt_timeout": "500ms", "timeout": "5s"},
                   "server": {"faults": [
                       {"kind": "status", "status": 502, "html": True, "rate": 0.03},
                       {"kind": "status", "status": 429, "retry_after": "1s", "rate": 0.02, "on": ["poll"]},
                       {"kind": "refused", "from": "3s", "for": "400ms", "every": "4s"},
                       *({"kind": kind, "rate": 0.03} for kind in (
                           "reset", "closed", "hang", "cut", "drip", "garbage", "truncated", "missing_item",
                           "extra_item", "duplicate_item", "reordered_items", "wrong_text", "lost_job",
                           "never_ready", "no_id"))]}},
        "quota": {"arrivals": {"kind": "on_off", "rate_on": "150/s", "mean_on": "100ms", "mean_off": "6m",
                               "count": 2000},
                  "batcher": {"single_below": "auto"},
                  "client": {"rate_limit": {"rate": "5/s", "burst": 1}, "min_poll": "1s"},
                  "server": {**batch("2s"), "quota": 600}},
        "linger": {"arrivals": poisson(), "batcher": policy("linger", min_size=8, window="40ms")},
        "quiet": {"arrivals": {"kind": "burst", "size": 50, "spread": "30ms", "every": "500ms", "count": 20},
                  "batcher": policy("quiet", gap="3ms", window="60ms")},
        "count": {"arrivals": poisson(count=1999), "batcher": policy("count", size=6)},
        "balance": {"arrivals": poisson(), "batcher": policy("balance", price="200ms")},
        "balance_random": {"arrivals": poisson(), "batcher": policy("balance_random", price="200ms", window="40ms")},
        "backoff": {"arrivals": poisson(), "server": batch({"kind": "lognormal", "mean": "200ms", "cv": 0.5}),
                    "client": {"poll": {"kind": "backoff", "first": "30ms", "factor": 1.5, "cap": "100ms"}}},
        "schedule": {"arrivals": poisson(), "server": batch({"kind": "lognormal", "mean": "200ms", "cv": 0.5}),
                     "client": {"rtt": "30ms", "poll": {"kind": "schedule", "first": "40ms", "factor": 1.3}}},
    }


def write_trace(path):
    """Gaps of 1 to 17 ms, in an order that never repeats."""
    at, rows = 0, ["arrival_ns"]
    for i in range(1500):
        at += 1_000_003 * (1 + (i * i * 7 + i // 3) % 17)
        rows.append(str(at))
    path.write_text("\n".join(rows) + "\n")


class DeterminismTest(unittest.TestCase):
    def run_twice(self, folder, name, scenario):
        """The bytes of its files and its fingerprint, from each of two runs."""
        file = folder / "scenario.json"
        file.write_text(json.dumps({"name": name.replace(" ", "-"), "seed": 11, **scenario}))
        runs = []
        for out in (folder / "first", folder / "second"):
            done = subprocess.run([BATCHLAB, "run", file, "--out", out, "--quiet"], capture_output=True, text=True)
            self.assertIn(done.returncode, (0, 97, 99), f"{name}: {done.stderr}")
            runs.append([(out / each).read_bytes() for each in FILES])
        return runs, json.loads(runs[0][2])["fingerprint"]

    def test_twenty_nine_scenarios_give_the_same_bytes_each_time_and_from_every_build(self):
        fingerprints = {}
        with tempfile.TemporaryDirectory() as name_of_folder:
            folder = pathlib.Path(name_of_folder)
            write_trace(folder / "trace.csv")
            all_scenarios = scenarios(str(folder / "trace.csv"))
            self.assertEqual(len(all_scenarios), 29)
            for name, scenario in all_scenarios.items():
                (first, second), fingerprints[name] = self.run_twice(folder, name, scenario)
                for file, a, b in zip(FILES, first, second):
                    self.assertEqual(a, b, f"{name}: {file} differs between two runs")
        self.assertEqual(len(set(fingerprints.values())), 29)
        lines = "".join(f"{value} {name}\n" for name, value in fingerprints.items())
        if os.environ.get("UPDATE_FINGERPRINTS"):
            GOLDEN.write_text(lines)
        self.assertEqual(lines, GOLDEN.read_text())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
