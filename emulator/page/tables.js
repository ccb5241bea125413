// Tables that sort by a click on a heading and turn their pages.

import { h } from "./dom.js";
import { richText } from "./richtext.js";

export function dataTable(block) {
  const [header, ...rows] = block.rows;
  return sortable({ header, rows, caption: block.caption, size: block.page_size ?? 5, key: block.row_header_column_index });
}

export function plainTable(block) {
  const [header, ...rows] = block.rows;
  return sortable({ header, rows, size: 20, settings: block.column_settings ?? [] });
}

function sortable({ header, rows, caption, size, key, settings = [] }) {
  const numeric = header.map((_, column) => rows.length > 0 && rows.every((row) => isFigure(row[column])));
  const body = h("tbody");
  const footer = h("div", { class: "pager" });
  const state = { page: 0, column: -1, down: false };
  const heads = header.map((cell, column) =>
    h("th", { scope: "col", class: numeric[column] && column !== key ? "figure" : undefined, "aria-sort": "none" },
      h("button", { type: "button", title: "Sort", onclick: () => sort(column) }, cellText(cell), h("span", { class: "arrow" }))),
  );

  function sort(column) {
    state.down = state.column === column ? !state.down : numeric[column];
    Object.assign(state, { column, page: 0 });
    heads.forEach((head, index) => head.setAttribute("aria-sort", index !== column ? "none" : state.down ? "descending" : "ascending"));
    draw();
  }

  function draw() {
    const sorted = state.column < 0 ? rows : [...rows].sort((a, b) => compare(a[state.column], b[state.column], numeric[state.column]));
    if (state.column >= 0 && state.down) sorted.reverse();
    const start = state.page * size;
    body.replaceChildren(...sorted.slice(start, start + size).map((row) => h("tr", {}, row.map((cell, column) => drawCell(cell, column)))));
    drawPager(start, Math.min(start + size, rows.length));
  }

  function drawCell(cell, column) {
    const align = settings[column]?.align;
    const kind = [(numeric[column] && column !== key) || align === "right" ? "figure" : "", align === "center" ? "centre" : ""].join(" ").trim();
    return h(column === key ? "th" : "td", { scope: column === key ? "row" : undefined, class: kind || undefined },
      cell.type === "rich_text" ? richText(cell) : cell.text);
  }

  function drawPager(start, end) {
    if (rows.length <= size) return footer.replaceChildren();
    const turn = (by) => { state.page += by; draw(); };
    footer.replaceChildren(
      h("span", {}, `${start + 1}–${end} of ${rows.length}`),
      h("button", { type: "button", "aria-label": "Previous page", disabled: start === 0, onclick: () => turn(-1) }, "‹"),
      h("button", { type: "button", "aria-label": "Next page", disabled: end >= rows.length, onclick: () => turn(1) }, "›"),
    );
  }

  draw();
  return h("figure", { class: "table" },
    h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": caption ?? "Table" },
      h("table", {}, caption ? h("caption", {}, caption) : null, h("thead", {}, h("tr", {}, heads)), body)),
    footer);
}

function compare(a, b, numeric) {
  if (numeric) return figure(a) - figure(b);
  return cellText(a).localeCompare(cellText(b), undefined, { numeric: true });
}

function isFigure(cell) {
  return cell.type === "raw_number" || /^[−-]?[\d.,\s]+%?$/.test(cellText(cell));
}

function figure(cell) {
  return cell.type === "raw_number" ? cell.value : Number(cellText(cell).replace("−", "-").replace(/[^\d.-]/g, ""));
}

function cellText(cell) {
  if (cell.type !== "rich_text") return cell.text ?? "";
  return cell.elements.flatMap((part) => part.elements ?? []).map((element) => element.text ?? element.url ?? "").join("");
}
