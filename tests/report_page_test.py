"""Goal: the page of a result works in a browser.

Method: results are made here; their pages are opened by Chromium, which report_page/page_test.js drives
with the npm package playwright-core. That is installed into the build directory, of the version in
report_page/package-lock.json. Pictures of the page stay there, in report_page/pictures.

Usage: report_page_test.py BATCHLAB SOURCE_DIR BUILD_DIR
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

BATCHLAB, ROOT, BUILD = (pathlib.Path(one).resolve() for one in sys.argv[1:4])
SOURCES, PLACE = ROOT / "tests" / "report_page", BUILD / "report_page"
EVIL = "</script><img src=x onerror=alert(1)>"


def run(*command, code=0, **more):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=600, **more)
    if done.returncode != code:
        raise AssertionError(f"{command}\n{done.stdout}{done.stderr}")
    return done.stdout


def install_playwright():
    lock = json.loads((SOURCES / "package-lock.json").read_text())
    wanted = lock["packages"]["node_modules/playwright-core"]["version"]
    installed = PLACE / "node_modules" / "playwright-core" / "package.json"
    if not (installed.exists() and json.loads(installed.read_text())["version"] == wanted):
        for file in ["package.json", "package-lock.json"]:
            shutil.copy(SOURCES / file, PLACE)
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=PLACE)


def make_pages(folder):
    scenario = ROOT / "scenarios" / "web-poisson.json"
    quick = ["--calls", "2000", "--replications", "5"]
    run(BATCHLAB, "sweep", scenario, *quick, "--window", "1ms..300ms", "--out", folder / "of-sweep")
    run(BATCHLAB, "run", scenario, "--out", folder / "of-run")
    run(BATCHLAB, "tune", "--enqueue-log", folder / "of-run" / "calls.csv", "--service", scenario,
        "--slo", "latency.p90 <= 300ms", "--budget", "5s", "--out", folder / "of-tune")
    evil = json.loads(scenario.read_text()) | {"name": EVIL, "description": EVIL + "<!--<script>"}
    (folder / "evil.json").write_text(json.dumps(evil))
    run(BATCHLAB, "sweep", folder / "evil.json", *quick, "--window", "20ms,50ms", "--out",
        folder / "of-evil")
    run(BATCHLAB, "sweep", scenario, "--policy", "all", "--calls", "500", "--replications", "4", "--out",
        folder / "of-policies")
    run(BATCHLAB, "sweep", scenario, "--window", "1ms..500ms:log:50", "--sweep", "batcher.max_items=10,100,500,1000",
        "--calls", "200", "--replications", "2", "--out", folder / "of-many")
    for name in ["sweep", "run", "tune", "evil", "policies", "many"]:
        shutil.copy(folder / f"of-{name}" / "report.html", folder / f"{name}.html")
    make_comparisons(folder, scenario, quick)


def make_comparisons(folder, scenario, quick):
    def compare(a, b, name, *more, code=0):
        run(BATCHLAB, "compare", a, b, *more, "--report", f"{name}.html", code=code, cwd=folder)

    run(BATCHLAB, "run", scenario, "--seed", "2", "--window", "55ms", "--out", folder / "after")
    shutil.copytree(folder / "of-run", folder / "before")
    compare("before", "after", "compared-runs", "--fail-if", "wait.mean worse by 5%", "--fail-if",
            "latency.p99 worse by 50%", code=99)
    compare("before", "before", "compared-equal")
    run(BATCHLAB, "sweep", scenario, *quick, "--window", "1ms..300ms", "--set", "server.batch.base=90ms",
        "--out", folder / "slower")
    compare("of-sweep", "slower", "compared-sweeps")
    (folder / EVIL.replace("/", "")).symlink_to(folder / "of-evil")
    compare("of-evil", EVIL.replace("/", ""), "compared-evil")


class ReportPageTest(unittest.TestCase):
    def test_the_page_works_in_chromium(self):
        folder = PLACE / "pictures"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        install_playwright()
        make_pages(folder)
        shutil.copy(SOURCES / "page_test.js", PLACE)
        browser = shutil.which("chromium")
        self.assertIsNotNone(browser, "chromium is not here; on Debian: apt-get install chromium")
        environment = os.environ | {"REPORT_FOLDER": str(folder), "REPORT_BROWSER": browser}
        print(run("node", "--test", "page_test.js", cwd=PLACE, env=environment))
        for name in ["sweep", "run", "tune", "policies", "compared-runs", "compared-sweeps"]:
            for look in ["light", "dark", "narrow", "print"]:
                self.assertGreater((folder / f"{name}-{look}.png").stat().st_size, 20_000, name)
        self.assertLess((folder / "many.html").stat().st_size, 2_500_000)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
