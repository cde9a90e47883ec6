// The words on top, the state (target, point, theme: also in the address), and who draws what.

const range = targetRange();
const state = { target: firstTarget(range), point: null, picked: null, select: pick };

function settingWords(point) {
  if (isUnbatched(point)) { return "no batching"; }
  if (point.policy === "window" && point.window_ms !== null && !point.baseline) {
    return `a window of ${digits(point.window_ms)} ms${point.others.length > 0 ? ` with ${point.others.map(changeText).join(", ")}` : ""}`;
  }
  return point.label;
}

function verdictOf(answer) {
  const name = quantileName(quantile);
  if (report.kind === "run") { return verdictOfRun(); }
  if (report.kind === "tune" && report.tune.do_not_batch) {
    return { look: "warn", head: "Do not batch here", why: report.tune.do_not_batch };
  }
  if (!answer.point) {
    const fastest = answer.fastest;
    return { look: "bad", head: `Nothing holds ${ms(state.target)}`, why: fastest
      ? `The lowest ${name} that is safe to promise is ${ms(upperOf(fastest))}, with ${settingWords(fastest)}; it saves ${percent(savedOf(fastest))} of the HTTP requests.`
      : "No point could be trusted: each is saturated, not valid, or has too few batches." };
  }
  const point = answer.point;
  const around = upperOf(point) === latencyOf(point) ? "" : ` (95 %: up to ${ms(upperOf(point))})`;
  if (savedOf(point) <= 0.005) {
    return { look: "warn", head: "Do not batch", why: `Within ${ms(state.target)} nothing saves HTTP requests. With ${settingWords(point)} the ${name} is ${ms(latencyOf(point))}${around}.` };
  }
  const fewer = `Saves ${percent(savedOf(point))} of the HTTP requests${point.polls > 0 ? ", polls counted," : ""} with a ${name} of ${ms(latencyOf(point))}${around}, inside the ${ms(state.target)} target.`;
  return { look: answer.all ? "good" : "warn", head: `Use ${settingWords(point)}`, why: `${fewer} ${withoutBatching()}`,
    more: answer.all ? "" : "No point inside the target also holds the other demands of the scenario." };
}

function withoutBatching() {
  const point = report.points.find(isUnbatched);
  if (!point) { return ""; }
  if (isSaturated(point) || point.why) {
    return `Without batching the ${quantileName(quantile)} is ${ms(latencyOf(point))}: ${point.why || "the service cannot keep up"}.`;
  }
  return `Without batching the ${quantileName(quantile)} is ${ms(latencyOf(point))}.`;
}

function verdictOfRun() {
  const point = state.point;
  const name = quantileName(quantile);
  if (point.invalid) { return { look: "bad", head: "Not valid", why: point.invalid }; }
  const lacks = point.lacking.includes(quantile);
  const held = upperOf(point) <= state.target;
  const saved = savedOf(point) > 0 ? `saves ${percent(savedOf(point), 1)} of the HTTP requests` : `sends ${percent(-savedOf(point), 1)} more HTTP requests than calls`;
  const why = `${count(point.calls)} calls left in ${count(point.batches)} batches and ${count(point.http_requests)} HTTP requests${point.polls > 0 ? `, ${count(point.polls)} of them polls` : ""}: it ${saved}. The ${name} is ${lacks ? "not known, there were too few batches" : `${ms(latencyOf(point))}${upperOf(point) !== latencyOf(point) ? ` (95 %: up to ${ms(upperOf(point))})` : ""}`}. Without batching there would be an HTTP request for each call; a sweep tells how long they would take.`;
  const head = `${settingWords(point)} ${state.target === null ? `has a ${name} of ${ms(latencyOf(point))}` : lacks ? "lacks evidence" : held ? `holds ${ms(state.target)}` : `does not hold ${ms(state.target)}`}`;
  return { look: lacks ? "warn" : held || state.target === null ? "good" : "bad", head: head[0].toUpperCase() + head.slice(1), why };
}

