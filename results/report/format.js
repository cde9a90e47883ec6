"use strict";
// Numbers and texts as people read them, and small pieces of the page. All text goes in by textContent.

// Three digits at most: 0.42, 8.5, 132.
function digits(value) {
  const size = Math.abs(value);
  const text = size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function ms(value) {
  if (value === null || value === undefined) { return "–"; }
  if (value >= 99950) { return `${digits(value / 60000)} min`; }
  if (value >= 999.5) { return `${digits(value / 1000)} s`; }
  return value >= 0.1 || value === 0 ? `${digits(value)} ms` : `${digits(value * 1000)} µs`;
}

function percent(share, places = 0) {
  if (share === null || share === undefined) { return "–"; }
  const text = (100 * share).toFixed(places);
  return `${Number(text) === 0 ? (0).toFixed(places) : text} %`;
}

const grouped = new Intl.NumberFormat("en-US");  // one for all: to make it takes longer than to use it
function count(value) {
  return value === null || value === undefined ? "–" : grouped.format(Math.round(value));
}

// "+4.8", "-0.2": with its sign.
function signed(value) {
  const text = digits(value);
  return Number(text) === 0 ? "0" : `${value > 0 ? "+" : ""}${text}`;
}

// "p999" -> "p99.9".
function quantileName(name) { return name === "p999" ? "p99.9" : name; }

// "window 50ms" -> "window 50 ms": a number and its unit stand apart.
function shownLabel(label) { return label === "unbatched" ? "no batching" : spaced(label); }
function spaced(label) { return label.replace(/(\d)(ns|us|ms|s)\b/g, "$1 $2"); }

// "batcher.max_items=100" -> "max items 100"; "client.poll.kind=fixed" -> "poll kind fixed".
function changeText(change) {
  const [path, ...value] = change.split("=");
  const parts = path.split(".");
  const few = ["kind", "value", "every", "base", "first", "size"].includes(parts[parts.length - 1]) ? parts.slice(-2) : parts.slice(-1);
  return value.length > 0 ? `${words(few.join(" "))} ${spaced(value.join("="))}` : change;
}

// "fixed_window" -> "fixed window".
function words(name) { return String(name).replaceAll("_", " "); }

// element("td", { class: "text" }, "some text", otherElement)
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) { made.setAttribute(key, value); }
  made.append(...children);  // a string becomes a text node
  return made;
}

// A row that is chosen by mouse, Enter or the space bar, and from which the arrows lead to its neighbours.
function selectable(row, select) {
  row.setAttribute("tabindex", "0");
  row.addEventListener("click", select);
  row.addEventListener("keydown", (event) => {
    const next = event.key === "ArrowDown" ? row.nextElementSibling : event.key === "ArrowUp" ? row.previousElementSibling : null;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      select();
    } else if (next) {
      event.preventDefault();
      next.focus();
    }
  });
  return row;
}

// A table drawn anew keeps the focus on the row that had it.
function replaceRows(table, head, body) {
  const focused = document.activeElement && document.activeElement.closest("tr[data-point]");
  const kept = focused && table.contains(focused) ? focused.dataset.point : null;
  table.replaceChildren(head, body);
  const again = kept !== null ? table.querySelector(`tr[data-point="${kept}"]`) : null;
  if (again) { again.focus({ preventScroll: true }); }
}

function byId(id) { return document.getElementById(id); }

// A colour of the style sheet, as the theme has it. To ask the style for each would take longer than to draw.
const colours = new Map();
function forgetColours() { colours.clear(); }
function colour(name) {
  if (!colours.has(name)) {
    colours.set(name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  }
  return colours.get(name);
}

function dot(name) {
  const made = element("span", { class: "dot", "aria-hidden": "true" });
  made.style.background = colour(name);
  return made;
}
