// A comparison in words and tables, its state (point, quantity, theme: also in the address), and who draws what.

for (const point of report.points) {
  point.label = shownLabel(point.label || "the run");
}
const several = report.of === "sweep";
const unitOf = Object.fromEntries(report.quantities.map(({ name, unit }) => [name, unit]));
const names = report.quantities.map(({ name }) => name).filter((name) => report.pairs.some((pair) => pair.quantity === name));
const byPoint = report.points.map(() => new Map());
for (const pair of report.pairs) { byPoint[pair.point].set(pair.quantity, pair); }

function pairOf(point, quantity) { return byPoint[point].get(quantity) || null; }
function pairsAt(point) { return report.points.length > 0 ? names.map((name) => pairOf(point, name)).filter(Boolean) : []; }
function capital(text) { return text[0].toUpperCase() + text.slice(1); }
function folderOf(side) { return (side === "A" ? report.a : report.b).folder; }

// What a line connects: points of one policy, and of one value of every other axis.
function groupName(point) { return [words(point.policy), ...point.others.map(changeText)].join(", "); }
const windowed = report.points.map((point, i) => ({ point, i })).filter(({ point }) => point.window_ms !== null && !point.baseline);
const windows = [...new Set(windowed.map(({ point }) => point.window_ms))].sort((a, b) => a - b);
const groupNames = [...new Set(windowed.map(({ point }) => groupName(point)))];
const groups = groupNames.map((name, i) => ({ name, colour: `s${i % 8}`,
  points: windowed.filter(({ point }) => groupName(point) === name).map((one) => one.i) }));
const overWindows = windows.length > 1;

// First of all the largest difference that is shown; of a sweep, of the p99 if it is known.
const size = (pair) => (pair.shown && pair.relative ? Math.abs(pair.relative.value) : 0);
const firstQuantity = ["latency.p99", "latency.mean"].find((name) => names.includes(name)) || names[0];
const firstPoint = report.points.reduce((best, point, i) => {
  const pair = (index) => pairOf(index, firstQuantity);
  return !report.points[best].baseline && (point.baseline || !pair(i) || (pair(best) && size(pair(i)) <= size(pair(best)))) ? best : i;
}, 0);
const state = { point: firstPoint, quantity: firstQuantity,
  selectPoint: (point) => turn({ point }), selectQuantity: (quantity) => turn({ quantity: names[quantity] }) };

function turn(change) {
  Object.assign(state, change);
  remember();
  update();
}

