// The tables: all points, and the best of each policy.

const COLUMNS = [
  ["Setting", (point) => point.index, null],
  ["Saved", savedOf, (point) => percent(savedOf(point), 1)],
  ["HTTP requests per 1,000 calls", perThousand, (point) => count(perThousand(point))],
  ["polls of these", (point) => point.calls > 0 && point.polls !== undefined ? 1000 * point.polls / point.calls : null, null],
  ["Calls per batch", (point) => point.calls_per_batch ? point.calls_per_batch.mean : null, null],
  ["mean", (point) => latencyOf(point, "mean"), (point) => ms(latencyOf(point, "mean"))],
  ["p50", (point) => latencyOf(point, "p50"), (point) => ms(latencyOf(point, "p50"))],
  ["p90", (point) => latencyOf(point, "p90"), (point) => quantileText(point, "p90")],
  ["p99", (point) => latencyOf(point, "p99"), (point) => quantileText(point, "p99")],
  ["p99, 95 %", (point) => upperOf(point, "p99"), (point) => rangeText(point, "p99")],
  ["p99.9", (point) => latencyOf(point, "p999"), (point) => quantileText(point, "p999")],
  ["Errors", (point) => point.errors ?? null, (point) => count(point.errors)],
];
const sorting = { column: 0, ascending: true };

function quantileText(point, name) { return point.lacking.includes(name) ? "–" : ms(latencyOf(point, name)); }
function rangeText(point, name) {
  const one = (point.latency_ms || {})[name];
  return one && one.low !== undefined ? `${ms(Math.max(0, one.low))} – ${ms(one.high)}` : "–";
}

function usedColumns() {
  return COLUMNS.filter(([, value], i) => i === 0 || report.points.some((point) => value(point) !== null));
}

function headOf(columns, draw_again) {
  const row = element("tr");
  columns.forEach(([name], i) => {
    const button = element("button", { type: "button" }, name);
    const direction = sorting.column === i ? (sorting.ascending ? "ascending" : "descending") : "none";
    const cell = element("th", { scope: "col", "aria-sort": direction }, button);
    button.addEventListener("click", () => {
      sorting.ascending = sorting.column === i ? !sorting.ascending : true;
      sorting.column = i;
      draw_again();
      byId("points-table").querySelectorAll("th button")[i].focus();
    });
    row.append(cell);
  });
  return element("thead", {}, row);
}

function tagsOf(point, front, knee) {
  const tags = [];
  if (point.invalid) { tags.push("not valid"); }
  if (isSaturated(point)) { tags.push("saturated"); }
  if (front.includes(point)) { tags.push("front"); }
  if (point === knee) { tags.push("knee"); }
  if (point.chosen) { tags.push("chosen"); }
  return tags.map((text) => element("span", { class: "tag" }, text));
}

function rowOf(point, columns, state, front, knee) {
  const row = element("tr", { "data-point": point.index,
    "aria-selected": String(point === state.point) });
  columns.forEach(([name, value, text], i) => {
    if (i === 0) {
      row.append(element("td", {}, element("span", { class: "name" }, dot(colourOf(point)), point.label), ...tagsOf(point, front, knee)));
      return;
    }
    const bad = name === quantileName(quantile) && upperOf(point) !== null && (upperOf(point) > state.target || objection(point));
    row.append(element("td", bad ? { class: "bad-text" } : {}, text ? text(point) : value(point) === null ? "–" : digits(value(point))));
  });
  return selectable(row, () => state.select(point.index));
}

// Where no batching was not run, what is known of it without: it sends a request for each call.
function unmeasured(columns) {
  if (report.points.some(isUnbatched)) { return []; }
  const known = { Saved: percent(0, 1), "HTTP requests per 1,000 calls": count(1000), "polls of these": "0", "Calls per batch": "1" };
  return [element("tr", {}, ...columns.map(([name], i) => i === 0
    ? element("td", {}, element("span", { class: "name" }, dot("p0"), "no batching"), element("span", { class: "tag" }, "not measured")) : element("td", {}, known[name] || "–")))];
}

