// Kinds of charts that several pages draw: against the window, by percentile, as bars of pieces.

// Windows on a log axis: one of 0 stands half a step left of the shortest. `windows` ascend.
function windowScale(windows) {
  const shortest = windows.find((value) => value > 0) || 1;
  const place = (value) => (value > 0 ? value : shortest / 2);
  const text = (value) => (value < shortest * 0.75 && windows[0] === 0 ? "0" : digits(value));
  const low = place(windows[0]);
  const high = place(windows[windows.length - 1]);
  const axis = (room = 1) => {
    const made = logAxis("window, ms", low / room, high * room, text, 28);
    made.splitLine = { show: false };
    if (windows[0] === 0) {
      made.axisLabel.customValues = [low, ...made.axisLabel.customValues.filter((value) => value >= shortest * 0.99)];
    }
    return made;
  };
  return { low, high, place, axis };
}

function nines(share) { return -Math.log10(1 - share); }
function ninesText(at) { return `${Number((100 * (1 - 10 ** -at)).toFixed(3))} %`; }

// [[nines, ms], ...] of a point: its curve, else the quantiles that are known with evidence.
function percentilesOf(point) {
  if (point.curve && point.curve.length > 0) {
    return point.curve.map(([share, value]) => [nines(share), value]);
  }
  const known = [["p50", 0.5], ["p90", 0.9], ["p99", 0.99], ["p999", 0.999]];
  return known.filter(([name]) => (point.latency_ms || {})[name] && !(point.lacking || []).includes(name))
    .map(([name, share]) => [nines(share), point.latency_ms[name].value]);
}

// shown: [{line: of percentilesOf, name, colour, bold, dash, point: for select}]. Names stand at the right.
function drawNines(card, shown, select) {
  const values = shown.flatMap((one) => one.line.map(([, value]) => value)).filter((value) => value > 0);
  const range = [0.85 * Math.min(...values), 1.15 * Math.max(...values)];
  const low = Math.min(...shown.map((one) => one.line[0][0]));
  const high = Math.max(...shown.map((one) => one.line[one.line.length - 1][0]));
  const height = card.querySelector(".plot").clientHeight - 60;
  const wanted = shown.map((one) => height * (1 - Math.log(one.line[one.line.length - 1][1] / range[0]) / Math.log(range[1] / range[0])));
  const moved = spreadOut(wanted, 15);
  const ticks = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999].map(nines).filter((at) => at >= low - 0.01 && at <= high + 0.01);
  const look = axisLook("percentile");
  const room = Math.min(22 + 8 * Math.max(...shown.map(({ name }) => name.length)), card.clientWidth < 420 ? 96 : card.clientWidth < 760 ? 136 : 220);
  draw(card, { grid: grid({ right: room }),
    xAxis: { ...look, type: "value", min: low, max: high, nameGap: 28, axisTick: { show: false, customValues: ticks },
      axisLabel: { ...look.axisLabel, customValues: ticks, formatter: ninesText } },
    yAxis: logAxis("", range[0], range[1], ms, 0),
    series: shown.map(({ line, name, colour: c, bold, dash, point }, i) => ({ type: "line", z: bold ? 5 : 2,
      symbol: line.length > 8 ? "none" : "circle", symbolSize: bold ? 7 : 4,
      data: line.map((at) => ({ value: at, tip: [name, `${ninesText(at[0])} of the calls within ${ms(at[1])}`], point })),
      itemStyle: { color: colour(c) }, lineStyle: { width: bold ? 3 : 1.5, color: colour(c), type: dash ? [5, 4] : "solid" },
      endLabel: { show: true, formatter: name, distance: 8, fontSize: 12, width: room - 14, overflow: "truncate",
        fontWeight: bold ? 700 : 400, color: colour(c === "p0" ? "quiet" : c), offset: [0, moved[i] - wanted[i]] } })) }, select);
}

// The parts of a latency, in the order of time, each with its colour.
const PARTS = [["generator_lateness", "generator late"], ["linger", "linger"], ["slot_wait", "slot wait"], ["send", "send"],
  ["retry", "retry"], ["server", "server"], ["poll_quantisation", "poll quantisation"], ["delivery", "delivery"]]
  .map(([key, label], i) => [key, label, `p${i}`]);
function usedParts(points) { return PARTS.filter(([key]) => points.some((point) => point.parts_ms[key] > 0)); }

// Gives the plot a height for so many rows.
function makeTall(card, height) {
  const plot = card.querySelector(".plot");
  plot.style.height = `${height}px`;
  plot.style.flexBasis = `${height}px`;
  return plot;
}

// Bars from left to right. rows: [{name, bold, point: for select, value: (key) => length, tip: (key, label) => lines}];
// pieces: [[key, label, colour name], ...].
function drawBars(card, rows, pieces, { text, name, max, select }) {
  const plot = makeTall(card, Math.max(rows.length * 25 + 56, 120));
  const look = axisLook(name);
  const room = Math.min(14 + 7.5 * Math.max(...rows.map((row) => row.name.length)), plot.clientWidth < 420 ? 106 : plot.clientWidth < 760 ? 150 : 260);
  const left = Math.max(room, plot.clientWidth < 420 ? 0 : 90);
  draw(card, { grid: grid({ left, right: 34 }),
    xAxis: { ...look, type: "value", max, nameGap: 28, axisLabel: { ...look.axisLabel, formatter: text } },
    yAxis: { ...axisLook(""), type: "category", inverse: true, data: rows.map((row) => row.name), splitLine: { show: false },
      axisLabel: { color: (_, i) => colour(rows[i].bold ? "text" : "quiet"), interval: 0, width: left - 10,
        overflow: "truncate", fontSize: 12 } },
    series: pieces.map(([key, label, c]) => ({ type: "bar", stack: "all", barWidth: 15, itemStyle: { color: colour(c) },
      data: rows.map((row) => ({ value: row.value(key), tip: row.tip(key, label), point: row.point,
        itemStyle: { opacity: row.bold ? 1 : 0.72 } })) })) }, select);
}

// An interval from one place to another with its estimate between, in pixels; across: the axis of the interval.
function whisker(from, to, middle, across, horizontal, c, bold) {
  const stroke = { stroke: colour(c), lineWidth: bold ? 3 : 2 };
  const line = (x1, y1, x2, y2) => ({ type: "line", style: stroke,
    shape: horizontal ? { x1, y1, x2, y2 } : { x1: y1, y1: x1, x2: y2, y2: x2 } });
  const cap = 4;
  return [line(from, across, to, across), line(from, across - cap, from, across + cap), line(to, across - cap, to, across + cap),
    { type: "circle", shape: horizontal ? { cx: middle, cy: across, r: bold ? 6 : 5 } : { cx: across, cy: middle, r: bold ? 6 : 5 },
      style: { fill: colour(c), stroke: colour("card"), lineWidth: 1.5 } }];
}
