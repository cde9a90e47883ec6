// The charts of a comparison: its differences with their intervals, and both results at one point.

// Percent of A; where A is 0 there is none.
function shareOf(pair) {
  const one = pair.relative;
  return one ? { value: 100 * one.value, low: 100 * one.low, high: 100 * one.high } : null;
}

const QUANTITY_NAMES = { "latency.mean": "mean latency", "latency.p50": "median latency", "latency.p90": "p90 latency",
  "latency.p99": "p99 latency", "wait.mean": "mean wait", requests_saved: "requests saved",
  "calls_per_batch.mean": "calls per batch", credits_per_call: "credits per call", errors: "calls that failed" };
function quantityName(name) { return QUANTITY_NAMES[name] || words(name); }

function valueText(pair, value) {
  if (unitOf[pair.quantity] === "ms") { return ms(value); }
  return ["requests_saved", "errors"].includes(pair.quantity) ? percent(value, 1) : digits(value);
}

function differenceText(pair) {
  if (pair.verdict === "same") { return "same"; }
  const share = shareOf(pair);
  if (share) { return `${signed(share.value)} %`; }
  return unitOf[pair.quantity] === "ms" ? `${signed(pair.difference.value)} ms` : signed(pair.difference.value);
}
function intervalText(pair) {
  const share = shareOf(pair);
  const one = share || pair.difference;
  return pair.verdict === "same" ? "" : `${signed(one.low)} to ${signed(one.high)}${share ? " %" : ""}`;
}

function lookOf(pair) { return { worse: "bad", better: "accent" }[pair.verdict] || "quiet"; }

function pairTip(pair) {
  return [`${report.of === "sweep" ? `${report.points[pair.point].label}: ` : ""}${quantityName(pair.quantity)}`,
    `A ${valueText(pair, pair.a)}, B ${valueText(pair, pair.b)}`,
    `${differenceText(pair)}${intervalText(pair) ? `, 95 %: ${intervalText(pair)}` : ""}`, pair.verdict];
}

// What is worth drawing, with 0 in it: one wide interval would flatten all others.
function rangeOf(pairs) {
  const shares = pairs.map(shareOf);
  const ends = shares.map(({ low, high }) => Math.max(Math.abs(low), Math.abs(high))).sort((a, b) => a - b);
  const reach = Math.min(ends[ends.length - 1] || 0, 6 * ends[Math.floor(ends.length / 2)] || Infinity) || 1;
  const low = Math.max(-reach, Math.min(0, ...shares.map((one) => one.low)));
  const high = Math.min(reach, Math.max(0, ...shares.map((one) => one.high)));
  const room = 0.08 * (high - low || 1);
  return [low - room, high + room];
}
function inside(value, [low, high]) { return Math.min(Math.max(value, low), high); }

function verdictLegend() { return [["worse", "bad", "dot"], ["better", "accent", "dot"], ["not shown: may be chance", "quiet", "dot"]]; }

function zeroLine(axis) {
  return { type: "line", data: [], markLine: { silent: true, symbol: "none", z: 1, animation: false, data: [{ [axis]: 0 }],
    lineStyle: { color: colour("text"), width: 1.2, type: "solid" }, label: { show: false } } };
}