function drawPoints(state) {
  const table = byId("points-table");
  const columns = usedColumns();
  const value = columns[sorting.column][1];
  const sorted = report.points.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) { return (x === null) - (y === null); }
    return sorting.ascending ? x - y : y - x;
  });
  const front = paretoFront(report.points);
  const knee = kneeOf(front);
  replaceRows(table, headOf(columns, () => drawPoints(state)),
    element("tbody", {}, ...sorted.map((point) => rowOf(point, columns, state, front, knee)), ...unmeasured(columns)));
  byId("points-note").textContent = `Click a row, or press Enter on it, to look at that point; move the target to choose again.${report.points_left_out > 0 ? ` ${count(report.points_left_out)} points were left out of this page.` : ""}`;
}

// Where whole policies were compared: each at its usual and its best setting, by what it costs.
function drawAllPolicies(state) {
  byId("policies").hidden = false;
  byId("policies-title").textContent = "Each policy at its usual and its best setting";
  byId("policies-note").textContent = `What a call costs at ${ms(report.price_ms)} a batch, over the least that these calls must cost. The best setting was chosen by other runs than it is told of.`;
  const ratio = (point) => (point && point.regret ? digits(point.regret.ratio.value) : "–");
  const rows = byCost().map(({ policy, usual, best: chosen, tried }) => {
    const point = chosen || usual;
    const row = element("tr", { "data-point": point.index }, element("td", {}, dot(colourOf(point)), policyName(policy)),
      element("td", { class: "text" }, usual.label), element("td", {}, isSaturated(usual) ? "saturated" : ratio(usual)),
      element("td", { class: "text" }, chosen ? chosen.label : "–"), element("td", {}, ratio(chosen)), element("td", {}, count(tried)),
      element("td", {}, percent(savedOf(point), 1)), element("td", {}, ms(latencyOf(point, "p50"))), element("td", {}, quantileText(point, "p99")));
    return selectable(row, () => state.select(point.index));
  });
  const head = ["Policy", "Usual setting", "costs", "Best setting", "costs", "of so many tried", "Saved", "p50", "p99"].map((name, i) =>
    element("th", { scope: "col", class: [0, 1, 3].includes(i) ? "text" : "" }, name));
  replaceRows(byId("policies-table"), element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows));
}

// The best of each policy inside the target.
function drawPolicies(state) {
  if (report.policies) {
    drawAllPolicies(state);
    return;
  }
  const unbatched = report.points.filter(isUnbatched);
  const compared = [...groups, ...report.points.filter((point) => point.baseline).map((point) => ({ name: point.label, points: [point], colour: "p0" }))];
  byId("policies").hidden = groups.length < 2;
  if (groups.length < 2) { return; }
  const policies = new Set(report.points.filter((point) => !point.baseline).map((point) => point.policy));
  byId("policies-title").textContent = policies.size > 1 ? "Policies compared" : "Settings compared";
  byId("policies-note").textContent = `The best of each whose ${quantileName(quantile)} stays within ${ms(state.target)}, with the upper end of its interval.`;
  const rows = compared.map((group) => {
    const inside = group.points.filter((point) => !objection(point) && upperOf(point) <= state.target);
    const point = inside.length > 0 ? best(inside) : null;
    const meter = element("span", { class: "meter", "aria-hidden": "true" }, element("i"));
    meter.firstChild.style.width = `${point ? Math.max(0, 100 * savedOf(point)) : 0}%`;
    const row = element("tr", point ? { "data-point": point.index } : {},
      element("td", {}, dot(group.colour), group.name),
      element("td", { class: "text" }, point ? point.label : group.points.length === 1 ? objection(group.points[0]) || "misses the target" : "none holds the target"),
      element("td", {}, point ? percent(savedOf(point), 1) : "–", meter),
      element("td", {}, point ? ms(latencyOf(point, "p50")) : "–"),
      element("td", {}, point ? ms(latencyOf(point)) : "–"),
      element("td", {}, point ? ms(upperOf(point)) : "–"));
    if (point) { selectable(row, () => state.select(point.index)); }
    return { row, saved: point ? savedOf(point) : unbatched.includes(group.points[0]) ? -1 : -2 };
  });
  const head = [policies.size > 1 ? "Policy" : "Setting", "Best", "Saved", "p50", quantileName(quantile), "up to"].map((name, i) =>
    element("th", { scope: "col", class: i < 2 ? "text" : "" }, name));
  replaceRows(byId("policies-table"), element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...rows.sort((a, b) => b.saved - a.saved).map((one) => one.row)));
}
