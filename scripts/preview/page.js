// Draws `page`, what dashboard-preview read, as Grafana would: each panel at its place, by its own
// options and overrides. Charts are ECharts, all else is HTML.
'use strict';

const COLUMN = 1592 / 24, ROW = 36, GAP = 8;
const TEXT = '#ccccdc', FAINT = '#9a9ba6', LINE = '#2c2f35';
const NAMED = {
  text: TEXT, red: '#f2495c', green: '#73bf69', blue: '#5794f2', yellow: '#fade2a', orange: '#ff9830',
};
const PALETTE = ['#73bf69', '#f2cc0c', '#8ab8ff', '#ff780a', '#f2495c', '#5794f2', '#b877d9', '#705da0',
  '#37872d', '#fade2a', '#447ebc', '#c15c17'];
const ORANGES = ['#3d1703', '#7f2704', '#b93d02', '#e25609', '#f67824', '#fd9e54', '#fdc692', '#fee5cb'];
const DASH = 'dash';

// ---- figures -------------------------------------------------------------------------------------

// Units of a kind: [from which value on, divisor, what is written behind].
const SCALES = {
  s: [[86400, 86400, ' day'], [3600, 3600, ' hour'], [60, 60, ' min'], [1, 1, ' s'],
    [1e-3, 1e-3, ' ms'], [1e-6, 1e-6, ' µs'], [0, 1e-9, ' ns']],
  bytes: [[2 ** 30, 2 ** 30, ' GiB'], [2 ** 20, 2 ** 20, ' MiB'], [1024, 1024, ' KiB'], [0, 1, ' B']],
  percentunit: [[0, 0.01, '%']],
  none: [[0, 1, '']],
};
const AMOUNTS = [[1e9, 1e9, ' Bil'], [1e6, 1e6, ' Mil'], [1e3, 1e3, ' K'], [0, 1, '']];
const BEHIND = { short: '', reqps: ' req/s', cps: ' c/s', ops: ' ops/s' };

function digits(value, decimals) {
  if (decimals !== undefined) return value.toFixed(decimals);
  return String(Number(value.toPrecision(3)));
}

function show(value, unit, decimals) {
  if (value === null || value === undefined) return '-';
  if (value === 0 && unit === 's') return '0 s';
  const scale = SCALES[unit] || AMOUNTS;
  const [, divisor, sign] = scale.find(([from]) => Math.abs(value) >= from * 0.9999);
  return digits(value / divisor, decimals) + sign + (BEHIND[unit] || '');
}

// ---- options of a field --------------------------------------------------------------------------

function matches(matcher, name) {
  return matcher.id === 'byName' ? matcher.options === name : new RegExp(`^${matcher.options}$`).test(name);
}

// The panel's options for one series or column: {unit, decimals, min, color, custom: {...}}.
function optionsOf(panel, name) {
  const { defaults, overrides } = panel.fieldConfig;
  const found = { ...defaults, custom: { ...defaults.custom } };
  for (const { matcher, properties } of overrides) {
    if (!matches(matcher, name)) continue;
    for (const { id, value } of properties) {
      if (id.startsWith('custom.')) found.custom[id.slice('custom.'.length)] = value;
      else found[id] = value;
    }
  }
  return found;
}

function colorOf(field, index) {
  const fixed = field.color && field.color.mode === 'fixed' && field.color.fixedColor;
  return fixed ? NAMED[fixed] || fixed : PALETTE[index % PALETTE.length];
}

function thresholdColor(field, value) {
  const steps = (field.thresholds || { steps: [] }).steps.filter((one) => one.value === null || value >= one.value);
  return steps.length ? NAMED[steps[steps.length - 1].color] : TEXT;
}

// ---- charts --------------------------------------------------------------------------------------

function chartIn(element) {
  return echarts.init(element.querySelector('.body'), null, { renderer: 'svg' });
}

// Linear up to the threshold, logarithmic beyond: 1 is the threshold, each further 1 a factor of 10.
const symlog = (value, from) => (value <= from ? value / from : 1 + Math.log10(value / from));
const antiSymlog = (value, from) => (value <= 1 ? value * from : from * 10 ** (value - 1));

function xAxis(extra) {
  return {
    axisLine: { lineStyle: { color: LINE } }, axisTick: { show: false }, splitLine: { show: true, lineStyle: { color: LINE } },
    axisLabel: { color: FAINT, fontSize: 11, hideOverlap: true }, ...extra,
  };
}