// One row for each pair: rows as [{pair, name, point: for select, bold}].
function drawForest(card, rows, select) {
  const drawn = rows.filter(({ pair }) => shareOf(pair));
  const plot = makeTall(card, Math.max(drawn.length * 30 + 58, 130));
  const wide = plot.clientWidth > 620;
  const range = rangeOf(drawn.map(({ pair }) => pair));
  const right = wide ? 336 : plot.clientWidth > 420 ? 84 : 64;
  const look = axisLook("B against A, %");
  const end = plot.clientWidth - right;
  const text = (x, y, words_, c, bold) => ({ type: "text", x, y, style: { text: words_, fill: colour(c), verticalAlign: "middle",
    font: `${bold ? 700 : 400} 12px ${FONT}` } });
  draw(card, { grid: grid({ left: plot.clientWidth < 420 ? 104 : 142, right }),
    xAxis: { ...look, type: "value", min: range[0], max: range[1], nameGap: 28,
      axisLabel: { ...look.axisLabel, showMinLabel: false, showMaxLabel: false, formatter: (value) => `${signed(value)} %` } },
    yAxis: { ...axisLook(""), type: "category", inverse: true, data: drawn.map(({ name }) => name), splitLine: { show: false },
      axisLine: { show: false },
      axisLabel: { color: (_, i) => colour(drawn[i].bold ? "text" : "quiet"), interval: 0, fontSize: 12,
        width: plot.clientWidth < 420 ? 96 : 132, overflow: "truncate" } },
    series: [zeroLine("xAxis"), { type: "custom", z: 5, encode: { x: 0, y: 1 },
      data: drawn.map(({ pair, point }, i) => ({ value: [shareOf(pair).value, i], tip: pairTip(pair), point })),
      renderItem: (params, api) => {
        const { pair, bold } = drawn[params.dataIndex];
        const share = shareOf(pair);
        const at = (value) => api.coord([inside(value, range), params.dataIndex]);
        const y = at(0)[1];
        const c = lookOf(pair);
        const notes = wide ? [text(end + 14, y, differenceText(pair), c === "quiet" ? "quiet" : c, pair.shown),
          text(end + 80, y, intervalText(pair), "quiet"), text(end + 200, y, pair.verdict.replace(", among so many", ""), c, false)]
          : [text(end + 8, y, differenceText(pair), c, pair.shown)];
        return { type: "group", children: [
          { type: "rect", shape: { x: 0, y: y - 15, width: plot.clientWidth, height: 30 }, style: { fill: "transparent" } },
          ...whisker(at(share.low)[0], at(share.high)[0], at(share.value)[0], y, true, c, bold), ...notes] };
      } }] }, select);
}

// What a forest leaves out: A is 0, so that nothing is a percentage of it.
function withoutShare(rows) {
  const left = rows.filter(({ pair }) => !shareOf(pair) && pair.verdict !== "same");
  return left.length > 0 ? ` Not drawn, A is 0: ${left.map(({ pair, name }) => `${name} ${differenceText(pair)}`).join("; ")}.` : "";
}

function drawQuantities(card, state) {
  const rows = pairsAt(state.point).map((pair) => ({ pair, name: quantityName(pair.quantity), bold: pair.quantity === state.quantity && several,
    point: names.indexOf(pair.quantity) }));
  const same = rows.filter(({ pair }) => pair.verdict === "same").map(({ name }) => name);
  setSentence(card, `${several ? `${report.points[state.point].label}: e` : "E"}stimate and 95 % interval. An interval that holds 0 shows no difference.${same.length > 0 ? ` The same in both: ${same.join(", ")}.` : ""}${withoutShare(rows)}`);
  setLegend(card, verdictLegend());
  drawForest(card, rows.filter(({ pair }) => pair.verdict !== "same"), state.selectQuantity);
}

function drawPoints(card, state) {
  const rows = report.points.map((point, i) => ({ pair: pairOf(i, state.quantity), name: point.label, bold: i === state.point, point: i }))
    .filter(({ pair }) => pair);
  const step = Math.ceil(rows.length / 24);
  const some = rows.filter(({ point }, i) => i % step === 0 || point === state.point);
  setSentence(card, `${capital(quantityName(state.quantity))} at each point, with its 95 % interval.${step > 1 ? ` ${some.length} of ${rows.length} points; all are in the table.` : ""}${withoutShare(some)}`);
  setLegend(card, verdictLegend());
  drawForest(card, some, state.selectPoint);
}

