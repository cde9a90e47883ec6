"""Goal: a program in another language calls the C function from a thousand threads, each thread gets the
place of its own address, and the service sees far fewer HTTP requests than there were calls.

Method: this program loads the library through ctypes and asks `batchlab serve`; the mock's metrics tell
what it saw; every place is compared with that of a single look-up over HTTP. Ends, wrong uses and exits in
the middle of calls are tried in programs of their own.

usage: spreadsheet_test.py BATCHLAB LIBRARY
"""

import concurrent.futures
import ctypes
import json
import os
import re
import subprocess
import sys
import threading
import unittest
import urllib.parse
import urllib.request

BATCHLAB, LIBRARY = sys.argv[1:3]
THREADS = 1000
FOUND, NOT_FOUND, BAD_ARGUMENT, NOT_CONFIGURED, STOPPED, FAILED = 0, 1, 2, 3, 6, 7
FUNCTIONS = {"batchlab_get_location", "batchlab_last_error", "batchlab_start", "batchlab_stop"}
KEY = "the-key"
# In a process of its own, which ends while 50 of its threads wait for the answers.
EXIT_WHILE_CALLING = """
import ctypes, sys, threading
library = ctypes.CDLL(sys.argv[1])
asking = threading.Semaphore(0)
def ask(i):
    asking.release()
    library.batchlab_get_location(b"%d Main Street" % i, ctypes.byref(ctypes.c_double()), ctypes.byref(ctypes.c_double()))
for i in range(50):
    threading.Thread(target=ask, args=(i,), daemon=True).start()
for i in range(50):
    asking.acquire()
"""
# Answers of one call in a process of its own, whose environment differs.
ONE_CALL = """
import ctypes, sys
library = ctypes.CDLL(sys.argv[1])
library.batchlab_last_error.restype = ctypes.c_char_p
lat, lon = ctypes.c_double(7), ctypes.c_double(8)
code = library.batchlab_get_location(b"11 Wall Street New York, NY", ctypes.byref(lat), ctypes.byref(lon))
print(code, lat.value, lon.value, library.batchlab_last_error().decode())
"""


def load():
    library = ctypes.CDLL(LIBRARY)
    library.batchlab_get_location.argtypes = [
        ctypes.c_char_p, ctypes.POINTER(ctypes.c_double), ctypes.POINTER(ctypes.c_double)]
    library.batchlab_last_error.restype = ctypes.c_char_p
    return library


def run_python(code, **environment):
    clean = {name: value for name, value in os.environ.items()
             if name not in ("BATCHLAB_URL", "BATCHLAB_WINDOW", "GEOAPIFY_API_KEY")}
    return subprocess.run([sys.executable, "-c", code, LIBRARY], capture_output=True, text=True, timeout=100,
                          env={**clean, **environment})


class SpreadsheetTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.serve = subprocess.Popen(
            [BATCHLAB, "serve", "--port", "0", "--metrics", "127.0.0.1:0", "--api-key", KEY,
             "--set", "server.single=5ms", "--set", "server.workers=null"], stdout=subprocess.PIPE, text=True)
        cls.metrics = re.search(r"http://\S+", cls.serve.stdout.readline()).group()
        cls.origin = re.search(r"http://\S+", cls.serve.stdout.readline()).group()
        os.environ.update(BATCHLAB_URL=cls.origin, GEOAPIFY_API_KEY=KEY)
        cls.library = load()

    @classmethod
    def tearDownClass(cls):
        cls.serve.terminate()
        cls.serve.wait(timeout=30)
        cls.serve.stdout.close()

    def requests_seen(self):
        page = urllib.request.urlopen(self.metrics, timeout=30).read().decode()
        return sum(float(value) for value in
                   re.findall(r"^mock_server_requests_total\{.*\} (\S+)$", page, re.MULTILINE))

    def get(self, address):
        lat, lon = ctypes.c_double(7), ctypes.c_double(8)
        code = self.library.batchlab_get_location(address.encode(), ctypes.byref(lat), ctypes.byref(lon))
        return code, lat.value, lon.value, self.library.batchlab_last_error().decode()

    def look_up_alone(self, address):
        query = urllib.parse.urlencode({"text": address, "format": "json", "apiKey": KEY})
        with urllib.request.urlopen(f"{self.origin}/v1/geocode/search?{query}", timeout=60) as reply:
            result = json.load(reply)["results"][0]
        return FOUND, result["lat"], result["lon"], ""

    def test_a_thousand_threads_get_each_its_own_place_in_few_requests(self):
        addresses = [f"{i} Main Street, Springfield" for i in range(THREADS)]
        places, together = [None] * THREADS, threading.Barrier(THREADS)

        def ask(i):
            together.wait(timeout=100)
            places[i] = self.get(addresses[i])

        before = self.requests_seen()
        threading.stack_size(256 * 1024)
        threads = [threading.Thread(target=ask, args=(i,)) for i in range(THREADS)]
        threading.stack_size(0)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        requests = self.requests_seen() - before
        self.assertTrue(1 <= requests <= THREADS / 5, f"{requests} HTTP requests for {THREADS} calls")
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            self.assertEqual(places, list(pool.map(self.look_up_alone, addresses)))
        self.assertEqual(len(set(places)), THREADS, "places that differ show whose they are")
        print(f"{THREADS} calls from as many threads: {requests:.0f} HTTP requests")

    def test_what_is_not_found_leaves_the_numbers_alone_and_says_so(self):
        self.assertEqual(self.get("nowhere at all"), (NOT_FOUND, 7, 8, "not_found"))
        self.assertEqual(self.get("11 Wall Street New York, NY"), (FOUND, 40.7069, -74.0113, ""))
        self.assertEqual(self.get(b"\xff".decode("latin-1"))[0], FOUND)

    def test_a_null_pointer_is_refused(self):
        self.assertEqual(self.library.batchlab_get_location(None, None, None), BAD_ARGUMENT)
        self.assertEqual(self.library.batchlab_last_error(), b"found a null pointer")

    def test_errors_are_of_the_thread_that_had_them(self):
        self.library.batchlab_get_location(None, None, None)
        other = threading.Thread(target=lambda: self.get("11 Wall Street New York, NY"))
        other.start()
        other.join()
        self.assertEqual(self.library.batchlab_last_error(), b"found a null pointer")

    def test_a_stop_ends_the_calls_and_a_start_begins_anew(self):
        os.environ["BATCHLAB_WINDOW"] = "1h"  # nobody is answered before the stop
        self.library.batchlab_stop()
        self.assertEqual(self.library.batchlab_start(), FOUND)
        codes = []
        threads = [threading.Thread(target=lambda i=i: codes.append(self.get(f"{i} Main Street")[0]))
                   for i in range(20)]
        for thread in threads:
            thread.start()
        self.library.batchlab_stop()
        for thread in threads:
            thread.join()
        self.assertEqual(codes, [STOPPED] * 20)
        self.assertEqual(self.get("1 Main Street"), (STOPPED, 7, 8, "it was stopped"))
        del os.environ["BATCHLAB_WINDOW"]
        self.assertEqual(self.library.batchlab_start(), FOUND)
        self.assertEqual(self.get("1 Main Street")[0], FOUND)

    def test_what_the_environment_lacks_is_said_in_a_sentence(self):
        for environment, code, words in [
                ({}, NOT_CONFIGURED, "GEOAPIFY_API_KEY is not set, wanted the key of the service"),
                ({"GEOAPIFY_API_KEY": KEY, "BATCHLAB_URL": "nowhere"}, NOT_CONFIGURED, "BATCHLAB_URL: "),
                ({"GEOAPIFY_API_KEY": KEY, "BATCHLAB_WINDOW": "soon"}, NOT_CONFIGURED, "BATCHLAB_WINDOW: "),
                ({"GEOAPIFY_API_KEY": KEY, "BATCHLAB_URL": "http://127.0.0.1:1"}, FAILED, "failed_unreachable"),
                ({"GEOAPIFY_API_KEY": "another", "BATCHLAB_URL": self.origin}, FAILED, "failed_status")]:
            done = run_python(ONE_CALL, **environment)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(done.stdout.startswith(f"{code} 7.0 8.0 {words}"), done.stdout)
            self.assertNotIn(KEY, done.stdout)

    def test_a_program_that_ends_while_calls_wait_ends_well(self):
        for window in ["1h", "0ms", "1ms"]:
            done = run_python(EXIT_WHILE_CALLING, GEOAPIFY_API_KEY=KEY, BATCHLAB_URL=self.origin,
                              BATCHLAB_WINDOW=window)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""), window)

    def test_nothing_but_the_functions_is_exported(self):
        symbols = subprocess.run(["nm", "--dynamic", "--defined-only", "--format=posix", LIBRARY],
                                 capture_output=True, text=True, check=True).stdout
        self.assertEqual({line.split()[0] for line in symbols.splitlines()}, FUNCTIONS)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
