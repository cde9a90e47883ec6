"""Goal: `batchlab serve` bears what clients do to it, and what its machine lacks.

Method: a server that may open few files is given more connections than that, none of which says anything; then
it is asked by an honest client. What the command says and refuses is looked at besides.

usage: serve_test.py BATCHLAB
"""

import http.client
import pathlib
import re
import resource
import socket
import subprocess
import sys
import unittest

BATCHLAB = pathlib.Path(sys.argv[1]).resolve()
GENEROUS = 120  # seconds


class ServeTest(unittest.TestCase):
    def serve(self, *arguments, files=None):
        def limit_files():
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

        server = subprocess.Popen([BATCHLAB, "serve", "--port", "0", *arguments], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, preexec_fn=limit_files if files else None)
        for clean_up in [server.stderr.close, server.stdout.close, server.wait, server.kill]:
            self.addCleanup(clean_up)
        line = server.stdout.readline()
        port = re.search(r"^listening on http://[\d.]+:(\d+)\n$", line)
        self.assertTrue(port, line)
        return server, int(port.group(1))

    def connect(self, port, sent=b""):
        client = socket.create_connection(("127.0.0.1", port), timeout=GENEROUS)
        self.addCleanup(client.close)
        client.sendall(sent)
        return client

    def assert_answers(self, port):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=GENEROUS)
        client.request("GET", "/healthz")
        self.assertEqual(client.getresponse().read(), b"ok")
        client.close()

    def test_more_connections_than_files_keep_nobody_out(self):
        _, port = self.serve(files=40)
        self.assert_answers(port)  # UBSan takes two files to look at the first object of each class
        for i in range(100):
            self.connect(port, [b"", b"GET /heal", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n["][i % 3])
        for _ in range(5):
            self.assert_answers(port)

    def test_more_connections_than_places_keep_nobody_out(self):
        _, port = self.serve("--max-connections", "10")
        for _ in range(50):
            self.connect(port, b"GET /heal")
        for _ in range(5):
            self.assert_answers(port)

    def test_limits_are_those_of_the_options(self):
        _, port = self.serve("--patience", "50ms", "--max-headers", "2", "--max-body-bytes", "10")
        self.assertTrue(self.connect(port, b"GET /heal").recv(100).startswith(b"HTTP/1.1 408"))
        head = b"POST / HTTP/1.1\r\nHost: x\r\n"
        self.assertTrue(self.connect(port, head + b"A: 1\r\nB: 2\r\n\r\n").recv(100).startswith(b"HTTP/1.1 431"))
        self.assertTrue(self.connect(port, head + b"Content-Length: 11\r\n\r\n").recv(100)
                        .startswith(b"HTTP/1.1 413"))

    def test_others_can_connect_only_after_a_warning(self):
        server, port = self.serve("--bind", "0.0.0.0")
        self.assertEqual(server.stderr.readline(), "warning: other machines can use this server (--bind 0.0.0.0), "
                                                   "with any key: --api-key KEY takes one only\n")
        self.assert_answers(port)
        server, _ = self.serve()
        server.terminate()
        self.assertEqual(server.communicate(timeout=GENEROUS)[1], "")

    def test_limits_may_be_beyond_all_that_comes(self):
        _, port = self.serve("--patience", "2550000h", "--idle-limit", "2550000h", "--job-retention",
                             "2550000h", "--max-connections", "18446744073709551615", "--max-held-bytes",
                             "18446744073709551615")
        self.assert_answers(port)

    def test_bad_limits_are_one_sentence(self):
        for arguments in [["--max-connections", "0"], ["--max-line-bytes", "8193"], ["--patience", "0s"],
                          ["--idle-limit", "abc"], ["--job-retention", "-1h"], ["--min-pace", "0"]]:
            done = subprocess.run([BATCHLAB, "serve", "--port", "0", *arguments], capture_output=True, text=True,
                                  timeout=GENEROUS)
            self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (2, "", 1), done.stderr)
            self.assertIn(arguments[0], done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
