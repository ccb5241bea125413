// Rich text: sections, lists, quotes, preformatted text.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { link, mention } from "./mrkdwn.js";

export function richText(block) {
  return block.elements.map(part);
}

function part(element) {
  const inside = element.type === "rich_text_list" ? [] : element.elements.map(inline);
  if (element.type === "rich_text_preformatted") return h("pre", {}, inside);
  if (element.type === "rich_text_quote") return h("blockquote", {}, inside);
  if (element.type !== "rich_text_list") return h("div", { class: "rich" }, inside);
  return h(element.style === "ordered" ? "ol" : "ul", {}, element.elements.map((item) => h("li", {}, item.elements.map(inline))));
}

function inline(element) {
  if (element.type === "link") return link(element.url, element.text);
  if (element.type === "user") return mention(element.user_id);
  if (element.type === "emoji") return emoji(element.name);
  if (element.type === "broadcast") return h("span", { class: "mention own" }, `@${element.range}`);
  return styled(element.text ?? element.fallback ?? "", element.style ?? {});
}

function styled(text, style) {
  const tags = { code: "code", bold: "strong", italic: "em", strike: "s" };
  return Object.keys(tags).filter((name) => style[name]).reduce((node, name) => h(tags[name], {}, node), text);
}