function joined(texts) { return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} and ${texts[texts.length - 1]}`; }

// "mean wait +9.6 % and p99 latency +4.2 %"; of sweeps "mean wait at 5 of 12 points (most at 20 ms, +9.6 %)".
function listed(pairs) {
  const sorted = pairs.toSorted((a, b) => size(b) - size(a));
  if (!several) { return joined(sorted.map((pair) => `${quantityName(pair.quantity)} ${differenceText(pair)}`)); }
  const of = names.map((name) => sorted.filter((pair) => pair.quantity === name)).filter((group) => group.length > 0)
    .sort((a, b) => b.length - a.length);
  const texts = of.slice(0, 3).map((group) => `${quantityName(group[0].quantity)} at ${group.length} of ${report.points.length} points (most at ${report.points[group[0].point].label}, ${differenceText(group[0])})`);
  return `${joined(texts)}${of.length > 3 ? `; and ${joined(of.slice(3).map(([pair]) => quantityName(pair.quantity)))}` : ""}`;
}

function drawVerdict() {
  const of = (verdict) => report.pairs.filter((pair) => pair.verdict === verdict);
  const [worse, better] = [of("worse"), of("better")];
  const failed = report.demands.filter(({ status }) => status === "failed").length;
  const lacking = report.demands.filter(({ status }) => status === "lacks_evidence").length;
  const what = several ? `quantities at ${report.points.length + report.points_left_out} points` : "quantities";
  const head = report.compared === 0 ? "Nothing to compare" : report.different === 0
    ? `No difference shown in ${report.compared} ${what}` : `Different in ${report.different} of ${report.compared} ${what}`;
  const why = [worse.length > 0 ? `B is worse: ${listed(worse)}.` : "", better.length > 0 ? `B is better: ${listed(better)}.` : "",
    report.compared === 0 ? "No quantity is known of both." : "",
    report.compared > 0 && report.different === 0 ? "What there is may be chance: each interval holds 0, or would among so many." : ""];
  const look = failed > 0 || report.invalid ? "bad" : worse.length > 0 || lacking > 0 || report.compared === 0 ? "warn" : "good";
  byId("verdict").className = `card verdict ${look}${report.demands.length > 0 ? "" : " alone"}`;
  byId("headline").textContent = report.invalid ? `Not valid. ${head}` : failed > 0
    ? `${failed === 1 ? "A demand fails" : `${failed} demands fail`}. ${head}` : head;
  byId("reason").textContent = why.filter(Boolean).join(" ");
  byId("remark").textContent = `“Worse” and “better” hold among all of them together (Holm): 5 % of all comparisons of equal results show one. ${several
    ? "Runs of one seed had the same arrivals and are compared in pairs; others are independent." : "The two runs are taken to be independent."}`;
  byId("demands-box").hidden = report.demands.length === 0;
  const marks = { passed: "✓ passed", failed: "✗ failed", lacks_evidence: "? lacks evidence" };
  byId("demands").replaceChildren(...report.demands.map(({ status, line }) => {
    const [demand, rest] = line.split(/ {3}(?:passed|FAILED|LACKS EVIDENCE): ?/);
    return element("li", { class: status }, element("b", {}, marks[status]), ` ${demand}`, element("div", { class: "quiet" }, rest || ""));
  }));
  byId("warnings").hidden = report.warnings.length === 0;
  byId("warnings-list").replaceChildren(...report.warnings.map((text) => element("li", {}, text)));
}

function drawTiles() {
  const shown = ["latency.p50", "latency.p99", "wait.mean", "requests_saved", "calls_per_batch.mean"]
    .map((name) => pairsAt(state.point).find((pair) => pair.quantity === name)).filter(Boolean);
  byId("tiles").replaceChildren(...(several ? [element("div", { class: "tile" }, element("span", { class: "quiet" }, "Looked at"),
    element("b", report.points[state.point].label.length > 9 ? { class: "long" } : {}, report.points[state.point].label))] : []),
    ...shown.map((pair) => element("div", { class: "tile" }, element("span", { class: "quiet" }, capital(quantityName(pair.quantity))),
      element("b", { class: `${lookOf(pair)}-text` }, differenceText(pair)),
      element("span", { class: "quiet" }, pair.verdict === "same" ? `${valueText(pair, pair.a)} in both` : `${valueText(pair, pair.a)}, then ${valueText(pair, pair.b)}`))));
}

// A table whose columns [name, value, text, class] sort, and whose rows are chosen by mouse, Enter and arrows.
function sortedTable(table, columns, rows, sorting, { selected, select, look }) {
  const again = () => sortedTable(table, columns, rows, sorting, { selected, select, look });
  const head = element("tr", {}, ...columns.map(([name, , , className], i) => {
    const button = element("button", { type: "button" }, name);
    button.addEventListener("click", () => {
      sorting.ascending = sorting.column === i ? !sorting.ascending : true;
      sorting.column = i;
      again();
      table.querySelectorAll("th button")[i].focus();
    });
    return element("th", { scope: "col", class: className === undefined ? "" : className.replace("code", ""), "aria-sort": sorting.column === i ? (sorting.ascending ? "ascending" : "descending") : "none" }, button);
  }));
  const value = columns[sorting.column][1];
  const sorted = rows.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) { return (x === null) - (y === null); }
    const order = typeof x === "string" ? x.localeCompare(y) : x - y;
    return sorting.ascending ? order : -order;
  });
  replaceRows(table, element("thead", {}, head), element("tbody", {}, ...sorted.map((row) => {
    const made = element("tr", { "data-point": rows.indexOf(row), "aria-selected": String(selected(row)) },
      ...columns.map(([, , text, className], i) => element("td", { class: [i === 0 ? "" : className || "", look(row, i)].join(" ").trim() }, text(row))));
    return selectable(made, () => select(row));
  })));
}

const sortings = { points: { column: 0, ascending: true }, pairs: { column: 0, ascending: true } };

function drawPointsTable() {
  byId("points").hidden = !several;
  if (!several) { return; }
  byId("points-note").textContent = `Red: worse, green: better, grey: no difference shown. Click a row, or press Enter on it, to look at that point.${report.points_left_out > 0 ? ` ${count(report.points_left_out)} points were left out of this page.` : ""}`;
  const columns = [["Point", (i) => i, (i) => report.points[i].label],
    ...names.map((name) => [quantityName(name), (i) => { const pair = pairOf(i, name); return pair && shareOf(pair) ? shareOf(pair).value : null; },
      (i) => { const pair = pairOf(i, name); return pair ? differenceText(pair) : "–"; }])];
  sortedTable(byId("points-table"), columns, report.points.map((_, i) => i), sortings.points, { selected: (i) => i === state.point,
    select: state.selectPoint, look: (i, column) => {
      const pair = column > 0 ? pairOf(i, names[column - 1]) : null;
      return column > 0 ? `${pair ? lookOf(pair) : "quiet"}-text` : "";
    } });
}

function drawPairsTable() {
  byId("table-title").textContent = several ? `All quantities at ${report.points[state.point].label}` : "All quantities";
  byId("table-note").textContent = several ? "Click a row, or press Enter on it, to draw that quantity above." : "By the names that --fail-if takes.";
  const columns = [["Quantity", (pair) => names.indexOf(pair.quantity), (pair) => capital(quantityName(pair.quantity))],
    ["A", (pair) => pair.a, (pair) => valueText(pair, pair.a)], ["B", (pair) => pair.b, (pair) => valueText(pair, pair.b)],
    ["B against A", (pair) => (shareOf(pair) || pair.difference).value, differenceText],
    ["95 %", (pair) => (shareOf(pair) || pair.difference).low, (pair) => intervalText(pair) || "–"],
    ["Verdict", (pair) => pair.verdict, (pair) => pair.verdict, "text"], ["--fail-if", (pair) => pair.quantity, (pair) => pair.quantity, "text code"]];
  sortedTable(byId("pairs-table"), columns, pairsAt(state.point), sortings.pairs, { selected: (pair) => several && pair.quantity === state.quantity,
    select: (pair) => turn({ quantity: pair.quantity }), look: (pair, column) => ([3, 5].includes(column) ? `${lookOf(pair)}-text` : "") });
}

const hasCurves = report.points.some(({ a, b }) => percentilesOf(a).length > 1 && percentilesOf(b).length > 1);
const hasParts = report.points.some(({ a, b }) => a.parts_ms && b.parts_ms);
const made = report.points.length === 0 ? [] : makeCards([
  [!several, "quantities", "Differences", drawQuantities, true],
  [several && overWindows, "over-windows", "Difference against window", drawOverWindows, true],
  [several && !overWindows, "over-points", "Difference at each point", drawPoints, true],
  [several, "quantities", "Differences at the point", drawQuantities, true],
  [hasCurves, "percentiles", "Latency by percentile", drawBothNines, true],
  [hasParts, "parts", "Where the time of a call goes", drawBothParts, true]]);

function has(id) {
  const { a, b } = report.points[state.point];
  const needs = { percentiles: () => [a, b].every((side) => percentilesOf(side).length > 1), parts: () => a.parts_ms && b.parts_ms };
  return !needs[id] || Boolean(needs[id]());
}

function update() {
  showTheme();
  byId("quantity").value = state.quantity;
  byId("point").value = String(state.point);
  if (report.points.length > 0) {
    drawTiles();
    drawCharts(made, has, state);
    drawPointsTable();
    drawPairsTable();
  }
}

function remember() {
  toAddress({ point: several && state.point !== firstPoint ? state.point : null, quantity: several && state.quantity !== firstQuantity ? state.quantity : null });
}

function recall() {
  const parts = fromAddress();
  state.point = indexOf(parts.get("point"), report.points.length) ?? firstPoint;
  state.quantity = names.includes(parts.get("quantity")) ? parts.get("quantity") : firstQuantity;
}

// The facts of both side by side; where they differ, both are told and the row is marked.
function drawFacts() {
  const facts = [new Map(report.a.facts), new Map(report.b.facts)];
  const all = [...new Set([...facts[0].keys(), ...facts[1].keys()])];
  byId("facts-note").textContent = "Rows in bold differ.";
  byId("facts").replaceChildren(element("thead", {}, element("tr", {}, ...["", `A: ${report.a.folder}`, `B: ${report.b.folder}`].map((text) => element("th", { scope: "col", class: "text" }, text)))),
    element("tbody", {}, ...all.map((name) => {
      const [a, b] = facts.map((one) => one.get(name) ?? "–");
      return a === b ? element("tr", {}, element("td", { class: "quiet" }, name), element("td", { class: "text", colspan: "2" }, a))
        : element("tr", { class: "differs" }, element("td", { class: "quiet" }, name), element("td", { class: "text" }, a), element("td", { class: "text" }, b));
    })));
}

function writeOnce() {
  document.title = `${report.a.folder} and ${report.b.folder} – batchlab`;
  byId("title").textContent = `Comparison: ${report.a.name}${report.b.name === report.a.name ? "" : ` and ${report.b.name}`}`;
  const time = (side) => (side.engine === "sim" ? "virtual time" : "real time");
  byId("subtitle").textContent = [`A: ${report.a.folder}`, `B: ${report.b.folder}`, several ? `${report.points.length} points x ${report.a.replications} seeds` : "",
    time(report.a) === time(report.b) ? time(report.a) : `${time(report.a)}, then ${time(report.b)}`].filter(Boolean).join(" · ");
  byId("choice").hidden = !several || report.points.length === 0;
  byId("point").replaceChildren(...report.points.map((point, i) => element("option", { value: i }, point.label)));
  byId("quantity").replaceChildren(...names.map((name) => element("option", { value: name }, quantityName(name))));
  byId("point").addEventListener("change", (event) => turn({ point: Number(event.target.value) }));
  byId("quantity").addEventListener("change", (event) => turn({ quantity: event.target.value }));
  drawVerdict();
  drawFacts();
  byId("command").textContent = [report.command, ...(report.a.scenario && report.b.scenario
    ? ["", "# from nothing, with the scenarios below:", ...report.commands] : [])].join("\n");
  for (const [letter, side] of [["a", report.a], ["b", report.b]]) {
    byId(`scenario-${letter}`).textContent = side.scenario ? JSON.stringify(side.scenario, null, 2) : "";
    byId(`scenario-${letter}-box`).hidden = !side.scenario;
  }
}

writeOnce();
live({ recall, remember, update });
