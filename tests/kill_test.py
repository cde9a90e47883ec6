"""Goal: a kill at any moment leaves result files that can be read, and none that looks like what it is not.

Method: run, sweep, tune, soak and the recorder of an embedded batcher are killed with SIGKILL after a random
event (seeded) in their result folder: something is made, written, renamed, removed. Then every file there must
be whole, but for the last row of a file that is written row by row; what report, compare and tune make of the
folder is an answer or one sentence; and the same command, given again, comes to its end and leaves nothing
half-written behind. A sweep goes on where it was, to the same bytes.

usage: kill_test.py BATCHLAB WITH_RECORDER SOURCE_DIR
"""

import csv
import ctypes
import json
import os
import pathlib
import random
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import unittest

BATCHLAB, WITH_RECORDER, SOURCE = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
POISSON = SOURCE / "scenarios" / "web-poisson.json"
GENEROUS = 600  # seconds, for a single command under a sanitizer on a busy machine
LEFT_OVER = re.compile(r"\.probe|\..+\.\d+\.part")  # of a process that was killed while it wrote
SEED = 20

RUN = ["run", POISSON, "--set", "arrivals.for=30s", "--no-calibration", "--quiet"]
RUN_HTTP = ["run", POISSON, "--engine", "http", "--set", "arrivals.for=500ms", "--quiet"]
SWEEP = ["sweep", POISSON, "--window", "20ms,100ms", "--calls", "1000", "--replications", "4", "--jobs", "1",
         "--quiet"]
TUNE = ["tune", POISSON, "--set", "arrivals.for=5s", "--budget", "2s", "--quiet"]
SOAK = ["soak", POISSON, "--for", "500ms", "--quiet"]


class Events:
    """What happens in a folder, from now on: Linux tells it (inotify), so that nobody has to look again."""

    MODIFY, MOVED_TO, CREATE, DELETE = 0x2, 0x80, 0x100, 0x200

    def __init__(self, folder):
        libc = ctypes.CDLL(None, use_errno=True)
        self.descriptor = libc.inotify_init1(os.O_CLOEXEC)
        mask = self.MODIFY | self.MOVED_TO | self.CREATE | self.DELETE
        if self.descriptor < 0 or libc.inotify_add_watch(self.descriptor, os.fsencode(folder), mask) < 0:
            raise OSError(ctypes.get_errno(), "inotify")

    def close(self):
        os.close(self.descriptor)

    def take(self, process):
        """How many there were since the last look, at least one: blocks. 0: the process has ended."""
        ended = os.pidfd_open(process.pid)
        try:
            ready, _, _ = select.select([self.descriptor, ended], [], [], GENEROUS)
            if self.descriptor not in ready:
                return 0
            data, events, at = os.read(self.descriptor, 65536), 0, 0
            while at < len(data):
                at += struct.calcsize("iIII") + struct.unpack_from("iIII", data, at)[3]
                events += 1
            return events
        finally:
            os.close(ended)


class KillTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.random = random.Random(SEED)
        cls.kills = 0

    @classmethod
    def tearDownClass(cls):
        print(f"{cls.kills} processes were killed", file=sys.stderr)

    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="batchlab-kill-")
        self.addCleanup(holder.cleanup)
        self.work = pathlib.Path(holder.name)

    def batchlab(self, *arguments):
        done = subprocess.run([BATCHLAB, *map(str, arguments)], capture_output=True, text=True, cwd=self.work,
                              timeout=GENEROUS)
        self.assertNotIn(done.returncode, [1], done.stderr)
        self.assertGreaterEqual(done.returncode, 0, done.stderr)
        return done

    def start_and_kill(self, command, folder, after):
        """Kills the command after so many events in the folder. Answers how many there were."""
        folder.mkdir(exist_ok=True)
        events = Events(folder)
        self.addCleanup(events.close)
        seen = 0
        with subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              cwd=self.work) as process:
            while seen < after:
                more = events.take(process)
                seen += more
                if more == 0:
                    break
            process.send_signal(signal.SIGKILL)
            KillTest.kills += process.wait() == -signal.SIGKILL
        return seen

    def kill_often(self, command, times, check):
        """Kills it after random events of all that there are, and gives each folder to `check`."""
        whole = self.work / "whole"
        events = self.start_and_kill([BATCHLAB, *command, "--out", whole], whole, float("inf"))
        self.assertGreater(events, 5)
        self.check_files(whole)
        for i in range(times):
            after = self.random.randint(1, events)
            folder = self.work / f"killed{i}"
            with self.subTest(command=command[0], after=after, of=events):
                # Also where an earlier result is to be replaced.
                if i % 2 == 1:
                    shutil.copytree(whole, folder)
                self.start_and_kill([BATCHLAB, *command, "--out", folder], folder, after)
                self.check_files(folder)
                self.check_readers(folder, whole)
                check(folder, whole)
                self.assertEqual([path.name for path in folder.iterdir() if LEFT_OVER.fullmatch(path.name)], [])
                self.check_files(folder)

    def check_files(self, folder, torn_rows=()):
        for path in folder.iterdir():
            if path.name.startswith("."):
                self.assertRegex(path.name, LEFT_OVER)
                continue
            text = path.read_text()
            if path.suffix == ".json":
                json.loads(text)
            elif path.suffix == ".jsonl":
                for line in text.split("\n")[:-1]:
                    json.loads(line)
            elif path.suffix == ".csv":
                self.check_rows(path.name, text, path.name in torn_rows)
            else:
                self.assertEqual(path.suffix, ".html", f"what is {path.name}?")
                self.assertTrue(text.rstrip().endswith("</html>"))

    def check_rows(self, name, text, may_be_torn):
        if not may_be_torn:
            self.assertTrue(text.endswith("\n"), f"{name}: its last row is torn")
        rows = list(csv.reader(text[:text.rfind("\n") + 1].splitlines()))
        for row in rows:
            self.assertEqual(len(row), len(rows[0]), f"{name}: {row}")

    def assert_answer_or_sentence(self, done):
        if done.returncode == 2:
            self.assertRegex(done.stderr, r"\Abatchlab: [^\n]+\n\Z")
        else:
            self.assertIn(done.returncode, [0, 97, 98, 99], done.stderr)

    def check_readers(self, folder, whole):
        self.assert_answer_or_sentence(self.batchlab("report", folder, "-o", self.work / "page.html"))
        for pair in [(folder, whole), (whole, folder)]:
            self.assert_answer_or_sentence(self.batchlab("compare", *pair))
        if (folder / "run.json").exists():  # It is the last word: what it speaks of is there.
            calls = json.loads((folder / "run.json").read_text())["summary"]["calls"]
            self.assertEqual((folder / "calls.csv").read_text().count("\n"), calls + 1)
            self.assertTrue((folder / "batches.csv").exists())

    def again(self, command, codes=(0, 97, 98, 99)):
        def check(folder, _):
            done = self.batchlab(*command, "--out", folder)
            self.assertIn(done.returncode, codes, done.stderr)
        return check

    def test_run(self):
        def check(folder, whole):
            self.again(RUN)(folder, whole)
            for name in ["calls.csv", "batches.csv", "run.json"]:
                self.assertEqual((folder / name).read_bytes(), (whole / name).read_bytes())
        self.kill_often(RUN, 8, check)

    def test_run_over_http(self):
        self.kill_often(RUN_HTTP, 4, self.again(RUN_HTTP))

    def test_sweep(self):
        def check(folder, whole):
            resumed = self.batchlab("sweep", "--resume", folder, "--quiet")
            if resumed.returncode == 2:  # It had not begun, or was done.
                self.assert_answer_or_sentence(resumed)
                self.again(SWEEP)(folder, whole)
            for name in ["sweep.csv", "sweep.json", "distributions.json"]:
                self.assertEqual((folder / name).read_bytes(), (whole / name).read_bytes())
            self.again(SWEEP)(folder, whole)
        self.kill_often(SWEEP, 8, check)

    def test_tune(self):
        self.kill_often(TUNE, 4, self.again(TUNE))

    def test_soak(self):
        self.kill_often(SOAK, 4, self.again(SOAK))

    def test_recorder(self):
        for after in [1, 2, self.random.randint(3, 5), self.random.randint(6, 8)]:
            folder = self.work / f"records{after}"
            with self.subTest(after=after):
                self.start_and_kill([WITH_RECORDER, folder], folder, after)
                self.check_files(folder, torn_rows=["calls.csv", "batches.csv"])
                self.check_log(folder / "calls.csv")
                # As a kill in the middle of a write leaves it.
                with open(folder / "calls.csv", "ab") as file:
                    file.write(b"12,99")
                self.check_log(folder / "calls.csv")

    def check_log(self, log):
        # Of so few calls it can't say much: what counts is that it can read them.
        self.assert_answer_or_sentence(self.batchlab("tune", "--enqueue-log", log, "--budget", "1s", "--out",
                                                     self.work / "tuned", "--quiet"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
