"""What each panel of a Grafana dashboard would show: its queries, asked of a Prometheus as Grafana
asks them, as plain lists for page.js."""

import math
import re

GRID_COLUMNS = 24


def seconds(duration):
    """A duration of Prometheus or of batchlab, of one unit: 30s, 4m, 1h."""
    return int(duration[:-1]) * {"s": 1, "m": 60, "h": 3600}[duration[-1]]


class TimeRange:
    """The last `length` seconds before `end`, for panels of a page `width` pixels wide."""

    def __init__(self, end, length, width, scrape_interval):
        self.end, self.length, self.width, self.scrape = int(end), length, width, scrape_interval

    def step(self, panel):
        """One point for each pixel at most, and none more often than Prometheus reads."""
        pixels = self.width * panel["gridPos"]["w"] / GRID_COLUMNS
        return max(self.scrape, math.ceil(self.length / pixels))

    def times(self, panel):
        return list(range(self.end - self.length, self.end + 1, self.step(panel)))

    def filled_in(self, expression, step):
        """Grafana's variables replaced; $__rate_interval by the rule of its manual."""
        rate = max(step + self.scrape, 4 * self.scrape)
        expression = expression.replace("$__rate_interval", f"{rate}s")
        expression = expression.replace("$__range", f"{self.length}s")
        return re.sub(r"\$(job|instance|batcher)\b", ".+", expression)


def legend(target, labels):
    return re.sub(r"\{\{(\w+)\}\}", lambda found: labels.get(found[1], ""), target["legendFormat"])


def finite(text):
    value = float(text)
    return value if math.isfinite(value) else None


def over_time(prometheus, span, expression, panel):
    """(labels, values at span.times) of each series; None where there is no value."""
    times, step = span.times(panel), span.step(panel)
    found = prometheus.api("query_range", query=span.filled_in(expression, step),
                           start=times[0], end=times[-1], step=step)["result"]
    for series in found:
        values = {int(time): finite(value) for time, value in series["values"]}
        yield series["metric"], [values.get(time) for time in times]


def at_end(prometheus, span, target):
    found = prometheus.api("query", query=span.filled_in(target["expr"], span.scrape),
                           time=span.end)["result"]
    return [(one["metric"], finite(one["value"][1])) for one in found]


def lines(prometheus, span, panel):
    return [{"name": legend(target, labels), "values": values}
            for target in panel["targets"]
            for labels, values in over_time(prometheus, span, target["expr"], panel)]


def figures(prometheus, span, panel):
    return [{"name": legend(target, labels), "value": value}
            for target in panel["targets"] for labels, value in at_end(prometheus, span, target)]


def buckets(prometheus, span, panel):
    """The rows of a heatmap, lowest first: what is in each bucket, not what is below its edge."""
    target, = panel["targets"]
    found = sorted(((float(labels["le"]), labels["le"], values) for labels, values in
                    over_time(prometheus, span, target["expr"], panel)))
    rows, below = [], None
    for _, edge, values in found:
        own = values if below is None else [
            None if value is None else value - (less or 0) for value, less in zip(values, below)]
        rows.append({"name": edge, "values": own})
        below = values
    return rows


def table(prometheus, span, panel):
    """The answers of all targets joined by their labels, then what the panel's transformations ask
    for: {"columns": names, "rows": values}."""
    joined = {}
    for target in panel["targets"]:
        column = f"Value #{target['refId']}" if len(panel["targets"]) > 1 else "Value"
        for labels, value in at_end(prometheus, span, target):
            row = joined.setdefault(tuple(sorted(labels.items())), dict(labels))
            row[column] = value
    rows = list(joined.values())
    for one in panel["transformations"]:
        if one["id"] == "convertFieldType":
            for change in one["options"]["conversions"]:
                for row in rows:
                    row[change["targetField"]] = float(row[change["targetField"]])
        elif one["id"] == "sortBy":
            for key in one["options"]["sort"]:
                rows.sort(key=lambda row, field=key["field"]: row[field])
        elif one["id"] == "organize":
            names = one["options"]["renameByName"]
            rows = [{names.get(name, name): value for name, value in row.items()} for row in rows]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return {"columns": columns, "rows": [[row.get(name) for name in columns] for row in rows]}


SHOWN_BY = {"timeseries": lines, "stat": figures, "heatmap": buckets, "trend": table,
            "table": table}


def marks(prometheus, span, annotation, panel):
    """The stretches of time, in seconds, in which the annotation's query has a value."""
    times, found = span.times(panel), []
    for labels, values in over_time(prometheus, span, annotation["expr"], panel):
        name = legend({"legendFormat": annotation["titleFormat"]}, labels)
        for time, value in zip(times, values):
            if value is None:
                continue
            if found and found[-1]["name"] == name and found[-1]["to"] == time - span.step(panel):
                found[-1]["to"] = time
            else:
                found.append({"name": name, "from": time, "to": time})
    return found


def read_panel(prometheus, span, panel, annotations):
    shown = {"panel": panel}
    if panel["type"] in SHOWN_BY:
        shown["data"] = SHOWN_BY[panel["type"]](prometheus, span, panel)
    elif panel["type"] not in ("row", "text"):
        raise ValueError(f"{panel['title']}: the preview draws no panel of type {panel['type']}")
    if panel["type"] in ("timeseries", "heatmap"):
        shown["times"] = span.times(panel)
    if panel["type"] == "timeseries":
        shown["marks"] = [{"color": one["iconColor"],
                           "stretches": marks(prometheus, span, one, panel)} for one in annotations]
    return shown
