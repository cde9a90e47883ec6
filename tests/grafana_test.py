"""Goal: the dashboard, the rules and the alerts show what the program tells: they name only series
that it has, each expression means something to a real Prometheus and has data, and each alert was
seen to fire and to be silent.
Method: reads the files by the types of Grafana, the rules of its dashboard linter and ours; runs
the program's metrics page and Debian's Prometheus with our configuration, and asks it for every
expression.

usage: grafana_test.py SOURCE_DIR COMMAND...
COMMAND serves the metrics page on 127.0.0.1:PORT (a free one is put there) and steps its window.
"""

import copy
import itertools
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import jsonschema
import yaml
from metrics_text import Expression, read_page
from prometheus_server import Child, Prometheus, free_port, get

SOURCE, COMMAND = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]
RESULTS = SOURCE / "results"
DASHBOARD = json.loads((RESULTS / "grafana" / "dashboards" / "batchlab.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
ROWS = ["Is it well", "Is the window right", "What is the limit", "Sweep"]
DATA_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
UNITS = {"none", "short", "s", "percentunit", "reqps", "cps", "ops", "bytes"}
# What a process tells by custom; no question here is about them.
CUSTOMARY = {"process_virtual_memory_bytes"}
MADE_BY_PROMETHEUS = {"up": {"job", "instance"}, "ALERTS": {"job", "instance", "alertstate"}}

page, prometheus = "", None


def setUpModule():
    global page, prometheus
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    address = f"127.0.0.1:{free_port()}"
    command = [word.replace("127.0.0.1:PORT", address) for word in COMMAND]
    program = Child(command, f"http://{address}/metrics", folder.name)
    unittest.addModuleCleanup(program.stop)
    page = get(f"http://{address}/metrics")
    prometheus = Prometheus(RESULTS / "prometheus", address, folder.name)
    unittest.addModuleCleanup(prometheus.stop)


def read_yaml(*path):
    return yaml.safe_load(RESULTS.joinpath(*path).read_text())


def rules(file):
    return [rule for group in read_yaml("prometheus", file)["groups"] for rule in group["rules"]]


def data_source():
    file = read_yaml("grafana", "provisioning", "datasources", "prometheus.yml")
    source, = file["datasources"]
    return source


def targets():
    """Every query of every panel: (where, panel, target)."""
    return [(f"{panel['title']}, {target['refId']}", panel, target)
            for panel in PANELS for target in panel.get("targets", [])]


def expressions():
    """Every expression of ours: (where, text)."""
    found = [(where, target["expr"]) for where, _, target in targets()]
    found += [(one["name"], one["expr"]) for one in DASHBOARD["annotations"]["list"]]
    found += [(one.get("record") or one["alert"], one["expr"])
              for file in ["recording_rules.yml", "alert_rules.yml"] for one in rules(file)]
    return found


TYPES = jsonschema.Draft7Validator(
    json.loads((SOURCE / "tests" / "grafana_schema.json").read_text()))


def misfits(dashboard):
    """Where it does not fit the types of Grafana, and why."""
    return [f"{error.json_path}: {error.message}"
            for error in map(innermost, TYPES.iter_errors(dashboard))]


def innermost(error):
    """A panel fits none of the types of panels: what it lacks to fit that of its kind."""
    other_kinds = {one.schema_path[0] for one in error.context
                   if list(one.relative_path) == ["type"]}
    own = [one for one in error.context if one.schema_path[0] not in other_kinds]
    return innermost(own[0]) if own else error


def put(whole, path, value):
    """Sets what the path leads to."""
    *keys, last = path
    for key in keys:
        whole = whole.setdefault(key, {}) if isinstance(whole, dict) else whole[key]
    whole[last] = value


def filled_in(expression):
    """As Grafana sends it."""
    for variable, value in {"$__rate_interval": "5s", "$__range": "60s", "$job": ".+",
                            "$instance": ".+", "$batcher": ".+"}.items():
        expression = expression.replace(variable, value)
    return expression


def has_data(series):
    return any(math.isfinite(value) for _, values in series for value in values)


class TypesTest(unittest.TestCase):
    """Grafana drops what it does not know without a word."""

    def test_the_dashboard_fits_the_types_of_grafana(self):
        self.assertEqual(misfits(DASHBOARD), [])

    def test_overrides_set_fields_to_what_defaults_may_be(self):
        for panel in PANELS:
            for override in panel.get("fieldConfig", {}).get("overrides", []):
                for change in override["properties"]:
                    changed = copy.deepcopy(panel)
                    put(changed["fieldConfig"]["defaults"], change["id"].split("."),
                        change["value"])
                    self.assertEqual(misfits({**DASHBOARD, "panels": [changed]}), [],
                                     f"{panel['title']}, {override['matcher']['options']}")

    def test_what_does_not_fit_is_found(self):
        kinds = [panel["type"] for panel in DASHBOARD["panels"]]
        chart, stat, heatmap = (["panels", kinds.index(kind)]
                                for kind in ["timeseries", "stat", "heatmap"])
        for path, value in [
                (["refresh"], 5),
                (["graphTooltip"], 3),
                (["timezones"], "browser"),
                (["templating", "list", 1, "refresh"], 9),
                (["annotations", "list", 0, "enable"], "yes"),
                ([*chart, "gridPos", "x"], "0"),
                ([*chart, "options", "legend", "displayMode"], "lists"),
                ([*chart, "fieldConfig", "defaults", "custom", "lineWitdh"], 1),
                ([*chart, "fieldConfig", "defaults", "custom", "showPoints"], "seldom"),
                ([*chart, "targets", 0, "format"], "histogram"),
                ([*stat, "options", "reduceOptions", "calcs"], "last"),
                ([*stat, "fieldConfig", "defaults", "thresholds", "mode"], "relative"),
                ([*heatmap, "options", "color", "scale"], "log")]:
            wrong = copy.deepcopy(DASHBOARD)
            put(wrong, path, value)
            found, = misfits(wrong)
            self.assertTrue(re.search(rf"\b{path[-1]}\b", found), found)
        unknown = copy.deepcopy(DASHBOARD)
        put(unknown, [*chart, "type"], "graph")
        self.assertEqual(len(misfits(unknown)), 1)


class DashboardTest(unittest.TestCase):
    def test_it_is_provisioned_and_not_edited(self):
        self.assertEqual(DASHBOARD["uid"], "batchlab")
        self.assertIs(DASHBOARD["editable"], False)
        self.assertEqual(DASHBOARD["schemaVersion"], 39)  # that of Grafana 10.4
        self.assertEqual(DASHBOARD["refresh"], "5s")
        self.assertFalse({"id", "__inputs", "__requires"} & DASHBOARD.keys())

    def test_its_variables_choose_data_source_job_instance_and_batcher(self):
        source, *others = DASHBOARD["templating"]["list"]
        self.assertEqual((source["name"], source["label"], source["type"], source["query"]),
                         ("datasource", "Data source", "datasource", "prometheus"))
        self.assertEqual([one["name"] for one in others], ["job", "instance", "batcher"])
        earlier = ""
        for one in others:
            self.assertEqual((one["label"], one["type"], one["datasource"]),
                             (one["name"].capitalize(), "query", DATA_SOURCE))
            self.assertEqual((one["multi"], one["includeAll"], one["allValue"]), (True, True, ".+"))
            self.assertEqual(one["refresh"], 2, "the values must follow the time range")
            selector = f"batcher_calls_total{{{earlier}}}" if earlier else "batcher_calls_total"
            self.assertEqual(one["query"]["query"], f"label_values({selector}, {one['name']})")
            earlier = ",".join(filter(None, [earlier, f'{one["name"]}=~"${one["name"]}"']))

    def test_a_change_of_the_window_is_marked(self):
        first = DASHBOARD["annotations"]["list"][0]
        self.assertIn("changes(batcher_window_seconds{", first["expr"])
        for one in DASHBOARD["annotations"]["list"]:
            self.assertEqual((one["datasource"], one["enable"]), (DATA_SOURCE, True))

    def test_every_panel_says_what_it_shows_in_which_unit_and_what_to_do(self):
        ids = [panel["id"] for panel in DASHBOARD["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        titles = [panel["title"] for panel in PANELS]
        self.assertEqual(len(titles), len(set(titles)))
        for panel in PANELS:
            with self.subTest(panel["title"]):
                self.assertRegex(panel["title"], r"^[A-Z]")
                self.assertGreater(len(panel["description"]), 60)
                if panel["type"] == "text":
                    continue
                self.assertEqual(panel["datasource"], DATA_SOURCE)
                self.assertTrue(panel["targets"])
                units = [panel["fieldConfig"]["defaults"]["unit"]]
                units += [change["value"] for override in panel["fieldConfig"]["overrides"]
                          for change in override["properties"] if change["id"] == "unit"]
                self.assertLessEqual(set(units), UNITS)

    def test_it_says_where_its_percentiles_come_from(self):
        text = next(panel for panel in PANELS if panel["type"] == "text")["options"]["content"]
        self.assertIn("Percentiles here come from buckets", text)
        self.assertIn("Percentiles here come from buckets; reports of batchlab never do",
                      DASHBOARD["description"])

    def test_panels_fill_a_grid_of_24_columns_and_lie_below_the_row_they_belong_to(self):
        rows = [panel for panel in DASHBOARD["panels"] if panel["type"] == "row"]
        self.assertEqual([row["title"] for row in rows], ROWS)
        taken = {}
        for panel in DASHBOARD["panels"]:
            at = panel["gridPos"]
            for x, y in itertools.product(range(at["x"], at["x"] + at["w"]),
                                          range(at["y"], at["y"] + at["h"])):
                self.assertNotIn((x, y), taken, f"{panel['title']} lies on {taken.get((x, y))}")
                taken[x, y] = panel["title"]
        height = 1 + max(y for _, y in taken)
        self.assertEqual(set(taken), set(itertools.product(range(24), range(height))))
        order = [(panel["gridPos"]["y"], panel["gridPos"]["x"]) for panel in DASHBOARD["panels"]]
        self.assertEqual(order, sorted(order), "Grafana reads a row's panels from the order")

    def test_heatmaps_take_buckets_as_they_are(self):
        heatmaps = [panel for panel in PANELS if panel["type"] == "heatmap"]
        self.assertTrue(heatmaps)
        for panel in heatmaps:
            self.assertIs(panel["options"]["calculate"], False)
            for target in panel["targets"]:
                self.assertEqual((target["format"], target["legendFormat"]), ("heatmap", "{{le}}"))
                self.assertRegex(target["expr"], r"^sum by \(le\) \(increase\(\w+_bucket\{")


class QueryTest(unittest.TestCase):
    def test_queries_ask_for_the_job_the_instance_and_the_batcher_that_were_chosen(self):
        for where, panel, target in targets():
            with self.subTest(where):
                self.assertEqual(target["datasource"], DATA_SOURCE)
                self.assertNotEqual(target["range"], target["instant"])
                for one in Expression(target["expr"]).selectors:
                    for label in {"job", "instance", "batcher"} & labels_of(one.metric):
                        self.assertIn((label, "=~", f"${label}"), one.matchers)

    def test_rates_are_taken_over_what_grafana_finds_right(self):
        for where, panel, target in targets():
            with self.subTest(where):
                for one in Expression(target["expr"]).selectors:
                    self.assertIn(one.range, ["", "$__rate_interval", "$__range"])
                    if one.range == "$__range":
                        self.assertTrue(target["instant"])
                        self.assertTrue(one.metric.startswith("window:"), "a rate already")

    def test_counters_and_buckets_are_used_as_such(self):
        counters = {name for name, family in read_page(page).items() if family.kind == "counter"}
        for where, expression in expressions():
            for one in Expression(expression).selectors:
                with self.subTest(where, metric=one.metric):
                    if one.metric in counters or re.search(r"_(bucket|sum|count)$", one.metric):
                        self.assertIn(one.functions[-1], ["rate", "increase"])
        for where, panel, target in targets():
            for one in Expression(target["expr"]).selectors:
                if "_bucket" in one.metric and panel["type"] != "heatmap":
                    self.assertIn("histogram_quantile", one.functions, where)


def series_of_the_page():
    """Series name -> the Family that it belongs to."""
    return {series: family for name, family in read_page(page).items()
            for series in family.series_names(name)}


def labels_of(metric):
    """The labels that a metric may be asked for."""
    if metric in MADE_BY_PROMETHEUS:
        return MADE_BY_PROMETHEUS[metric]
    if ":" in metric:  # recorded
        window = {"window"} if metric.startswith("window:") else set()
        return {"job", "instance", "batcher", "le"} | window
    edge = {"le"} if metric.endswith("_bucket") else set()
    return {"job", "instance"} | series_of_the_page()[metric].labels.keys() | edge


class NamesTest(unittest.TestCase):
    def test_every_name_in_an_expression_is_one_of_the_page(self):
        series = series_of_the_page()
        recorded = {rule["record"] for rule in rules("recording_rules.yml")}
        known = series.keys() | recorded | MADE_BY_PROMETHEUS.keys()
        for where, text in expressions():
            with self.subTest(where):
                expression = Expression(text)
                self.assertTrue(expression.selectors)
                self.assertLessEqual({one.metric for one in expression.selectors}, known)
                labels = set().union(*(labels_of(one.metric) for one in expression.selectors))
                self.assertLessEqual(expression.grouped_by, labels)
                for one in expression.selectors:
                    for label, _, value in one.matchers:
                        self.assertIn(label, labels_of(one.metric), one.metric)
                        values = getattr(series.get(one.metric), "labels", {}).get(label)
                        if values and not value.startswith("$"):
                            self.assertLessEqual(set(value.split("|")), values, one.metric)

    def test_every_metric_of_the_page_answers_a_question_somewhere(self):
        used = {one.metric for _, text in expressions() for one in Expression(text).selectors}
        for name, family in read_page(page).items():
            if name not in CUSTOMARY:
                self.assertTrue(used & set(family.series_names(name)), f"{name} is shown nowhere")

    def test_the_table_of_metrics_is_that_of_the_page(self):
        text = (RESULTS / "grafana" / "README.md").read_text()
        rows = re.findall(r"^\| `(\w+)` \| (\w+) \| [^|]+ \| ([^|]+) \| [^|]+ \|$", text, re.M)
        told = {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}
        found = {name: (family.kind, set(family.labels))
                 for name, family in read_page(page).items()}
        self.assertEqual(told, found)


class RulesTest(unittest.TestCase):
    def promtool(self, *arguments):
        done = subprocess.run(["promtool", *arguments], cwd=RESULTS / "prometheus", text=True,
                              capture_output=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_promtool_finds_nothing_wrong(self):
        self.promtool("check", "config", "prometheus.yml")
        self.promtool("check", "rules", "recording_rules.yml", "alert_rules.yml")

    def test_alerts_fire_and_are_silent_as_they_should(self):
        self.promtool("test", "rules", "rule_tests.yml")
        seen = {(case["alertname"], bool(case["exp_alerts"]))
                for test in read_yaml("prometheus", "rule_tests.yml")["tests"]
                for case in test["alert_rule_test"]}
        names = [rule["alert"] for rule in rules("alert_rules.yml")]
        self.assertEqual(seen, set(itertools.product(names, [True, False])))

    def test_alerts_say_what_is_the_case_why_it_matters_and_what_to_do(self):
        readme = (RESULTS / "grafana" / "README.md").read_text()
        for rule in rules("alert_rules.yml"):
            with self.subTest(rule["alert"]):
                self.assertIn(rule["labels"]["severity"], ["critical", "warning", "info"])
                self.assertEqual(list(rule["annotations"]), ["summary", "description", "runbook"])
                for text in rule["annotations"].values():
                    self.assertRegex(text, r"\.$")
                self.assertIn(f"| `{rule['alert']}` | {rule['labels']['severity']} |", readme)


class FilesTest(unittest.TestCase):
    def test_prometheus_reads_the_page_as_often_as_grafana_believes(self):
        config = read_yaml("prometheus", "prometheus.yml")
        self.assertEqual(config["global"]["scrape_interval"], "1s")
        job, = config["scrape_configs"]
        self.assertEqual((job["job_name"], job["static_configs"]),
                         ("batchlab", [{"targets": ["batchlab:9464"]}]))
        self.assertEqual(config["rule_files"], ["recording_rules.yml", "alert_rules.yml"])
        source = data_source()
        self.assertEqual(source["jsonData"]["timeInterval"], config["global"]["scrape_interval"])
        self.assertEqual((source["uid"], source["type"], source["isDefault"]),
                         ("batchlab-prometheus", "prometheus", True))

    def test_the_containers_find_each_other_and_their_files(self):
        services = read_yaml("compose.yml")["services"]
        self.assertEqual(set(services), {"batchlab", "prometheus", "grafana"})
        soak = services["batchlab"]
        self.assertRegex(soak["command"], r"^soak scenarios/\S+\.json .*--metrics 0\.0\.0\.0:9464$")
        self.assertTrue((SOURCE / soak["command"].split()[1]).is_file())
        self.assertEqual((RESULTS / soak["build"]["context"]).resolve(), SOURCE)
        self.assertTrue((SOURCE / soak["build"]["dockerfile"]).is_file())
        source = data_source()
        self.assertEqual(source["url"], "http://prometheus:9090")
        file = read_yaml("grafana", "provisioning", "dashboards", "batchlab.yml")
        provider, = file["providers"]
        self.assertIs(provider["disableDeletion"], True)
        mounted = {}
        for name in ["prometheus", "grafana"]:
            self.assertRegex(services[name]["image"], r":v?\d+\.\d+\.\d+$")
            for published in services[name]["ports"]:
                self.assertTrue(published.startswith("127.0.0.1:"))
            for volume in services[name]["volumes"]:
                here, there, how = volume.split(":")
                self.assertTrue((RESULTS / here).is_dir(), here)
                self.assertEqual(how, "ro")
                mounted[there] = (RESULTS / here).resolve()
        self.assertEqual(mounted[provider["options"]["path"]], RESULTS / "grafana" / "dashboards")
        self.assertEqual(mounted["/etc/grafana/provisioning"], RESULTS / "grafana" / "provisioning")
        self.assertEqual(mounted["/etc/prometheus"], RESULTS / "prometheus")


class LiveTest(unittest.TestCase):
    """With Prometheus reading the page: named to run last, as data gathers meanwhile."""

    def ask(self, target, expression=None):
        text = filled_in(expression or target["expr"])
        return prometheus.now(text) if target["instant"] else prometheus.lately(text)

    def test_every_panel_has_data(self):
        for where, panel, target in targets():
            with self.subTest(where):
                self.ask(target)  # is right PromQL, or this raises
                whole = target["expr"].removesuffix(" > 0")  # what did not happen is left out

                def found(target=target, whole=whole):
                    series = self.ask(target, whole)
                    return series if has_data(series) else None

                series = prometheus.wait_for(f"{where} has data: {whole}", found)
                for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]):
                    self.assertTrue(all(label in labels for labels, _ in series), label)
        for panel in PANELS:
            if "targets" in panel:
                shown = any(has_data(self.ask(target)) for target in panel["targets"])
                self.assertTrue(shown, panel["title"])

    def test_the_sweep_has_a_row_for_each_window_that_was_in_force(self):
        panel = next(one for one in PANELS if one["title"] == "Windows compared")
        windows = prometheus.wait_for("two windows are compared",
                                      lambda: self.windows(panel["targets"], 2))
        values = {value for _, one in prometheus.lately("batcher_window_seconds") for value in one}
        self.assertLessEqual({float(window) for window in windows}, values)

    def windows(self, queries, least):
        """The windows that every column of the table has a row for, if there are so many."""
        columns = [{labels["window"] for labels, (value,) in self.ask(column)
                    if math.isfinite(value)} for column in queries]
        whole = set.intersection(*columns)
        return whole if len(whole) >= least else None

    def test_a_change_of_the_window_was_marked(self):
        mark = DASHBOARD["annotations"]["list"][0]["expr"]
        self.assertTrue(prometheus.wait_for("a mark", lambda: prometheus.lately(filled_in(mark))))

    def test_every_variable_has_a_value(self):
        for label in ["job", "instance", "batcher"]:
            values = prometheus.api(f"label/{label}/values", **{"match[]": "batcher_calls_total"})
            self.assertTrue(values, label)

    def test_rules_and_alerts_are_evaluated(self):
        written = [rule.get("record") or rule["alert"]
                   for file in ["alert_rules.yml", "recording_rules.yml"] for rule in rules(file)]

        def evaluated():
            found = [rule for group in prometheus.api("rules")["groups"] for rule in group["rules"]]
            return found if all(rule["health"] != "unknown" for rule in found) else None

        found = prometheus.wait_for("all rules were evaluated", evaluated)
        self.assertEqual(sorted(rule["name"] for rule in found), sorted(written))
        for rule in found:
            self.assertEqual((rule["health"], rule.get("lastError", "")), ("ok", ""), rule["name"])
        for rule in rules("recording_rules.yml"):
            prometheus.wait_for(f"{rule['record']} has data",
                                lambda name=rule["record"]: has_data(prometheus.lately(name)))
        for where, text in expressions():
            prometheus.now(filled_in(text))  # is right PromQL, or this raises


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
