// The charts of several points: latency and requests against the window, and the trade of the two.

const scale = windowScale(windows);

function pointTip(point) {
  const range = upperOf(point) !== latencyOf(point) ? `, up to ${ms(upperOf(point))}` : "";
  const lines = [point.label, `${quantileName(quantile)} ${ms(latencyOf(point))}${range}`];
  if (savedOf(point) !== null) { lines.push(`${percent(savedOf(point), 1)} of the HTTP requests saved`); }
  const why = objection(point);
  return why ? [...lines, why] : lines;
}

// The range of latencies worth drawing: a saturated point would flatten all others.
function latencyRange(points, names) {
  const values = points.filter((point) => !isFarOff(point)).flatMap((point) =>
    names.map((name) => latencyOf(point, name))).filter((value) => value > 0);
  const bands = points.filter((point) => !isFarOff(point)).flatMap((point) => (point.band_ms || {}).p99 || []);
  const all = [...values, ...bands];
  return all.length > 0 ? [0.8 * Math.min(...all), 1.25 * Math.max(...all)] : [1, 1000];
}

// The shaded area between the lowest and the highest of the replications.
function bandSeries(group, range) {
  const points = group.points.filter((point) => point.window_ms !== null && (point.band_ms || {}).p99);
  const clamp = (value) => Math.min(Math.max(value, range[0]), range[1]);
  const edge = (i) => points.map((point) => [scale.place(point.window_ms), clamp(point.band_ms.p99[i])]);
  const outline = [...edge(0), ...edge(1).reverse()];
  return { type: "custom", data: points.length > 1 ? [[outline[0][0], outline[0][1]]] : [], silent: true, z: 1,
    clip: true,
    renderItem: (_, api) => ({ type: "polygon", shape: { points: outline.map((at) => api.coord(at)) },
      style: { fill: colour(group.colour), opacity: 0.14 } }) };
}

// A line against the window. What is saturated is a ring, at the edge where it is off the scale: `top`.
function windowLine(group, value, more, top = Infinity) {
  const points = group.points.filter((point) => point.window_ms !== null && value(point) !== null)
    .sort((a, b) => a.window_ms - b.window_ms);
  return { type: "line", z: 3, symbol: "circle", symbolSize: 6, showSymbol: true, ...more,
    itemStyle: { color: colour(group.colour) },
    lineStyle: { color: colour(group.colour), width: 2.5, ...(more.lineStyle || {}) },
    data: points.map((point) => ({ value: [scale.place(point.window_ms), Math.min(value(point), top)], tip: pointTip(point),
      point: point.index, ...(isSaturated(point) && more.symbol !== "none" ? { symbolSize: 9,
        itemStyle: { color: colour("card"), borderColor: colour("bad"), borderWidth: 2 } } : {}) })) };
}

// The point that is looked at, large.
function markedPoint(point, x, y) {
  return { type: "scatter", z: 9, symbolSize: 15, data: x === null || y === null ? [] : [{ value: [x, y],
    tip: pointTip(point), point: point.index }],
    itemStyle: { color: colour(colourOf(point)), borderColor: colour("card"), borderWidth: 2, opacity: 1 } };
}

// Points without a window (no batching, the article's loop, natural): a level, named at the right.
function levels(range, value) {
  const all = report.points.filter((point) => point.window_ms === null && !isFarOff(point)
    && value(point) !== null && value(point) >= range[0] && value(point) <= range[1]);
  return all.slice(0, 6);
}

function levelSeries(points, value, place, height) {
  const { low, high } = scale;
  const wanted = points.map((point) => place(value(point)));
  const moved = spreadOut(wanted, height);
  return points.map((point, i) => ({ type: "line", symbol: "none", z: 2, data: [[low, value(point)], [high, value(point)]],
    lineStyle: { color: colour(colourOf(point)), width: 1.5, type: [2, 3] }, silent: true,
    endLabel: { show: true, formatter: point.label, color: colour("quiet"), fontSize: 11, width: 92,
      overflow: "truncate", distance: 6, offset: [0, moved[i] - wanted[i]] } }));
}

function lineLegend(extra) {
  return [...groups.filter((group) => group.points.some((point) => point.window_ms !== null)).slice(0, 8)
    .map((group) => [group.name, group.colour, "line"]), ...extra];
}

function saturatedLegend() {
  return report.points.some((point) => point.window_ms !== null && !point.baseline && isSaturated(point)) ? [["saturated", "bad", "ring"]] : [];
}

