// Every kind of block, drawn. `context.press(block, element, value)` hears of clicks; `context.pressed` knows the thumbs.

import { chart } from "./charts.js";
import { h } from "./dom.js";
import { element } from "./elements.js";
import { input } from "./inputs.js";
import { markdown, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { dataTable, plainTable } from "./tables.js";

export function blocks(list, context) {
  return list.map((block) => {
    const node = h("div", { class: `block ${block.type}` }, (DRAW[block.type] ?? unknown)(block, context));
    const pressed = block.type === "context_actions" ? context.pressed : null;
    return Object.assign(node, { drawnFrom: JSON.stringify([block, pressed]) });
  });
}

const DRAW = {
  section: (block, context) => [
    h("div", { class: "said" },
      block.text ? h("div", { class: "text" }, textObject(block.text)) : null,
      block.fields ? h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, textObject(field)))) : null),
    block.accessory ? acting(block, block.accessory, context) : null,
  ],
  header: (block) => h("h3", {}, textObject(block.text)),
  context: (block) => block.elements.map((item) =>
    item.type === "image" ? h("img", { src: item.image_url, alt: item.alt_text }) : h("span", {}, textObject(item))),
  actions: (block, context) => block.elements.map((item) => acting(block, item, context)),
  context_actions: (block, context) => block.elements.map((item) => acting(block, item, context)),
  divider: () => h("hr"),
  input: (block, context) => {
    const press = (value) => context.press(block, block.element, value);
    return input(block, () => {}, press);
  },
  image: (block) => h("figure", {}, block.title ? h("figcaption", {}, textObject(block.title)) : null,
    h("img", { src: block.image_url, alt: block.alt_text })),
  rich_text: (block) => richText(block),
  markdown: (block) => markdown(block.text),
  table: (block) => plainTable(block),
  data_table: (block) => dataTable(block),
  data_visualization: (block) => chart(block),
  container: (block, context) => container(block, context),
  alert: (block) => h("div", { class: `alert-${block.level ?? "default"}`, role: "note" }, textObject(block.text)),
  video: (block) => h("a", { href: block.title_url, target: "_blank", rel: "noopener noreferrer" }, block.title.text),
  file: (block) => h("span", {}, `📄 ${block.external_id}`),
};

function container(block, context) {
  const title = [
    h("strong", {}, block.title ? textObject(block.title) : richText(block.rich_text_title)),
    block.subtitle ? h("small", {}, textObject(block.subtitle)) : null,
  ];
  const inside = h("div", { class: "inside" }, blocks(block.child_blocks, context));
  if (!block.is_collapsible) return h("section", { class: "box" }, h("div", { class: "title" }, title), inside);
  return h("details", { class: "box", open: !block.default_collapsed }, h("summary", {}, title), inside);
}

function acting(block, item, context) {
  return element(item, (pressed, value) => context.press(block, pressed, value), context.pressed);
}

function unknown(block) {
  return h("span", { class: "unknown" }, `(${block.type} is not drawn here)`);
}
