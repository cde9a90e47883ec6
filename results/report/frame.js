// What every page does alike: its data, the theme, paper and windows of other widths, the address.

const report = JSON.parse(byId("report").textContent);

const printing = matchMedia("print");
const dark = matchMedia("(prefers-color-scheme: dark)");
let wantedTheme = null;  // by the reader; null: as the system has it

function themeNow() { return wantedTheme || (dark.matches ? "dark" : "light"); }

function showTheme() {
  const theme = printing.matches ? "light" : themeNow();
  if (document.documentElement.dataset.theme !== theme) {
    document.documentElement.dataset.theme = theme;
    forgetColours();
  }
  byId("theme").textContent = themeNow() === "dark" ? "Light" : "Dark";
}

// The state as the address has it: #target=300&point=5&theme=dark. What is null is left out.
function toAddress(parts) {
  const kept = Object.entries({ ...parts, theme: wantedTheme }).filter(([, value]) => value !== null);
  history.replaceState(null, "", `#${new URLSearchParams(kept)}`);
}

// And back: a text of each part that is there.
function fromAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  wantedTheme = ["dark", "light"].includes(parts.get("theme")) ? parts.get("theme") : null;
  return parts;
}

// A whole number below `count` from the address, or null.
function indexOf(text, count) {
  const index = text === null || text === "" ? NaN : Number(text);
  return Number.isInteger(index) && index >= 0 && index < count ? index : null;
}

// Charts as cards: [when, id, title, drawIt, wide]. Two stand in a row; the last of them takes it alone
// where it would leave a hole.
function makeCards(charts) {
  const kept = charts.filter(([when]) => when);
  const halves = kept.filter(([, , , , wide]) => !wide);
  if (halves.length % 2 === 1) { halves[halves.length - 1][4] = true; }
  return kept.map(([, id, title, drawIt, wide]) => ({ id, drawIt, card: makeCard(id, title, wide) }));
}

// Draws the cards of makeCards, but for those of which there is nothing.
function drawCharts(made, has, state) {
  for (const { id, drawIt, card } of made) {
    card.hidden = !has(id);
    if (!card.hidden) { drawIt(card, state); }
  }
  // A legend that grew has made its neighbours taller: what is drawn fills the room that there is.
  for (const { plot, chart } of cards) {
    if (plot.clientHeight > 0 && (chart.getHeight() !== plot.clientHeight || chart.getWidth() !== plot.clientWidth)) {
      chart.resize();
      const { drawIt, card } = made.find((one) => one.card.contains(plot));
      drawIt(card, state);
    }
  }
}

// Draws the page and draws it again whenever something has changed: `recall` takes the state from the address,
// `remember` puts it there, `update` draws.
function live({ recall, remember, update }) {
  let resizing = 0;
  byId("theme").addEventListener("click", () => {
    wantedTheme = themeNow() === "dark" ? "light" : "dark";
    remember();
    update();
  });
  addEventListener("hashchange", () => { recall(); update(); });
  dark.addEventListener("change", update);
  printing.addEventListener("change", update);
  addEventListener("resize", () => {  // the charts follow
    clearTimeout(resizing);
    resizing = setTimeout(update, 60);
  });
  recall();
  update();
}