function drawVerdict(answer) {
  const { look, head, why, more } = verdictOf(answer);
  byId("verdict").className = `card verdict ${look}${range ? "" : " alone"}`;
  byId("headline").textContent = head;
  byId("reason").textContent = why;
  const tune = report.tune || {};
  byId("remark").textContent = [more, tune.misleads ? `Do not trust this: ${tune.misleads}.` : "", 
    tune.held === false ? "It did not hold on the part of the log that it was not chosen on." : "",
    report.cheapest ? `The cheapest at ${ms(report.price_ms)} a batch: ${shownLabel(report.cheapest)}.` : "",
    ...report.findings.slice(0, 3)].filter(Boolean).join(" ");
}

function drawTiles() {
  const point = state.point;
  const tile = (name, value, unit) => element("div", { class: "tile" }, element("span", { class: "quiet" }, name),
    element("b", value.length > 22 ? { class: "longer" } : value.length > 9 ? { class: "long" } : {}, value, ...(unit ? [element("small", {}, ` ${unit}`)] : [])));
  const time = (name) => point.lacking.includes(name) ? ["–", "too few batches"] : [ms(latencyOf(point, name))];
  const known = [...new Set(["p50", quantile, "p99", "p999"])].filter((name) => latencyOf(point, name) !== null).slice(0, 3);
  const names = known.length > 0 ? known : ["mean"];
  byId("tiles").replaceChildren(tile("Looked at", point.label),
    ...names.map((name) => tile(name === "p50" ? "Median latency" : quantileName(name), ...time(name))),
    tile("Requests saved", percent(savedOf(point), 1)),
    tile("HTTP requests", count(perThousand(point)), point.polls > 0 ? `per 1,000 calls, ${count(1000 * point.polls / point.calls)} polls` : "per 1,000 calls"));
}

function drawTune() {
  const tune = report.tune;
  byId("tune").hidden = !tune;
  if (!tune) { return; }
  const list = (head, rows) => rows.length === 0 ? [] : [element("div", { class: "scroll" }, element("table", {},
    element("thead", {}, element("tr", {}, ...head.map((name) => element("th", { scope: "col" }, name)))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((text) => element("td", {}, text)))))))];
  byId("tune").replaceChildren(element("h3", {}, "What each knob brought, and other traffic"),
    ...list(["Knob", "Saved", quantileName(quantile)], tune.steps.map((step) => [step.what, percent(step.requests_saved, 1), ms(step.latency_ms)])),
    ...list(["Traffic", "Saved", quantileName(quantile), "Demands"], tune.scaled.map((one) => [`x ${digits(one.factor)}, ${one.how === "faster" ? "the same callers at another pace" : "more or fewer callers"}`,
      percent(one.requests_saved, 1), ms(one.latency_ms), words(one.demands)])),
    element("p", { class: "quiet" }, "To paste into a scenario:"), element("pre", { tabindex: "0" }, JSON.stringify(tune.paste)));
}

// Each chart that the data hold: when, id, title, how it is drawn, whether it takes the row.
const all = report.points;
const CHARTS = [
  [report.policies && report.price_ms && all.some((point) => point.regret), "policy-costs", "Policies compared", drawPolicyCosts, true],
  [overWindows, "latency", "Latency against window", drawLatency],
  [overWindows, "saved", "HTTP requests saved against window", drawSaved],
  [all.length > 2, "trade", "The trade: HTTP requests against latency", drawTrade],
  [all.some((point) => point.sizes), "sizes", "Batch sizes", drawSizes],
  [all.length > 1 && all.some((point) => point.flush_reasons && point.batches > 0), "reasons", "Why batches left", drawReasons],
  [report.kind === "run" && report.bound && report.bound.steps.some(([wait]) => wait > 0), "bound", "What waiting can buy at most", drawBound],
  [all.some((point) => percentilesOf(point).length > 2), "percentiles", "Latency by percentile", drawPercentiles, true],
  [all.some((point) => point.parts_ms), "parts", "Where the time of a call goes", drawParts, true],
  [all.some((point) => point.arrivals), "arrivals", "Arrivals over time", drawArrivals, true],
];
const made = makeCards(CHARTS);

