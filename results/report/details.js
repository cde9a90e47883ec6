// The charts of one point: its latency by percentile, its batches, where its time goes, its arrivals.

const REASON_COLOURS = { window: "p1", full_items: "p2", full_bytes: "p3", tick: "p4", idle: "p5", completion: "p6", min_size: "p7",
  budget: "s5", learned: "s6", deadline: "s4", manual: "s1", drain: "p0" };
const REASONS = Object.keys(REASON_COLOURS);

// A few others for comparison, evenly spread over what there is.
function comparedWith(chosen, most) {
  const able = report.points.filter((point) => point !== chosen && !isSaturated(point) && percentilesOf(point).length > 1);
  const same = able.filter((point) => colourOf(point) === colourOf(chosen));
  const from = (same.length >= 2 ? same : able);
  const step = Math.max(1, Math.ceil(from.length / most));
  return from.filter((_, i) => i % step === 0);
}

function drawPercentiles(card, state) {
  const others = comparedWith(state.point, 4);
  const shown = [...others, state.point].map((point) => ({ point, line: percentilesOf(point) }))
    .filter((one) => one.line.length > 1);
  setSentence(card, `Log scale towards 100 %: the tail gets as much room as the middle.${others.length > 0 ? " Colour: the point looked at. Grey: others, for comparison." : ""}`);
  setLegend(card, []);
  drawNines(card, shown.map(({ point, line }) => ({ line, name: point.label, bold: point === state.point, point: point.index,
    colour: point === state.point ? colourOf(point) : "p0" })), state.select);
}

function binText(bin, width) { return width === 1 ? `${bin + 1}` : `${bin * width + 1}–${(bin + 1) * width}`; }

function drawSizes(card, state) {
  const { sizes, batches, calls_per_batch: mean } = state.point;
  const reasons = REASONS.filter((reason) => sizes.reasons[reason]);
  const total = reasons.flatMap((reason) => sizes.reasons[reason]).reduce((a, b) => a + b, 0);
  const bins = Math.max(...reasons.map((reason) => sizes.reasons[reason].length));
  setSentence(card, `${state.point.label}: ${count(batches)} batches by size, coloured by why each one left.`);
  setLegend(card, reasons.map((reason) => [
    `${words(reason)} ${percent(sizes.reasons[reason].reduce((a, b) => a + b, 0) / total)}`, REASON_COLOURS[reason], "box"]));
  const look = axisLook("calls in the batch");
  const labels = Array.from({ length: bins }, (_, bin) => binText(bin, sizes.width));
  draw(card, { grid: grid({ left: 50 }),
    xAxis: { ...look, type: "category", data: labels, nameGap: 28, splitLine: { show: false } },
    yAxis: { ...axisLook(""), type: "value", axisLabel: { ...look.axisLabel, formatter: (value) => `${digits(value)} %` } },
    series: reasons.map((reason, i) => ({ type: "bar", stack: "size", barCategoryGap: "12%",
      itemStyle: { color: colour(REASON_COLOURS[reason]) },
      data: sizes.reasons[reason].map((number, bin) => ({ value: 100 * number / total,
        tip: [`${labels[bin]} calls`, `${count(number)} batches left because of: ${words(reason)}`] })),
      markLine: i > 0 ? undefined : { silent: true, symbol: "none", z: 9, lineStyle: { color: colour("text"), type: [3, 3], width: 1.5 },
        label: { formatter: `mean ${digits(mean.mean)}`, color: colour("text"), fontSize: 12 },
        data: [{ xAxis: Math.min(bins - 1, Math.max(0, Math.round((mean.mean - (sizes.width + 1) / 2) / sizes.width))) }] } })) }, state.select);
}

// Points for a list of bars: all, or where they are many some of them, always with the one looked at.
function listed(state, has, most) {
  const able = report.points.filter(has);
  const step = Math.max(1, Math.ceil(able.length / most));
  return able.filter((point, i) => i % step === 0 || point === state.point || isUnbatched(point));
}

// Points as rows of bars.
function rowsOf(points, state, value, tip) {
  return points.map((point) => ({ name: point.label, bold: point === state.point, point: point.index,
    value: (key) => value(point, key), tip: (key, label) => tip(point, key, label) }));
}

