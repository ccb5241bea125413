// Bars, lines, areas and pies, drawn as SVG from a data_visualization block.

import { h, svg } from "./dom.js";

const WIDTH = 640, HEIGHT = 260, LEFT = 64, BOTTOM = 44, TOP = 12, RIGHT = 12;
const COLOURS = 8;

export function chart(block) {
  const shape = block.chart;
  const picture = shape.type === "pie" ? pie(shape.segments) : axes(shape);
  const names = shape.type === "pie" ? shape.segments.map((segment) => segment.label) : shape.series.map((line) => line.name);
  return h("figure", { class: "chart" },
    h("figcaption", {}, block.title),
    picture,
    names.length > 1 || shape.type === "pie"
      ? h("ul", { class: "legend" }, names.map((name, index) => h("li", {}, h("i", { class: `fill-${index % COLOURS}` }), name)))
      : null);
}

function axes({ type, series, axis_config: axis }) {
  const values = series.flatMap((line) => line.data.map((point) => point.value));
  const { low, high, step } = scale(Math.min(0, ...values), Math.max(0, ...values));
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (high - low));
  const band = (WIDTH - LEFT - RIGHT) / axis.categories.length;
  const x = (index) => LEFT + band * (index + 0.5);
  const placed = series.map((line) => axis.categories.map((label) => line.data.find((point) => point.label === label)));
  const marks = type === "bar" ? bars(placed, series, x, y, band) : lines(placed, series, x, y, type === "area");
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${type} chart` },
    grid(low, high, step, y), marks, labels(axis, x, band));
}

function grid(low, high, step, y) {
  const lines = [];
  for (let value = low; value <= high + step / 2; value += step) {
    lines.push(
      svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value), class: Math.abs(value) < step / 1e6 ? "axis" : "grid" }),
      svg("text", { x: LEFT - 8, y: y(value) + 4, class: "tick end" }, short(value)),
    );
  }
  return lines;
}

function labels(axis, x, band) {
  const every = Math.ceil(86 / band);
  const shown = axis.categories.map((label, index) =>
    index % every ? null : svg("text", { x: x(index), y: HEIGHT - BOTTOM + 18, class: "tick middle" }, clipped(label, (band * every) / 7.4)));
  const title = axis.x_label ? svg("text", { x: (LEFT + WIDTH) / 2, y: HEIGHT - 4, class: "tick middle" }, axis.x_label) : null;
  return [shown, title, axis.y_label ? svg("title", {}, axis.y_label) : null];
}

function bars(placed, series, x, y, band) {
  const wide = Math.min(56, (band * 0.72) / series.length);
  return placed.flatMap((line, row) => line.map((point, index) =>
    svg("rect", {
      x: x(index) - (wide * series.length) / 2 + wide * row, y: Math.min(y(point.value), y(0)), width: Math.max(1, wide - 2),
      height: Math.max(1, Math.abs(y(point.value) - y(0))), rx: 2, class: `fill-${row % COLOURS}`,
    }, tip(series, row, point))));
}

function lines(placed, series, x, y, filled) {
  return placed.flatMap((line, row) => {
    const path = line.map((point, index) => `${index ? "L" : "M"}${x(index)},${y(point.value)}`).join("");
    const area = `${path}L${x(line.length - 1)},${y(0)}L${x(0)},${y(0)}Z`;
    return [
      filled ? svg("path", { d: area, class: `area fill-${row % COLOURS}` }) : null,
      svg("path", { d: path, class: `line stroke-${row % COLOURS}` }),
      line.map((point, index) => svg("circle", { cx: x(index), cy: y(point.value), r: 4, class: `fill-${row % COLOURS}` }, tip(series, row, point))),
    ];
  });
}

function pie(segments) {
  const total = segments.reduce((sum, segment) => sum + segment.value, 0);
  let angle = -Math.PI / 2;
  const slices = segments.map((segment, index) => {
    const turn = (segment.value / total) * Math.PI * 2, from = angle;
    angle += turn;
    const label = svg("title", {}, `${segment.label}: ${segment.value.toLocaleString("en-GB")} (${Math.round((segment.value / total) * 100)} %)`);
    if (segments.length === 1) return svg("circle", { cx: 120, cy: 120, r: 100, class: "fill-0" }, label);
    const [x1, y1, x2, y2] = [from, angle].flatMap((a) => [120 + 100 * Math.cos(a), 120 + 100 * Math.sin(a)]);
    return svg("path", { d: `M120,120L${x1},${y1}A100,100 0 ${turn > Math.PI ? 1 : 0} 1 ${x2},${y2}Z`, class: `slice fill-${index % COLOURS}` }, label);
  });
  return svg("svg", { viewBox: "0 0 240 240", class: "pie", role: "img", "aria-label": "pie chart" }, slices);
}

function tip(series, row, point) {
  const name = series.length > 1 ? `${series[row].name}, ` : "";
  return svg("title", {}, `${name}${point.label}: ${point.value.toLocaleString("en-GB")}`);
}

// Round steps of 1, 2 or 5 times a power of ten, about five of them.
function scale(low, high) {
  const rough = (high - low || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  return { low: Math.floor(low / step) * step, high: Math.ceil((high || (low ? 0 : 1)) / step) * step, step };
}

function short(value) {
  return new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 2 }).format(value);
}

function clipped(label, most) {
  return label.length > most ? `${label.slice(0, Math.max(1, most - 1))}…` : label;
}
