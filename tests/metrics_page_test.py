"""Goal: /metrics tells of a run what its files tell, is what Prometheus reads, and hurts nobody.

Method: short runs over HTTP whose page is read after their end; the mock server's page; addresses
that are none.
"""

import collections
import csv
import json
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.request

BATCHLAB, ROOT = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
RUN = ["scenarios/web-poisson.json", "--engine", "http", "--set", "arrivals.for=2s"]


def page_of(process):
    line = process.stdout.readline()
    return re.search(r"http://\S+/metrics", line).group()


def read(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode()


def total(text, name, **labels):
    """The sum of all series of that name that have these labels; there must be one."""
    pairs = [f'{label}="{value}"' for label, value in labels.items()]
    values = [float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
              if re.match(name + r"[{ ]", line) and all(pair in line for pair in pairs)]
    if not values:
        raise AssertionError(f"no series {name} with {labels}")
    return sum(values)


class MetricsPageTest(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.out = pathlib.Path(holder.name) / "out"

    def start(self, *arguments):
        process = subprocess.Popen([BATCHLAB, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, cwd=ROOT)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def test_after_a_run_its_counts_are_those_of_its_files(self):
        run = self.start("run", *RUN, "--out", self.out, "--metrics", "127.0.0.1:0", "--metrics-hold", "120s")
        url = page_of(run)
        first = read(url)  # from now on the page stays after the end
        self.assertEqual(total(first, "batcher_calls_total", batcher="web-poisson", outcome="rejected_shed"), 0)
        while "metrics stay for" not in run.stderr.readline():
            self.assertIsNone(run.poll(), "it must not end while it holds its metrics")
        text = read(url)
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=60)
        summary = json.loads((self.out / "run.json").read_text())["summary"]

        self.assertGreater(summary["calls"], 200)
        self.assertEqual(total(text, "batcher_calls_total"), summary["calls"])
        for outcome, calls in summary["outcomes"].items():
            self.assertEqual(total(text, "batcher_calls_total", outcome=outcome), calls, outcome)
        with (self.out / "batches.csv").open() as rows:
            reasons = collections.Counter(row["reason"] for row in csv.DictReader(rows))
        for reason, batches in reasons.items():
            self.assertEqual(total(text, "batcher_flushes_total", reason=reason), batches, reason)
        self.assertEqual(total(text, "batcher_flushes_total"), summary["batches"])
        self.assertEqual(total(text, "batcher_http_requests_total"), summary["http_requests"])
        self.assertEqual(total(text, "batcher_http_requests_total", phase="poll"), summary["polls"])
        self.assertEqual(total(text, "batcher_retries_total"), summary["retries"])
        self.assertEqual(total(text, "batcher_lone_calls_total"), summary["lone_calls"])
        self.assertEqual(total(text, "batcher_dedup_hits_total"), summary["dedup_saved"])
        self.assertEqual(total(text, "batcher_call_duration_seconds_count"), summary["calls"] - summary["errors"])
        self.assertEqual(total(text, "batcher_calls_per_batch_count"), summary["batches"])
        self.assertEqual(total(text, "batchlab_generator_lateness_seconds_count"), summary["calls"])
        self.assertEqual(total(text, "batcher_queue_depth_calls"), 0)
        self.assertGreaterEqual(total(text, "mock_server_requests_total"), summary["http_requests"])
        done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)

    def test_a_run_that_nobody_scraped_ends_at_once(self):
        run = self.start("run", *RUN, "--out", self.out, "--metrics", "127.0.0.1:0", "--metrics-hold", "1h")
        page_of(run)
        run.communicate(timeout=60)
        # A p99 of two seconds lacks evidence; a busy machine's times count for nothing.
        self.assertIn(run.returncode, (97, 98))

    def test_the_mock_alone_shows_what_it_was_asked(self):
        serve = self.start("serve", "--port", 0, "--metrics", "127.0.0.1:0")
        url = page_of(serve)
        origin = re.search(r"http://\S+", serve.stdout.readline()).group()
        urllib.request.urlopen(origin + "/v1/geocode/search?text=Berlin&apiKey=k", timeout=30).read()
        text = read(url)
        self.assertEqual(total(text, "mock_server_requests_total", code="200", route="single"), 1)
        self.assertEqual(total(text, "mock_server_requests_total"), 1)
        self.assertEqual(total(text, "mock_server_faults_total"), 0)
        self.assertEqual(total(text, "mock_server_delay_error_seconds_count"), 1)
        self.assertIn("process_resident_memory_bytes ", text)
        self.assertNotIn("batcher_calls_total", text)
        serve.send_signal(signal.SIGTERM)
        serve.communicate(timeout=60)
        self.assertEqual(serve.returncode, 0)

    def test_a_page_that_other_machines_can_read_is_warned_of(self):
        for address, warns in [("0.0.0.0:0", True), ("127.0.0.1:0", False)]:
            with self.subTest(address):
                serve = self.start("serve", "--port", 0, "--metrics", address)
                page_of(serve)
                serve.stdout.readline()  # it listens: all is said
                serve.send_signal(signal.SIGTERM)
                _, said = serve.communicate(timeout=60)
                self.assertEqual("other machines can read these metrics" in said, warns, said)

    def test_the_mock_alone_fails_on_purpose_and_counts_it(self):
        serve = self.start("serve", "--port", 0, "--metrics", "127.0.0.1:0",
                           "--set", 'server.faults=[{"kind": "status", "status": 503}]')
        url = page_of(serve)
        origin = re.search(r"http://\S+", serve.stdout.readline()).group()
        with self.assertRaises(urllib.error.HTTPError) as failed:
            urllib.request.urlopen(origin + "/v1/geocode/search?text=Berlin&apiKey=k", timeout=30)
        self.assertEqual(failed.exception.code, 503)
        text = read(url)
        self.assertEqual(total(text, "mock_server_faults_total", kind="status"), 1)
        self.assertEqual(total(text, "mock_server_faults_total"), 1)

    def test_an_address_that_is_none_is_refused_before_the_run(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            for arguments, words in [
                    (["run", *RUN, "--metrics", f"127.0.0.1:{port}"], "in use"),
                    (["run", *RUN, "--metrics", "9464"], "--metrics"),
                    (["run", *RUN, "--metrics", "127.0.0.1:99999"], "--metrics"),
                    (["run", *RUN, "--metrics", "127.0.0.1:0", "--metrics-hold", "soon"], "--metrics-hold"),
                    (["run", "scenarios/web-poisson.json", "--metrics", "127.0.0.1:0"], "--engine http"),
                    (["serve", "--port", "0", "--metrics", f"127.0.0.1:{port}"], "in use")]:
                with self.subTest(arguments):
                    done = subprocess.run([BATCHLAB, *arguments], capture_output=True, text=True, cwd=ROOT, timeout=60)
                    self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
                    self.assertIn(words, done.stderr)
                    self.assertEqual(done.stderr.count("\n"), 1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
