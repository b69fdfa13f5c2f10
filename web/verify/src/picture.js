// The panel and the chances as pictures, each with the same in words and numbers.
import { el, svg } from "./dom.js";
import { say, write } from "./words.js";

const WIDTH = 640;

/** A picture with its description, and below it whatever says the same in numbers. */
function figure(title, text, drawing, numbers) {
  return el("figure", {}, el("h4", {}, title), el("p", {}, text), drawing, numbers);
}

function drawing(height, label, ...shapes) {
  const box = { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": label };
  return svg("svg", box, ...shapes);
}

function table(language, columns, rows) {
  const head = el("tr", {}, ...columns.map((key) => el("th", { scope: "col" }, say(language, key))));
  const cell = (value) => el("td", {}, typeof value === "string" ? value : write(language, value));
  const body = rows.map(([name, ...cells]) =>
    el("tr", {}, el("th", { scope: "row" }, typeof name === "string" ? name : write(language, name)), ...cells.map(cell)),
  );
  return el("div", { class: "wide", tabindex: "0", role: "group" }, el("table", {}, el("thead", {}, head), el("tbody", {}, ...body)));
}

function details(language, content) {
  return el("details", {}, el("summary", {}, say(language, "picture.numbers")), content);
}

const MOST_SQUARES = 4000;

/** The register with the members of the panel marked: a square each, or lines where they are many. */
export function panelPicture(language, { n, indices }) {
  const args = { k: indices.length, n };
  const isDense = n > MOST_SQUARES;
  const text = say(language, isDense ? "picture.panel.dense" : "picture.panel.text", args);
  let height, background, marks;
  if (isDense) {
    height = 60;
    const lines = indices.map((index) => `M${((index + 0.5) / n) * WIDTH} 4V${height - 4}`).join("");
    background = svg("rect", { x: 0, y: 0, width: WIDTH, height, class: "member" });
    marks = svg("path", { d: lines, class: "line" });
  } else {
    const columns = Math.max(24, Math.ceil(Math.sqrt(n * 4)));
    const size = WIDTH / columns;
    height = Math.ceil(n / columns) * size;
    const square = (index) =>
      `M${(index % columns) * size + size * 0.1} ${Math.floor(index / columns) * size + size * 0.1}h${size * 0.8}v${size * 0.8}h${-size * 0.8}z`;
    const drawn = new Set(indices);
    const others = Array.from({ length: n }, (_, index) => index).filter((index) => !drawn.has(index));
    background = svg("path", { d: others.map(square).join(""), class: "member" });
    marks = svg("path", { d: indices.map(square).join(""), class: "drawn" });
  }
  const list = el("p", { class: "numbers" }, say(language, "picture.panel.indices", { indices: indices.join(", ") }));
  return figure(say(language, "picture.panel"), text, drawing(height, text, background, marks), details(language, list));
}

/** For each quota: what was allowed as a bar, what the panel has as a dot. */
export function quotasPicture(language, quotas) {
  const [line, left] = [26, 290];
  const most = Math.max(1, ...quotas.map((quota) => Math.min(quota.max, quota.pool)), ...quotas.map((quota) => quota.min));
  const at = (number) => left + (Math.min(number, most) / most) * (WIDTH - left - 16);
  const short = (text) => ([...text].length > 27 ? `${[...text].slice(0, 26).join("")}…` : text);
  const shapes = quotas.flatMap(({ feature, value, min, max, panel }, place) => {
    const y = place * line + line / 2;
    return [
      svg("text", { x: 0, y: y + 4, class: "label" }, short(`${feature}: ${value}`)),
      svg("rect", { x: at(min) - 5, y: y - 6, width: at(max) - at(min) + 10, height: 12, rx: 6, class: "member" }),
      panel === null ? null : svg("circle", { cx: at(panel), cy: y, r: 5, class: "drawn" }),
    ];
  });
  const text = say(language, "picture.quotas.text");
  const rows = quotas.map(({ feature, value, min, max, panel, pool }) => [feature, value, min, max, panel ?? "–", pool]);
  const columns = ["feature", "value", "min", "max", "panel", "pool"].map((name) => `column.${name}`);
  const numbers = details(language, table(language, columns, rows));
  const picture = drawing(quotas.length * line, text, ...shapes.filter((shape) => shape !== null));
  return figure(say(language, "picture.quotas"), text, picture, numbers);
}

const share = (language, part, up = false) => {
  const thousandths = up ? Math.ceil(part * 1e5 - 1e-6) : Math.floor(part * 1e5 + 1e-6);
  return write(language, { whole: Math.floor(thousandths / 1000), thousandths: thousandths % 1000 });
};

/** The chances of all members, from the smallest to the largest. */
export function chancesPicture(language, { counts, m, equal, bound }) {
  const [height, left, top, bottom] = [280, 90, 60, 34];
  const most = Math.max(counts.at(-1) / m, equal, bound ?? 0) * 1.15 || 1;
  const x = (place) => left + (place / counts.length) * (WIDTH - left - 8);
  const y = (chance) => top + (height - top - bottom) * (1 - chance / most);
  const steps = groups(counts);
  let path = `M${x(0)} ${y(0)}`;
  for (const { count, from, to } of steps) path += `L${x(from)} ${y(count / m)}L${x(to)} ${y(count / m)}`;
  path += `L${x(counts.length)} ${y(0)}z`;
  const level = (chance, name) => svg("line", { x1: left, x2: WIDTH, y1: y(chance), y2: y(chance), class: name });
  const legend = (text, name, line) => [
    svg("line", { x1: 0, x2: 40, y1: line * 26 - 10, y2: line * 26 - 10, class: name }),
    svg("text", { x: 50, y: line * 26 - 4, class: "label" }, text),
  ];
  const equalText = say(language, "picture.equal", { equal: share(language, equal) });
  const boundText = bound === null ? "" : say(language, "picture.bound", { bound: share(language, bound, true) });
  const shapes = [
    svg("path", { d: path, class: "area" }),
    level(equal, "equal"),
    ...legend(equalText, "equal", 1),
    bound === null ? null : level(bound, "bound"),
    ...(bound === null ? [] : legend(boundText, "bound", 2)),
    svg("text", { x: 0, y: top + 16, class: "label" }, share(language, most)),
    svg("text", { x: 0, y: height - bottom, class: "label" }, share(language, 0)),
    svg("text", { x: left, y: height - 10, class: "label" }, say(language, "picture.members")),
  ];
  const text = say(language, "picture.chances.text", {
    least: share(language, counts[0] / m),
    most: share(language, counts.at(-1) / m),
    equal: share(language, equal),
    bound: bound === null ? "–" : share(language, bound, true),
  });
  const columns = ["column.members", "column.panels", "column.chance"];
  const rows = steps.map(({ count, from, to }) => [to - from, count, share(language, count / m)]);
  const numbers = details(language, table(language, columns, rows));
  const picture = drawing(height, text, ...shapes.filter((shape) => shape !== null));
  return figure(say(language, "picture.chances"), text, picture, numbers);
}

/** Runs of members with the same count, in ascending counts. */
function groups(counts) {
  const runs = [];
  counts.forEach((count, place) => {
    if (runs.at(-1)?.count !== count) runs.push({ count, from: place, to: place });
    runs.at(-1).to = place + 1;
  });
  return runs;
}