function drawLatency(card, state) {
  const range = latencyRange(report.points, [quantile, "p50"]);
  const shown = levels(range, latencyOf);
  const height = card.querySelector(".plot").clientHeight - 60;
  const place = (value) => height * (1 - Math.log(value / range[0]) / Math.log(range[1] / range[0]));
  const hasMedian = report.points.some((point) => latencyOf(point, "p50") !== null);
  const unbatched = report.points.find(isUnbatched);
  const served = unbatched && unbatched.possible_per_s ? ` and growing, ${digits(unbatched.possible_per_s)} of ${digits(unbatched.offered_per_s)} calls/s are served` : "";
  const out = unbatched && isFarOff(unbatched) ? ` Off the scale: no batching, ${ms(latencyOf(unbatched))}${served}.` : "";
  setSentence(card, `From the moment a call was due to its answer.${report.replications > 1 ? ` Band: lowest to highest of ${report.replications} runs.` : ""}${out}`);
  setLegend(card, lineLegend([[quantileName(quantile), "quiet", "line"], ...(hasMedian ? [["p50", "quiet", "dash"]] : []), ...saturatedLegend()]));
  const lines = groups.flatMap((group) => [bandSeries(group, range),
    windowLine(group, (point) => latencyOf(point), {}, range[1]),
    windowLine(group, (point) => latencyOf(point, "p50"), { symbol: "none", lineStyle: { type: [4, 3], width: 1.8 } })]);
  const target = state.target >= range[0] && state.target <= range[1]
    ? [{ type: "line", data: [], markLine: levelLine(state.target, `target ${ms(state.target)}`, "accent") }] : [];
  const point = state.point;
  draw(card, { grid: grid({ right: shown.length > 0 ? 104 : 22 }), xAxis: scale.axis(),
    yAxis: logAxis("", range[0], range[1], ms, 0),
    series: [...target, ...lines, ...levelSeries(shown, latencyOf, place, 14),
      markedPoint(point, point.window_ms === null ? null : scale.place(point.window_ms), latencyOf(point))] }, state.select);
}

// What would be saved if polls cost nothing.
function savedWithoutPolls(point) {
  return point.calls > 0 && point.polls !== undefined ? 100 * (1 - (point.http_requests - point.polls) / point.calls) : null;
}
function savedPercent(point) { return savedOf(point) === null ? null : 100 * savedOf(point); }

function drawSaved(card, state) {
  const polls = report.points.some((point) => point.polls > 0);
  setSentence(card, polls ? "Of a hundred calls, so many HTTP requests fewer. The gap to the dashed line is what polls cost." : "Of a hundred calls, so many HTTP requests fewer.");
  setLegend(card, lineLegend([...(polls ? [["without the polls", "quiet", "dash"]] : []), ...saturatedLegend()]));
  const values = report.points.filter((point) => !point.baseline).map(savedPercent).filter((value) => value !== null);
  const low = Math.min(0, Math.floor(Math.min(...values) / 10) * 10);
  const shown = levels([low, 100], savedPercent).filter((point) => !isUnbatched(point));
  const height = card.querySelector(".plot").clientHeight - 60;
  const place = (value) => height * (1 - (value - low) / (100 - low));
  const look = axisLook("");
  const point = state.point;
  draw(card, { grid: grid({ left: 56, right: shown.length > 0 ? 104 : 22 }), xAxis: scale.axis(),
    yAxis: { ...look, type: "value", min: low, max: 100, axisLabel: { ...look.axisLabel, formatter: (value) => `${value} %` } },
    series: [
      { type: "line", data: [], markLine: levelLine(0, "no batching", "quiet", "insideEndTop") },
      ...groups.flatMap((group) => [windowLine(group, savedPercent, {}),
        ...(polls ? [windowLine(group, savedWithoutPolls, { symbol: "none", lineStyle: { type: [4, 3], width: 1.5 } })] : [])]),
      ...levelSeries(shown, savedPercent, place, 14),
      markedPoint(point, point.window_ms === null ? null : scale.place(point.window_ms), savedPercent(point))] }, state.select);
}

// The front as steps: between two points the better one cannot be had.
function frontSeries(front) {
  return { type: "line", z: 2, symbol: "none", step: "end", silent: true,
    lineStyle: { color: colour("quiet"), width: 1.3 },
    data: front.map((point) => [perThousand(point), latencyOf(point)]) };
}

