"""A Prometheus for grafana_test.py, on a free port, and the program that it reads."""

import json
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

GENEROUS = 60  # seconds: the end of every wait
PAUSE = 0.1  # seconds between two looks at what has no event to wait for


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def get(url):
    with urllib.request.urlopen(url, timeout=GENEROUS) as reply:
        return reply.read().decode()


class Child:
    """A process that serves HTTP, known to do so once `url` answers."""

    def __init__(self, command, url, folder):
        self.command, self.since = command, time.monotonic()
        self.log = pathlib.Path(folder) / f"{pathlib.Path(command[0]).name}.log"
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            self.wait_for(f"{url} answers", lambda: self._answers(url))
        except BaseException:
            self.stop()
            raise

    def _answers(self, url):
        if self.process.poll() is not None:
            raise RuntimeError(f"{' '.join(self.command)} ended with {self.process.returncode}:\n"
                               + self.log.read_text())
        try:
            return bool(get(url))
        except OSError:  # nobody listens yet, or it is not ready
            return False

    def wait_for(self, what, ready):
        """Answers what `ready` does, as soon as that is something. All waits end GENEROUS after the
        start, so that those in vain do not add up."""
        while not (answer := ready()):
            if time.monotonic() > self.since + GENEROUS:
                raise TimeoutError(f"not within {GENEROUS} s: {what}")
            time.sleep(PAUSE)
        return answer

    def stop(self):
        self.process.terminate()
        self.process.wait(GENEROUS)


class Prometheus(Child):
    """Runs with the configuration of `source`, which is aimed at `page`, a HOST:PORT."""

    def __init__(self, source, page, folder):
        program = shutil.which("prometheus")
        if not program:
            raise RuntimeError("Debian's package prometheus is not here: scripts/setup --for test")
        folder = pathlib.Path(folder)
        for rules in source.glob("*_rules.yml"):
            shutil.copy(rules, folder)
        config = (source / "prometheus.yml").read_text()
        (folder / "prometheus.yml").write_text(config.replace("batchlab:9464", page))
        self.url = f"http://127.0.0.1:{free_port()}"
        super().__init__(
            [program, f"--config.file={folder}/prometheus.yml", "--log.level=warn",
             f"--storage.tsdb.path={folder}/data",
             f"--web.listen-address={self.url.removeprefix('http://')}"],
            f"{self.url}/-/ready", folder)

    def api(self, path, **parameters):
        """The `data` of the answer; raises what Prometheus says against an expression."""
        url = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            return json.loads(get(url))["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(f"{parameters.get('query', path)}: {error.read().decode()}") from error

    def now(self, expression):
        """The series that an expression has now: (labels, [value])."""
        return [(one["metric"], [float(one["value"][1])])
                for one in self.api("query", query=expression)["result"]]

    def lately(self, expression):
        """... and each second for two minutes: (labels, values)."""
        end = time.time()
        found = self.api("query_range", query=expression, start=end - 120, end=end, step=1)
        return [(one["metric"], [float(value) for _, value in one["values"]])
                for one in found["result"]]