// `most` is the largest value on the axis, as it is drawn.
function yAxis(field, right, most) {
  const scale = field.custom.scaleDistribution || { type: 'linear' };
  const axis = xAxis({ type: scale.type === 'log' ? 'log' : 'value', splitNumber: 4, position: right ? 'right' : 'left' });
  if (right) axis.splitLine = { show: false };
  if (axis.type === 'value') axis.boundaryGap = [0, '5%'];  // a line at the top stays seen
  if (field.min !== undefined) axis.min = field.min;
  if (most < field.custom.axisSoftMax) {
    axis.max = field.custom.axisSoftMax;
    axis.interval = axis.max / 4;
  }
  if (field.unit === 'bytes') {
    axis.interval = 2 ** Math.ceil(Math.log2(most / 4));
    axis.max = axis.interval * Math.ceil(most / axis.interval);
  }
  axis.scale = true;
  axis.axisLabel.formatter = (value) => show(value, field.unit);
  if (scale.type === 'symlog') {
    axis.interval = 1;
    axis.max = Math.ceil(most + 0.1);
    axis.axisLabel.formatter = (value) => show(antiSymlog(value, scale.linearThreshold), field.unit);
  }
  return axis;
}

const isStacked = ({ custom }) => custom.stacking && custom.stacking.mode !== 'none';

// Whether a point has no neighbour, so that no line shows it.
function isAlone(points, at) {
  const isMissing = (point) => !point || point[1] === null;
  return isMissing(points[at - 1]) && isMissing(points[at + 1]);
}

function line(name, field, index, points) {
  const { custom } = field;
  const color = colorOf(field, index);
  const scale = custom.scaleDistribution || {};
  const shown = scale.type === 'symlog' ? points.map(([x, y]) => [x, y === null ? y : symlog(y, scale.linearThreshold)])
    : scale.type === 'log' ? points.map(([x, y]) => [x, y > 0 ? y : null])
      : points;
  return {
    type: 'line', name, data: shown, color, yAxisIndex: custom.axisPlacement === 'right' ? 1 : 0,
    showSymbol: custom.showPoints !== 'never', symbol: 'circle',
    symbolSize: (_, { dataIndex }) => (custom.showPoints === 'always' || isAlone(points, dataIndex) ? custom.pointSize || 4 : 0),
    step: custom.lineInterpolation === 'stepAfter' ? 'end' : false,
    stack: isStacked(field) ? custom.stacking.group : undefined,
    lineStyle: { width: 1.3 * custom.lineWidth, type: custom.lineStyle ? custom.lineStyle.dash : 'solid' },
    areaStyle: custom.fillOpacity ? { opacity: custom.fillOpacity / 100 } : undefined,
    tooltip: {
      valueFormatter: (value) => show(scale.type === 'symlog' && value !== null ? antiSymlog(value, scale.linearThreshold) : value, field.unit),
    },
  };
}

// Annotations: a dashed line where each begins, a faint area for as long as it lasts.
function marksOf(marks) {
  const at = (time) => time * 1000;
  return {
    type: 'line', data: [], silent: true,
    markLine: {
      symbol: 'none', label: { show: false }, animation: false,
      data: marks.flatMap(({ color, stretches }) => stretches.map((one) => (
        { xAxis: at(one.from), lineStyle: { color: NAMED[color], type: 'dashed', width: 1, opacity: 0.6 } }))),
    },
    markArea: {
      data: marks.flatMap(({ color, stretches }) => stretches.map((one) => (
        [{ xAxis: at(one.from), itemStyle: { color: NAMED[color], opacity: 0.07 } }, { xAxis: at(one.to) }]))),
    },
  };
}

function legendOf(series) {
  return series.map(({ name, color, lineStyle }) => (
    `<span><i class="${lineStyle.type === 'solid' ? '' : DASH}" style="color:${color}"></i>${name}</span>`)).join('');
}

