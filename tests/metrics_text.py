"""What grafana_test.py reads: a metrics page (Prometheus's text format) and the names in PromQL."""

import dataclasses
import re

SAMPLE = re.compile(r'^(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>.*)\})? (?P<value>\S+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclasses.dataclass
class Family:
    """The series of one metric."""
    kind: str  # counter, gauge or histogram
    labels: dict = dataclasses.field(default_factory=dict)  # name -> the values it has

    def series_names(self, name):
        parts = ["_bucket", "_sum", "_count"] if self.kind == "histogram" else [""]
        return [name + part for part in parts]


def read_page(text):
    """Name -> Family. `le`, which is no label of its own, is left out."""
    families, family, name = {}, None, ""
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            name, kind = line.split()[2:]
            family = families.setdefault(name, Family(kind))
        elif line and not line.startswith("#"):
            sample = SAMPLE.match(line)
            if not sample or sample["name"] not in family.series_names(name):
                raise ValueError(f"no sample of {name}: {line}")
            for label, value in LABEL.findall(sample["labels"] or ""):
                if label != "le":
                    family.labels.setdefault(label, set()).add(value)
    return families


@dataclasses.dataclass
class Selector:
    """A metric in an expression, as `batcher_calls_total{job=~"$job"}[1m]`."""
    metric: str
    matchers: list  # of (label, operator, value)
    range: str  # "" if there is none
    functions: list  # that it stands within, the innermost last


GROUPING = {"by", "without", "on", "ignoring", "group_left", "group_right"}
WORDS = {"and", "or", "unless", "bool", "offset", "inf", "nan"}
TOKEN = re.compile(r"""
    (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*') | (?P<range>\[[^\]]*\]) |
    (?P<number>\d[\w.]*) | (?P<name>[a-zA-Z_:][\w:]*) | (?P<sign>[=!]~|!=|\S)""", re.VERBOSE)
AGGREGATORS = {"sum", "min", "max", "avg", "count", "count_values", "quantile", "topk", "bottomk",
               "group", "stddev", "stdvar"}


class Expression:
    """The selectors of a PromQL expression, and the labels that it groups by. The expression is
    taken to be a right one: Prometheus says whether it is."""

    def __init__(self, text):
        self.selectors, self.grouped_by = [], set()
        self._tokens = [(kind.lastgroup, kind.group()) for kind in TOKEN.finditer(text)]
        self._at, self._within = 0, []  # the names before the parentheses that are open
        name = ""
        while self._at < len(self._tokens):
            kind, token = self._next()
            if kind == "name" and token in GROUPING:
                self.grouped_by |= self._label_list()
            elif kind == "name" and (token in AGGREGATORS or self._peek() == "("):
                name = token
            elif kind == "name" and token.lower() not in WORDS:
                self.selectors.append(self._selector(token))
            elif token == "(":
                self._within.append(name)
                name = ""
            elif token == ")":
                self._within.pop()

    def _next(self):
        self._at += 1
        return self._tokens[self._at - 1]

    def _peek(self):
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _label_list(self):
        labels = set()
        if self._peek() == "(":
            while (token := self._next())[1] != ")":
                labels |= {token[1]} if token[0] == "name" else set()
        return labels

    def _selector(self, metric):
        matchers, reach = [], ""
        if self._peek() == "{":
            self._next()
            while self._peek() != "}":
                label, operator, value = (self._next()[1] for _ in range(3))
                matchers.append((label, operator, value[1:-1]))
                if self._peek() == ",":
                    self._next()
            self._next()
        if self._peek().startswith("["):
            reach = self._next()[1][1:-1]
        return Selector(metric, matchers, reach, [name for name in self._within if name])