// [[HTTP requests for 1,000 calls, ms], ...]: behind it nobody gets, one request a batch and nothing but the wait
// counted. By requests; null where it bounds another quantity than is drawn.
function boundLine() {
  const { bound } = report;
  if (report.kind !== "sweep" || !bound || bound.quantile !== quantile) { return null; }
  const line = bound.steps.filter(([wait]) => wait > 0).map(([wait, batches]) => [1000 * batches, wait]).reverse();
  return line.length > 1 ? line : null;
}

// Where the line is at `x`, on the scales drawn; null beyond its ends.
function heightAt(line, x) {
  const after = line.findIndex(([at]) => at >= x);
  if (after < 1) { return null; }
  const [[x0, y0], [x1, y1]] = [line[after - 1], line[after]];
  return y0 * (y1 / y0) ** (Math.log(x / x0) / Math.log(x1 / x0));
}

// The part of the line that is inside the ranges, cut at their edges.
function cutLine(line, ranges) {
  const inside = line.filter(([x, y]) => x >= ranges.x[0] && x <= ranges.x[1] && y >= ranges.y[0] && y <= ranges.y[1]);
  const left = heightAt(line, ranges.x[0]);
  const turned = line.map(([x, y]) => [y, x]).reverse();
  const below = heightAt(turned, ranges.y[0]);
  return [...(left !== null && left >= ranges.y[0] && left <= ranges.y[1] ? [[ranges.x[0], left]] : []), ...inside,
    ...(below !== null && below >= ranges.x[0] && below <= ranges.x[1] ? [[below, ranges.y[0]]] : [])];
}

function tradeLabel(point) {
  if (isUnbatched(point)) { return "no batching"; }
  if (report.policies) { return `${words(point.policy)}${report.policies.some((one) => one.usual === point && one.best !== point) ? ", usual" : ""}`; }
  return point.window_ms !== null && !point.baseline ? digits(point.window_ms) : point.label.slice(0, 24);
}

// What the steps of the front cover, in pixels.
function stepBoxes(places) {
  return places.slice(1).flatMap((to, i) => {
    const from = places[i];
    return [{ x: Math.min(from.x, to.x), y: from.y - 1, w: Math.abs(to.x - from.x), h: 2 },
      { x: to.x - 1, y: Math.min(from.y, to.y), w: 2, h: Math.abs(to.y - from.y) }];
  });
}

// Where the dots are, in pixels of the plot, and which of their labels have room: beside each other, the
// dots, the front and the name of the target.
function tradeLabels(card, points, front, first, { ranges, target, bound }) {
  const plot = card.querySelector(".plot");
  const area = { left: 60, right: plot.clientWidth - 2, top: 3, bottom: plot.clientHeight - 46 };
  const part = (value, [low, high]) => Math.log(value / low) / Math.log(high / low);
  const places = points.map((point) => ({ size: first(point) >= 8 ? 15 : first(point) % 8 >= 5 ? 14 : 9, text: tradeLabel(point) + (first(point) % 8 >= 5 ? " (knee)" : ""),
    x: 64 + part(perThousand(point), ranges.x) * (plot.clientWidth - 86),
    y: area.bottom - part(Math.min(latencyOf(point), ranges.y[1]), ranges.y) * (plot.clientHeight - 60) }));
  const order = points.map((_, i) => i).sort((a, b) => first(points[b]) - first(points[a]));
  const dots = places.map((one) => ({ x: one.x - 5, y: one.y - 5, w: 10, h: 10 }));
  const level = area.bottom - part(target, ranges.y) * (plot.clientHeight - 60);
  const along = bound.map(([x, y]) => ({ x: 64 + part(x, ranges.x) * (plot.clientWidth - 86) - 4,
    y: area.bottom - part(y, ranges.y) * (plot.clientHeight - 60) - 4, w: 8, h: 8 }));
  const taken = [...dots, ...along, ...stepBoxes(front.map((point) => places[points.indexOf(point)])),
    { x: area.right - 110, y: level - 18, w: 110, h: 20 }, { x: area.left, y: level - 1, w: area.right - area.left, h: 2 }];
  const named = order.filter((i) => first(points[i]) > 0 || points[i].baseline || points.length < 9);
  const positions = placeLabels(named.map((i) => places[i]), taken, area);
  return points.map((_, i) => positions[named.indexOf(i)] ?? (first(points[i]) >= 8 ? "top" : null));
}

