// What the points say: which holds a target, which is best, which are on the front.

report.points.forEach((point, i) => {
  point.index = i;
  point.label = shownLabel(point.label);
});
for (const one of report.policies || []) {
  [one.usual, one.best] = [one.usual, one.best].map((label) => report.points.find((point) => point.label === (label && shownLabel(label))) || null);
}
function policyName(name) { return name.startsWith("unbatched") ? name.replace("unbatched", "no batching") : words(name); }
const quantile = report.quantile || (report.target && report.target.quantile) || "p99";

function latencyOf(point, name = quantile) {
  const all = point.latency_ms || {};
  return all[name] ? all[name].value : null;
}

// The upper end of what is known of a latency: a target is held only where this holds it.
function upperOf(point, name = quantile) {
  const one = (point.latency_ms || {})[name];
  if (!one) { return null; }
  return one.high === undefined ? one.value : Math.max(one.high, one.value);
}

function savedOf(point) { return point.requests_saved ? point.requests_saved.value : null; }
function perThousand(point) { return savedOf(point) === null ? null : 1000 * (1 - savedOf(point)); }
function isUnbatched(point) { return point.policy === "unbatched"; }
function isSaturated(point) { return point.possible_per_s !== null || point.saturated === true; }

// Why a point can't be recommended, whatever the target; "" if it can.
function objection(point) {
  if (point.invalid) { return "not valid"; }
  if (isSaturated(point)) { return "saturated"; }
  if (point.lacking.includes(quantile)) { return `too few batches for a ${quantileName(quantile)}`; }
  if (latencyOf(point) === null) { return point.why || "no latency known"; }
  if (point.errors > 0.01 * point.calls) { return "calls failed"; }
  return "";
}

// Whether it meets the demands of the scenario that the slider does not turn.
function holdsOtherDemands(point) {
  return !(point.slo || []).some((line) =>
    !line.startsWith(`latency.${quantile} `) && line.includes("MISSED"));
}

// The one that saves most within the target; of those within half a percent of the most, the fastest.
function best(points) {
  const most = Math.max(...points.map(savedOf));
  const near = points.filter((point) => savedOf(point) >= most - 0.005);
  return near.reduce((a, b) => (latencyOf(b, "mean") ?? latencyOf(b)) < (latencyOf(a, "mean") ?? latencyOf(a)) ? b : a);
}

// Whether the answer of a tune stands as it is: its target has not been moved.
function isTuned(target) {
  return report.kind === "tune" && !report.tune.do_not_batch && report.target !== null && target === report.target.ms;
}

// {point, all: whether it holds the other demands too}, or {point: null, fastest}.
function recommend(target, points = report.points) {
  const able = points.filter((point) => !objection(point) && (!point.baseline || isUnbatched(point)));
  const inside = able.filter((point) => upperOf(point) <= target);
  const tuned = inside.find((point) => point.chosen && isTuned(target));
  if (tuned) { return { point: tuned, all: true }; }
  const good = inside.filter(holdsOtherDemands);
  if (inside.length === 0) {
    const fastest = able.reduce((a, b) => (a === null || upperOf(b) < upperOf(a) ? b : a), null);
    return { point: null, fastest };
  }
  return { point: best(good.length > 0 ? good : inside), all: good.length > 0 };
}

// The points that no other beats both in requests and in latency, by requests.
function paretoFront(points) {
  const able = points.filter((point) => !point.invalid && !isSaturated(point) && latencyOf(point) !== null
    && savedOf(point) !== null && !point.lacking.includes(quantile));
  const sorted = able.toSorted((a, b) => perThousand(a) - perThousand(b) || latencyOf(a) - latencyOf(b));
  const front = [];
  for (const point of sorted) {
    if (front.length === 0 || latencyOf(point) < latencyOf(front[front.length - 1])) { front.push(point); }
  }
  return front;
}

// Where the front bends most: farthest below the straight line between its ends, on the scales drawn.
function kneeOf(front) {
  if (front.length < 3) { return null; }
  const place = (point) => [Math.log(perThousand(point)), Math.log(latencyOf(point))];
  const [x0, y0] = place(front[0]);
  const [x1, y1] = place(front[front.length - 1]);
  let knee = null;
  let most = 0.02;
  for (const point of front.slice(1, -1)) {
    const [x, y] = place(point);
    const below = 1 - (x - x0) / (x1 - x0) - (y - y1) / (y0 - y1);
    if (below > most) { [knee, most] = [point, below]; }
  }
  return knee;
}

// Points of one policy, and of one value of every other axis: what a line connects. Where whole policies are
// compared, all settings of one.
function groupsOf(points) {
  const groups = new Map();
  points.forEach((point) => {
    if (point.baseline) { return; }
    const name = report.policies ? point.policy : [words(point.policy), ...point.others.map(changeText)].join(", ");
    if (!groups.has(name)) { 
      const drawn = [...groups.values()].filter((group) => group.colour !== "p0").length;
      groups.set(name, { name: policyName(name), colour: isUnbatched(point) ? "p0" : `s${drawn % 8}`, points: [] });
    }
    groups.get(name).points.push(point);
  });
  if (report.kind === "tune") {  // its labels tell what else was turned
    groups.forEach((group) => { if (group.points.length === 1) { group.name = group.points[0].label; } });
  }
  return [...groups.values()];
}

const groups = groupsOf(report.points);
const colourNames = new Map(groups.flatMap((group) => group.points.map((point) => [point, group.colour])));
function colourOf(point) { return colourNames.get(point) || "p0"; }

// Whether a latency is drawn against the window: there are several.
const windows = [...new Set(report.points.filter((point) => !point.baseline && point.window_ms !== null)
  .map((point) => point.window_ms))].sort((a, b) => a - b);
const overWindows = windows.length > 1 && !report.policies;

// A baseline that is far off all others: drawn at the edge, it would flatten them.
const highest = Math.max(...report.points.filter((point) => !point.baseline && !isSaturated(point))
  .map((point) => latencyOf(point) ?? 0));
function isFarOff(point) {
  return isSaturated(point) || (point.baseline && highest > 0 && latencyOf(point) > 4 * highest);
}

// The range of the slider: all that could be chosen, and a little around.
function targetRange() {
  const uppers = report.points.filter((point) => !objection(point) && !isFarOff(point)).map((point) => upperOf(point));
  if (uppers.length < 2) { return null; }
  const wanted = report.target ? [report.target.ms] : [];
  return [0.85 * Math.min(...uppers, ...wanted), 1.15 * Math.max(...uppers, ...wanted)];
}

// Two digits: a target is a demand, not a measurement.
function roundTarget(value) { return Number(value.toPrecision(2)); }
// The next above (way 1) or below (-1) that has two digits.
function nextTarget(value, way) {
  const step = 10 ** (Math.floor(Math.log10(value * (1 + way * 1e-9))) - 1);
  return roundTarget((way > 0 ? Math.floor(value / step + 1e-9) : Math.ceil(value / step - 1e-9)) * step + way * step);
}
function firstTarget(range) {
  if (report.target) { return report.target.ms; }
  return range ? roundTarget(Math.sqrt(range[0] * range[1])) : null;
}