function drawParts(card, state) {
  const points = listed(state, (point) => point.parts_ms && (!isFarOff(point) || report.points.length < 3), 16);
  const used = usedParts(points);
  const left = report.points.filter((point) => isFarOff(point) && !points.includes(point)).map((point) => point.label);
  setSentence(card, `Mean over the calls that were answered; the parts add up to the mean latency.${left.length > 0 ? ` Off the scale and left out: ${left.slice(0, 4).join(", ")}.` : ""}`);
  setLegend(card, used.map(([, label, c]) => [label, c, "box"]));
  const rows = rowsOf(points, state, (point, key) => point.parts_ms[key],
    (point, key, label) => [point.label, `${label} ${ms(point.parts_ms[key])} of ${ms(latencyOf(point, "mean"))}`]);
  drawBars(card, rows, used, { name: "mean latency", text: ms, select: state.select });
}

function drawReasons(card, state) {
  const points = listed(state, (point) => point.batches > 0 && point.flush_reasons, 16);
  const used = REASONS.filter((reason) => points.some((point) => point.flush_reasons[reason] > 0));
  setSentence(card, "Why batches left the queue, as a share of them. Without batching each call fills its batch.");
  setLegend(card, used.map((reason) => [words(reason), REASON_COLOURS[reason], "box"]));
  const rows = rowsOf(points, state, (point, key) => 100 * (point.flush_reasons[key] || 0) / point.batches,
    (point, key, label) => [point.label, `${label}: ${count(point.flush_reasons[key] || 0)} of ${count(point.batches)} batches`,
      `${digits(point.calls_per_batch.mean)} calls a batch, ${count(point.calls_per_batch.max)} at most`]);
  drawBars(card, rows, used.map((reason) => [reason, words(reason), REASON_COLOURS[reason]]),
    { name: "of the batches", text: (value) => `${value} %`, max: 100, select: state.select });
}

function drawArrivals(card, state) {
  const { step_s: step, calls } = state.point.arrivals;
  const rates = calls.map((number) => number / step);
  setSentence(card, `When calls came: a bar is ${digits(step)} s, its height calls for each second.`);
  setLegend(card, []);
  const look = axisLook("seconds since the first call");
  draw(card, { grid: grid({ left: 56 }), xAxis: { ...look, type: "value", min: 0, max: step * calls.length, nameGap: 28, splitLine: { show: false } },
    yAxis: { ...axisLook(""), type: "value", axisLabel: { ...look.axisLabel, formatter: (value) => `${value}/s` } },
    series: [{ type: "custom", encode: { x: [0, 1], y: 2 }, data: rates.map((rate, i) => ({ value: [i * step, (i + 1) * step, rate],
      tip: [`${digits(i * step)} s to ${digits((i + 1) * step)} s`, `${count(calls[i])} calls`] })),
      renderItem: (_, api) => {
        const [x0, y] = api.coord([api.value(0), api.value(2)]);
        const [x1, bottom] = api.coord([api.value(1), 0]);
        return { type: "rect", shape: { x: x0 + 0.5, y, width: Math.max(x1 - x0 - 1, 0.5), height: bottom - y },
          style: { fill: colour("s0") } };
      } }] });
}

// The line dashed, its name well below it.
function apart(line) {
  return { ...line, lineStyle: { ...line.lineStyle, type: [4, 3] }, label: { ...line.label, distance: [4, 8] } };
}

// The least that anybody could have needed who knows all calls beforehand.
function drawBound(card) {
  const bound = report.bound;
  const steps = bound.steps.filter(([wait]) => wait > 0);
  const low = steps[0][0];
  setSentence(card, "The line: the fewest batches for a longest wait, even for somebody who knows all calls beforehand, with slots and sizes without limit. The dot: this run.");
  setLegend(card, [["clairvoyant bound", "accent", "line"], ["this run", "s0", "dot"], ["no batching", "quiet", "dash"]]);
  const high = 1.3 * Math.max(steps[steps.length - 1][0], bound.longest_wait_ms);
  const look = axisLook("");
  draw(card, { grid: grid({ left: 56 }), xAxis: { ...logAxis("longest wait in the queue, ms", low, high, digits, 28), splitLine: { show: false } },
    yAxis: { ...look, type: "value", min: 0, max: 1000, axisLabel: { ...look.axisLabel, formatter: (value) => count(value) } },
    series: [
      { type: "line", data: [], markLine: apart(levelLine(1000, "no batching", "quiet", "insideEndBottom")) },
      { type: "line", symbol: "none", data: steps.map(([wait, share]) => ({ value: [wait, 1000 * share], tip: [`${ms(wait)} at most`, `${count(1000 * share)} batches for 1,000 calls at least`] })),
        lineStyle: { color: colour("accent"), width: 2.5 }, itemStyle: { color: colour("accent") } },
      { type: "scatter", symbolSize: 14, z: 9, itemStyle: { color: colour("s0"), borderColor: colour("card"), borderWidth: 2 },
        data: bound.longest_wait_ms >= low ? [{ value: [bound.longest_wait_ms, 1000 * bound.batches_per_call], tip: ["this run", `${ms(bound.longest_wait_ms)} at most in the queue`, `${count(1000 * bound.batches_per_call)} batches for 1,000 calls`] }] : [] }] });
}