function drawTrade(card, state) {
  const points = report.points.filter((point) => perThousand(point) > 0 && latencyOf(point) !== null);
  const front = paretoFront(points);
  const knee = kneeOf(front);
  const range = latencyRange(points, [quantile]);
  const top = 1.6 * range[1];
  const ranges = { x: [0.75 * Math.min(...points.map(perThousand)), 1.4 * Math.max(1000, ...points.map(perThousand))],
    y: [range[0], top] };
  const whole = boundLine();
  if (whole) {  // room for it below the middle of the front, but never more than for the points
    const near = front.length > 0 ? front : points.filter((point) => !isFarOff(point)).sort((a, b) => perThousand(a) - perThousand(b));
    const middle = near.length > 0 ? heightAt(whole, perThousand(near[Math.floor(near.length / 2)])) || range[0] : range[0];
    ranges.y[0] = Math.max(Math.min(range[0], 0.8 * middle), range[0] ** 2 / top);
  }
  const bound = whole ? cutLine(whole, ranges) : [];
  const cut = points.filter((point) => latencyOf(point) > top);
  setSentence(card, `Left and down is better${report.policies ? "" : "; a number is a window in ms"}.${cut.length > 0 ? ` At the upper edge: ${cut.map((point) => `${point.label}, ${ms(latencyOf(point))}`).slice(0, 2).join("; ")}, off the scale.` : ""}${knee ? ` The front bends most at ${knee.label}.` : ""}${bound.length > 1 ? ` Nobody gets behind the bound: it knows all calls beforehand, and counts one request a batch and the wait alone.` : ""}`);
  const some = (test) => points.some(test);
  setLegend(card, [...groups.slice(0, 8).map((group) => [group.name, group.colour, "dot"]),
    ...(front.length > 1 ? [["front", "quiet", "line"]] : []),
    ...(bound.length > 1 ? [["clairvoyant bound", "p3", "dash"]] : []), ...(some(isSaturated) ? [["saturated", "bad", "ring"]] : [])]);
  const important = (point) => (point === state.point ? 8 : 0) + (isUnbatched(point) ? 4 : 0)
    + (point === knee ? 3 : 0) + (front.includes(point) ? 2 : 0);
  const positions = tradeLabels(card, points, front, important, { ranges, bound, target: state.target ?? top });
  const target = state.target >= ranges.y[0] && state.target <= top
    ? [{ type: "line", data: [], markLine: levelLine(state.target, `target ${ms(state.target)}`, "accent", "insideEndTop") }] : [];
  const dots = points.map((point, i) => {
    const bad = isSaturated(point);
    const chosen = point === state.point;
    const faint = !front.includes(point) && !chosen && !isUnbatched(point);
    return { value: [perThousand(point), Math.min(latencyOf(point), top)], tip: pointTip(point),
      point: point.index, symbol: point === knee && !chosen ? "diamond" : "circle",
      symbolSize: chosen ? 15 : point === knee ? 14 : 9,
      itemStyle: { color: bad ? colour("card") : colour(colourOf(point)), borderColor: bad ? colour("bad") : colour("card"),
        borderWidth: bad ? 2 : 1.5, opacity: faint ? 0.55 : 1 },
      label: { show: positions[i] !== null, position: positions[i] || "top", distance: 5,
        formatter: tradeLabel(point) + (point === knee ? " (knee)" : ""),
        opacity: 1,
        color: colour(chosen ? "text" : "quiet"), fontWeight: chosen ? 700 : 400, fontSize: 12 } };
  });
  draw(card, { grid: grid(), xAxis: { ...logAxis("HTTP requests for 1,000 calls", ...ranges.x, digits, 28) },
    yAxis: logAxis("", ranges.y[0], ranges.y[1], ms, 0),
    series: [...target, { type: "line", z: 1, symbol: "none", data: bound.map((at) => ({ value: at,
      tip: ["clairvoyant bound", `${count(at[0])} batches for 1,000 calls`, `${quantileName(quantile)} of the wait ${ms(at[1])}`] })),
      itemStyle: { color: colour("p3") }, lineStyle: { color: colour("p3"), width: 1.8, type: [5, 4] } },
    frontSeries(front), { type: "scatter", z: 5, data: dots.toSorted((a, b) => a.symbolSize - b.symbolSize) }] }, state.select);
}