function draw(element, panel, series, x, extra) {
  const right = series.find((one) => one.yAxisIndex === 1);
  const left = series.find((one) => one.yAxisIndex === 0) || right;
  element.insertAdjacentHTML('beforeend', `<div class="body"></div><div class="legend">${legendOf(series)}</div>`);
  const mostOf = (index) => Math.max(...series.filter((one) => one.yAxisIndex === index)
    .flatMap((one) => one.data.map(([, value]) => value)));
  const axes = [yAxis(optionsOf(panel, left.name), false, mostOf(0))];
  if (right) axes.push(yAxis(optionsOf(panel, right.name), true, mostOf(1)));
  chartIn(element).setOption({
    animation: false, grid: { left: 10, right: 14, top: 8, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: { trigger: 'axis', confine: true }, xAxis: x, yAxis: axes, series: [...series, ...extra],
  });
}

const clock = (time) => new Date(time).toTimeString().slice(0, 8);

function timeseries(element, { panel, data, times, marks }) {
  // What lies on a missing part of a stack would fall down: it is 0 there, but where all are missing.
  const empty = times.map((_, at) => data.every(({ values }) => values[at] === null));
  const series = data.map(({ name, values }, index) => {
    const field = optionsOf(panel, name);
    return line(name, field, index, values.map((value, at) => (
      [times[at] * 1000, isStacked(field) && !empty[at] ? value || 0 : value])));
  });
  const x = xAxis({ type: 'time', min: page.from * 1000, max: page.to * 1000, splitNumber: 4 });
  x.axisLabel.formatter = clock;
  draw(element, panel, series, x, [marksOf(marks)]);
}

function trend(element, { panel, data }) {
  const at = data.columns.indexOf(panel.options.xField);
  const series = data.columns.filter((name) => name !== panel.options.xField).map((name, index) => (
    line(name, optionsOf(panel, name), index, data.rows.map((row) => [row[at], row[data.columns.indexOf(name)]]))));
  const x = xAxis({ type: 'value', splitNumber: 5 });
  x.axisLabel.formatter = (value) => show(value, optionsOf(panel, panel.options.xField).unit);
  draw(element, panel, series, x, []);
}

function heatmap(element, { panel, data, times }) {
  const { color, yAxis: y, cellValues, filterValues } = panel.options;
  const cells = data.flatMap(({ values }, row) => values.map((value, at) => [at, row, value])
    .filter(([, , value]) => value !== null && value > filterValues.le));
  const most = Math.max(...cells.map(([, , value]) => value));
  const gap = times.length > 200 ? 60 : 30;
  const x = xAxis({ type: 'category', data: times.map((time) => clock(time * 1000)), splitLine: { show: false } });
  x.axisLabel.interval = (at) => times[at] % gap === 0;
  element.insertAdjacentHTML('beforeend', `<div class="body"></div><div class="legend">${show(0, cellValues.unit)}
    <span class="scale" style="background:linear-gradient(90deg,${ORANGES})"></span>${show(most, cellValues.unit)}</div>`);
  chartIn(element).setOption({
    animation: false, grid: { left: 10, right: 14, top: 8, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: x,
    yAxis: xAxis({ type: 'category', data: data.map(({ name }) => (name === '+Inf' ? name : show(Number(name), y.unit))), splitLine: { show: false } }),
    visualMap: { show: false, min: 0, max: most ** color.exponent, dimension: 2, inRange: { color: ORANGES } },
    series: [{ type: 'heatmap', data: cells.map(([at, row, value]) => [at, row, value ** color.exponent]) }],
  });
}

// ---- panels without a chart ----------------------------------------------------------------------

function stat(element, { panel, data }) {
  element.insertAdjacentHTML('beforeend', `<div class="body stat"><div>${data.map(({ name, value }) => {
    const field = optionsOf(panel, name);
    const said = panel.options.textMode === 'name' ? name : show(value, field.unit, field.decimals);
    const color = panel.options.colorMode === 'none' ? TEXT : thresholdColor(field, value);
    return `<div style="color:${color}">${said}</div>`;
  }).join('')}</div></div>`);
  const body = element.querySelector('.stat'), said = body.firstChild;
  for (let size = 44; size > 10; size -= 1) {
    body.style.fontSize = `${size}px`;
    if (said.offsetWidth < body.clientWidth - 16 && said.offsetHeight < body.clientHeight) break;
  }
}

function table(element, { panel, data }) {
  const fields = data.columns.map((name) => optionsOf(panel, name));
  const cells = (row) => row.map((value, at) => `<td>${show(value, fields[at].unit, fields[at].decimals)}</td>`).join('');
  element.insertAdjacentHTML('beforeend', `<div class="body"><table><tr>${data.columns.map((name) => (
    `<th>${name}</th>`)).join('')}</tr>${data.rows.map((row) => `<tr>${cells(row)}</tr>`).join('')}</table></div>`);
}

function text(element, { panel }) {
  const marked = panel.options.content.replace(/\*\*(.+?)\*\*/g, '<b>$1</b>').replace(/`(.+?)`/g, '<code>$1</code>');
  element.insertAdjacentHTML('beforeend', `<div class="body text">${marked.split('\n\n').map((one) => `<p>${one}</p>`).join('')}</div>`);
}

// ---- the page ------------------------------------------------------------------------------------

const DRAWN_BY = { timeseries, trend, heatmap, stat, table, text };

function place(shown) {
  const { panel } = shown, { x, y, w, h } = panel.gridPos;
  const element = document.createElement('section');
  element.title = panel.description || '';
  element.style.cssText = `left:${x * COLUMN}px;top:${y * ROW}px;width:${w * COLUMN - GAP}px;height:${h * ROW - GAP}px`;
  document.querySelector('main').append(element);
  if (panel.type === 'row') {
    element.className = 'row';
    element.textContent = `⌄ ${panel.title}`;
    return;
  }
  element.innerHTML = `<h2>${panel.title}</h2>`;
  DRAWN_BY[panel.type](element, shown);
}

document.querySelector('header').innerHTML = `<h1>${page.title}<small>${page.description}</small></h1>
  <p><b>A preview, drawn by Apache ECharts and not by Grafana</b>, of the dashboard as its JSON describes it, with
  live data: Prometheus read a batchlab soak from ${clock(page.from * 1000)} to ${clock(page.to * 1000)}.</p>`;
page.panels.forEach(place);