// The difference of one quantity against the window, a line for each policy and other setting.
function drawOverWindows(card, state) {
  const of = (i) => pairOf(i, state.quantity);
  const drawn = report.points.map((point, i) => ({ point, i, pair: of(i) })).filter(({ point, pair }) => point.window_ms !== null
    && !point.baseline && pair && shareOf(pair));
  const others = report.points.map((point, i) => ({ point, pair: of(i) })).filter(({ point, pair }) => pair && (point.window_ms === null || point.baseline));
  const beside = others.slice(0, 3).map(({ point, pair }) => `${point.label} ${differenceText(pair)}`).join(", ");
  setSentence(card, `${capital(quantityName(state.quantity))}: B against A, with 95 % intervals.${beside ? ` Without a window: ${beside}.` : ""}`);
  setLegend(card, [...(groups.length > 1 ? groups.slice(0, 8).map((group) => [group.name, group.colour, "line"]) : []), ...verdictLegend()]);
  const range = rangeOf(drawn.map(({ pair }) => pair));
  const scale = windowScale(windows);
  const look = axisLook("");
  const clamp = (value) => inside(value, range);
  const lines = groups.map((group) => ({ type: "line", z: 2, symbol: "none", silent: true,
    lineStyle: { color: colour(groups.length > 1 ? group.colour : "quiet"), width: 1.5 },
    data: drawn.filter(({ i }) => group.points.includes(i)).sort((a, b) => a.point.window_ms - b.point.window_ms)
      .map(({ point, pair }) => [scale.place(point.window_ms), clamp(shareOf(pair).value)]) }));
  draw(card, { grid: grid({ left: 64, right: 24 }), xAxis: scale.axis(1.1),
    yAxis: { ...look, type: "value", min: range[0], max: range[1],
      axisLabel: { ...look.axisLabel, showMinLabel: false, showMaxLabel: false, formatter: (value) => `${signed(value)} %` } },
    series: [zeroLine("yAxis"), ...lines, { type: "custom", z: 5, encode: { x: 0, y: 1 },
      data: drawn.map(({ point, pair, i }) => ({ value: [scale.place(point.window_ms), shareOf(pair).value], tip: pairTip(pair), point: i })),
      renderItem: (params, api) => {
        const { point, pair, i } = drawn[params.dataIndex];
        const at = (value) => api.coord([scale.place(point.window_ms), clamp(value)]);
        const share = shareOf(pair);
        return { type: "group", children: whisker(at(share.low)[1], at(share.high)[1], at(share.value)[1], at(0)[0], false,
          lookOf(pair), i === state.point) };
      } }] }, state.selectPoint);
}

function bothOf(state) {
  const point = report.points[state.point];
  return [["A", point.a, "p0"], ["B", point.b, "s0"]];
}

function drawBothNines(card, state) {
  setSentence(card, `${several ? `${report.points[state.point].label}. ` : ""}Log scale towards 100 %: the tail gets as much room as the middle.`);
  const shown = bothOf(state).map(([name, point, c]) => ({ line: percentilesOf(point), name, colour: c, bold: name === "B", dash: name === "A" }))
    .filter(({ line }) => line.length > 1);
  setLegend(card, shown.map(({ name, colour: c, dash }) => [`${name}: ${folderOf(name)}`, c, dash ? "dash" : "line"]));
  drawNines(card, shown);
}

function drawBothParts(card, state) {
  const both = bothOf(state).filter(([, point]) => point.parts_ms);
  const used = usedParts(both.map(([, point]) => point));
  setSentence(card, `${several ? `${report.points[state.point].label}. ` : ""}Mean over the calls that were answered; the parts add up to the mean latency.`);
  setLegend(card, used.map(([, label, c]) => [label, c, "box"]));
  const rows = both.map(([name, point]) => ({ name: `${name}: ${ms(point.latency_ms.mean.value)}`, bold: true, value: (key) => point.parts_ms[key],
    tip: (key, label) => [name, `${label} ${ms(point.parts_ms[key])} of ${ms(point.latency_ms.mean.value)}`,
      ...both.filter(([other]) => other !== name).map(([other, there]) => `${other}: ${ms(there.parts_ms[key])}`)] }));
  drawBars(card, rows, used, { name: "mean latency", text: ms });
}
