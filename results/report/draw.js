// What all charts share: a card with a legend of its own, axes, labels that do not overlap.

const FONT = 'Inter, "Segoe UI", system-ui, "DejaVu Sans", sans-serif';
const cards = [];  // {plot, chart, option, select}

// A card with a title, a sentence and an empty plot. `wide` takes the whole row.
function makeCard(id, title, wide = false) {
  const card = element("section", { class: wide ? "card wide" : "card", id },
    element("h3", {}, title), element("p", { class: "quiet" }),
    element("ul", { class: "legend" }), element("div", { class: "plot", role: "img", "aria-label": title }));
  byId("charts").append(card);
  return card;
}

// entries: [text, colour name, "line" | "dash" | "box" | "dot" | "ring"]
function setLegend(card, entries) {
  const shapes = {
    line: (c) => `M0 5H20|${c}|2.5|`, dash: (c) => `M0 5H20|${c}|2|4 3`, box: (c) => `M5 0H15V10H5Z|fill|${c}|`,
    dot: (c) => `M10 1a4 4 0 1 0 .1 0Z|fill|${c}|`, ring: (c) => `M10 1a4 4 0 1 0 .1 0Z|${c}|1.5|`,
  };
  const list = card.querySelector(".legend");
  list.replaceChildren(...entries.map(([text, name, shape]) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const [d, stroke, width, more] = shapes[shape](colour(name)).split("|");
    path.setAttribute("d", d);
    path.setAttribute("fill", stroke === "fill" ? width : "none");
    if (stroke !== "fill") {
      path.setAttribute("stroke", stroke);
      path.setAttribute("stroke-width", width);
      if (more) { path.setAttribute("stroke-dasharray", more); }
    }
    svg.setAttribute("aria-hidden", "true");
    svg.append(path);
    return element("li", {}, svg, text);
  }));
}

function setSentence(card, text) { card.querySelector("p").textContent = text; }

// Draws again what the card shows. The `point` of a datum that is clicked is told to `select`.
function draw(card, option, select) {
  const plot = card.querySelector(".plot");
  let known = cards.find((one) => one.plot === plot);
  if (!known) {
    known = { plot, chart: echarts.init(plot, null, { renderer: "svg" }) };
    known.chart.on("click", (event) => {
      if (event.data && event.data.point !== undefined && known.select) { known.select(event.data.point); }
    });
    cards.push(known);
  }
  known.select = select;
  known.chart.setOption({
    animation: false,
    textStyle: { fontFamily: FONT, color: colour("quiet") },
    aria: { enabled: false },
    tooltip: { trigger: "item", confine: true, backgroundColor: colour("card"), borderColor: colour("line"),
      textStyle: { color: colour("text") }, formatter: (item) => item.data && item.data.tip ? tip(item.data.tip) : "" },
    ...option,
  }, true);
}

// A tooltip: lines of text, the first in bold. An element, never markup.
function tip(lines) {
  return element("div", { class: "tip" }, element("b", {}, lines[0]),
    ...lines.slice(1).map((line) => element("div", {}, line)));
}

// 1, 2 and 5 times powers of ten from low to high; only the powers where that is too many.
function roundSteps(low, high, most = 9) {
  const all = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); ++power) {
    for (const factor of [1, 2, 5]) {
      const value = Number((factor * 10 ** power).toPrecision(1));
      if (value >= low * 0.999 && value <= high * 1.001) { all.push(value); }
    }
  }
  if (all.length < 3) {  // a range of less than one power of ten: equal steps
    const step = Number(((high - low) / 4).toPrecision(1));
    return Array.from({ length: 9 }, (_, i) => Number((Math.ceil(low / step) * step + i * step).toPrecision(3)))
      .filter((value) => value <= high);
  }
  return all.length > most ? all.filter((value) => Math.log10(value) % 1 === 0 || all.length <= most) : all;
}

function axisLook(name) {
  return { name, nameLocation: "middle", nameTextStyle: { color: colour("quiet"), fontSize: 12 },
    axisLine: { lineStyle: { color: colour("line") } }, axisTick: { show: false },
    splitLine: { lineStyle: { color: colour("grid") } },
    axisLabel: { color: colour("quiet"), fontSize: 12, hideOverlap: true } };
}

function logAxis(name, low, high, text, gap) {
  const look = axisLook(name);
  const steps = roundSteps(low, high);
  return { ...look, type: "log", min: low, max: high, nameGap: gap,
    axisTick: { show: false, customValues: steps },
    axisLabel: { ...look.axisLabel, customValues: steps, formatter: text } };
}

function grid(more = {}) { return { left: 64, right: 22, top: 14, bottom: 46, ...more }; }

// A line across the plot, behind what is drawn on it (z: 0), with its name above its start or end.
function levelLine(value, text, colourName, position = "insideStartTop") {
  return { silent: true, symbol: "none", z: 0, animation: false, data: [{ yAxis: value }],
    lineStyle: { color: colour(colourName), type: "solid", width: 1.5 },
    label: { position, formatter: text, color: colour(colourName), fontWeight: 600, fontSize: 12,
      distance: [4, 3] } };
}

// Moves labels of a height up or down until none covers another. `places` in pixels, from the top.
function spreadOut(places, height) {
  const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b]);
  const moved = [...places];
  for (let round = 0; round < 60; ++round) {
    let still = true;
    for (let i = 1; i < order.length; ++i) {
      const gap = moved[order[i]] - moved[order[i - 1]];
      if (gap < height - 0.01) {
        moved[order[i - 1]] -= (height - gap) / 2;
        moved[order[i]] += (height - gap) / 2;
        still = false;
      }
    }
    if (still) { break; }
  }
  return moved;
}

// Which labels of points have room, most important first: each tries below, above, right, left and the corners,
// and is left out if all are taken. Answers positions as ECharts takes them. Places in pixels.
function placeLabels(labels, taken, area) {
  const boxes = [...taken];
  const hits = (a) => a.x < area.left || a.x + a.w > area.right || a.y < area.top || a.y + a.h > area.bottom
    || boxes.some((b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h);
  return labels.map((label) => {
    const w = 7.4 * label.text.length + 6;
    const h = 15;
    const corner = (x, y) => [[x - label.x + label.size / 2 + 3, y - label.y + label.size / 2 + 1], x, y];  // from the symbol's own
    const ways = [["bottom", label.x - w / 2, label.y + 6], ["top", label.x - w / 2, label.y - 6 - h],
      ["right", label.x + 8, label.y - h / 2], ["left", label.x - 8 - w, label.y - h / 2],
      corner(label.x + 5, label.y - 5 - h), corner(label.x + 5, label.y + 5), corner(label.x - 5 - w, label.y - 5 - h),
      corner(label.x - 5 - w, label.y + 5)];
    const way = ways.find(([, x, y]) => !hits({ x, y, w, h }));
    if (!way) { return null; }
    boxes.push({ x: way[1], y: way[2], w, h });
    return way[0];
  });
}