// Policies, the cheapest first; those of which nothing can be told come last.
function byCost() {
  const cost = (point) => (point && point.regret && !isSaturated(point) ? point.regret.ratio.value : Infinity);
  const rank = ({ usual, best: chosen }) => Math.min(cost(usual), cost(chosen));
  return report.policies.filter(({ usual }) => usual).toSorted((a, b) => rank(a) - rank(b));
}

// What each policy costs over the least, at its usual and its best setting: a row for each policy.
function drawPolicyCosts(card, state) {
  const known = (point) => point && point.regret && !isSaturated(point);
  const rows = byCost().filter(({ usual, best: chosen }) => known(usual) || known(chosen));
  const left = byCost().filter((row) => !rows.includes(row)).map(({ policy }) => policyName(policy));
  setSentence(card, `What a call costs at ${ms(report.price_ms)} a batch, over the least that the same calls must cost for somebody who knows all of them beforehand (1). With 95 % intervals.${left.length > 0 ? ` Not drawn, saturated: ${left.join(", ")}.` : ""}`);
  setLegend(card, [["best setting", "accent", "dot"], ["usual setting", "quiet", "dot"]]);
  const plot = makeTall(card, Math.max(rows.length * 34 + 58, 130));
  const wide = plot.clientWidth > 620;
  const points = rows.flatMap(({ usual, best: chosen }) => [usual, chosen]).filter(known);
  const high = 1.06 * Math.max(1.5, ...points.map(({ regret }) => regret.ratio.value), ...points.map(({ regret }) => Math.min(regret.ratio.high || 0, 1.5 * regret.ratio.value)));
  const right = wide ? 230 : 24;
  const end = plot.clientWidth - right;
  const dots = rows.flatMap(({ usual, best: chosen }, row) => [[usual, "quiet", chosen && chosen !== usual ? -6 : 0], [chosen !== usual && chosen, "accent", 6]]
    .filter(([point]) => known(point)).map(([point, c, shift]) => ({ point, row, shift, colour: c === "quiet" && (chosen === usual) ? "accent" : c })));
  draw(card, { grid: grid({ left: plot.clientWidth < 420 ? 104 : 142, right }), xAxis: logAxis("times the least cost", 1, high, digits, 28),
    yAxis: { ...axisLook(""), type: "category", inverse: true, data: rows.map(({ policy }) => policyName(policy)), splitLine: { show: false },
      axisLabel: { color: colour("quiet"), interval: 0, fontSize: 12 } },
    series: [{ type: "custom", z: 5, encode: { x: 0, y: 1 },
      data: dots.map(({ point, row }) => ({ value: [point.regret.ratio.value, row], point: point.index,
        tip: [point.label, `${digits(point.regret.ratio.value)} times the least cost`, `${ms(point.regret.cost_per_call_ms.value)} a call, where ${ms(point.regret.least_per_call_ms.value)} would do`] })),
      renderItem: (params, api) => {
        const { point, row, shift, colour: c } = dots[params.dataIndex];
        const { value, low, high: upper } = point.regret.ratio;
        const at = (x) => api.coord([Math.min(Math.max(x, 1), high), row]);
        const [x, y] = at(value);
        const note = { type: "text", x: end + 14, y: y + shift * 1.4, style: { text: `${digits(value)}  ${point.label}`, fill: colour(c === "accent" ? "text" : "quiet"),
          font: `12px ${FONT}`, verticalAlign: "middle", width: right - 20, overflow: "truncate" } };
        return { type: "group", children: [...whisker(at(low ?? value)[0], at(upper ?? value)[0], x, y + shift, true, c, point === state.point),
          ...(wide ? [note] : [])] };
      } }] }, state.select);
}