// Whether the point that is looked at has what the chart shows.
function has(id) {
  const needs = { sizes: () => state.point.sizes, arrivals: () => state.point.arrivals, percentiles: () => percentilesOf(state.point).length > 1 };
  return !needs[id] || Boolean(needs[id]());
}

function update() {
  const answer = recommend(state.target ?? Infinity);
  const first = all.find((point) => point.chosen) || all.find((point) => !point.baseline) || all[0];
  state.point = state.picked !== null ? all[state.picked] : answer.point || answer.fastest || first;
  showTheme();
  drawVerdict(answer);
  drawSlider();
  drawTiles();
  drawCharts(made, has, state);
  drawPolicies(state);
  drawPoints(state);
}

function drawSlider() {
  byId("slider-box").hidden = !range;
  if (!range) { return; }
  const slider = byId("target");
  slider.value = 1000 * Math.log(state.target / range[0]) / Math.log(range[1] / range[0]);
  slider.setAttribute("aria-valuetext", ms(state.target));
  byId("target-value").textContent = ms(state.target);
}

function pick(index) {
  state.picked = index;
  remember();
  update();
}

function remember() {
  toAddress({ target: range && state.target !== firstTarget(range) ? state.target : null, point: state.picked });
}

function recall() {
  const parts = fromAddress();
  const target = Number(parts.get("target"));
  state.target = range && target > 0 && Number.isFinite(target) ? Math.min(Math.max(target, range[0]), range[1]) : firstTarget(range);
  state.picked = indexOf(parts.get("point"), all.length);
}

function writeOnce() {
  const kinds = { run: "Batching run", sweep: "Batching sweep", tune: "Batching window, tuned" };
  document.title = `${report.name} – batchlab`;
  byId("title").textContent = report.kind === "tune" ? kinds.tune : `${kinds[report.kind]}: ${report.name}`;
  const calls = all.reduce((sum, point) => sum + (point.calls || 0), 0);
  byId("description").textContent = report.description;
  byId("subtitle").textContent = [`${all.length === 1 ? "1 point" : `${count(all.length)} points`}${report.replications > 1 ? ` x ${report.replications} seeds` : ""}`,
    calls > 0 ? `${count(calls)} calls` : "", report.engine === "sim" ? "virtual time" : "real time"].filter(Boolean).join(" · ");
  byId("target-name").textContent = `Latency target, ${quantileName(quantile)}`;
  if (range) { [byId("target-low").textContent, byId("target-high").textContent] = range.map(ms); }
  byId("facts").replaceChildren(...report.facts.flatMap(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]));
  byId("command").textContent = report.command;
  byId("command-note").textContent = report.scenario ? "Save the scenario below as scenario.json, then:" : "";
  byId("scenario").textContent = report.scenario ? JSON.stringify(report.scenario, null, 2) : "";
  byId("scenario-box").hidden = !report.scenario;
  drawTune();
}

function aim(target) {
  state.target = Math.min(Math.max(target, range[0]), range[1]);
  state.picked = null;
  remember();
  update();
}
byId("target").addEventListener("input", (event) => {
  aim(roundTarget(range[0] * (range[1] / range[0]) ** (event.target.value / 1000)));
});
// A step of the slider is less than two digits show: the arrows go from one such number to the next.
byId("target").addEventListener("keydown", (event) => {
  const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
  if (way) {
    event.preventDefault();
    aim(nextTarget(state.target, way));
  }
});

writeOnce();
live({ recall, remember, update });
