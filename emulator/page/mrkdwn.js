// Slack's own markup, and a little Markdown, as nodes.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { person, store } from "./store.js";

const INLINE = new RegExp(
  [
    "```(?<fence>[\\s\\S]+?)```",
    "`(?<code>[^`\\n]+)`",
    "<(?<token>[^<>\\n]+)>",
    ":(?<emoji>[a-z0-9_+'-]+(?:::skin-tone-[2-6])?):",
    "(?<![\\w*])\\*(?=\\S)(?<bold>[^*\\n]*?\\S)\\*(?![\\w*])",
    "(?<![\\w_])_(?=\\S)(?<italic>[^_\\n]*?\\S)_(?![\\w_])",
    "(?<![\\w~])~(?=\\S)(?<strike>[^~\\n]*?\\S)~(?![\\w~])",
  ].join("|"),
  "g",
);

export function mrkdwn(text) {
  const parts = text.split(/^((?:&gt;|>) ?.*(?:\n(?:&gt;|>) ?.*)*)/m).filter(Boolean);
  if (parts.length === 1 && !/^(&gt;|>)/.test(text)) return inline(text);
  return parts.map((part) => /^(&gt;|>)/.test(part)
    ? h("blockquote", {}, inline(part.replace(/^(&gt;|>) ?/gm, "")))
    : inline(part.replace(/^\n|\n$/g, "")));
}

export function textObject(text) {
  if (!text) return [];
  return text.type === "mrkdwn" ? mrkdwn(text.text) : [withEmoji(text.text)];
}

export function mention(user) {
  return h("span", { class: user === store.me || user === store.bot ? "mention own" : "mention" }, `@${name(user)}`);
}

export function link(url, label) {
  if (!/^(https?:|mailto:)/i.test(url)) return label ?? url;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label ?? url);
}

// Markdown as the `markdown` block carries it: headings, lists, code, paragraphs.
export function markdown(text) {
  return text.split(/(```[\s\S]*?```)/).filter(Boolean).flatMap((part) =>
    part.startsWith("```")
      ? [h("pre", {}, part.replace(/^```\w*\n?|\n?```$/g, ""))]
      : part.split(/\n/).map(markdownLine),
  );
}

function markdownLine(line) {
  const heading = line.match(/^(#{1,6})\s+(.*)/);
  if (heading) return h("strong", { class: "md-heading" }, markdownInline(heading[2]));
  const item = line.match(/^\s*[-*]\s+(.*)/);
  return item ? h("div", { class: "md-item" }, "• ", markdownInline(item[1])) : h("div", {}, markdownInline(line));
}

function markdownInline(text) {
  return text.split(/(\*\*.+?\*\*|`[^`]+`|\[[^\]]+\]\([^)\s]+\)|\*[^*]+\*|_[^_]+_)/).filter(Boolean).map((part) => {
    const url = part.match(/^\[([^\]]+)\]\(([^)\s]+)\)$/);
    if (url) return link(url[2], url[1]);
    if (/^\*\*.+\*\*$/.test(part)) return h("strong", {}, part.slice(2, -2));
    if (/^`.+`$/.test(part)) return h("code", {}, part.slice(1, -1));
    return /^[*_].+[*_]$/.test(part) ? h("em", {}, part.slice(1, -1)) : withEmoji(part);
  });
}

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    if (found.index > end) nodes.push(decoded(text.slice(end, found.index)));
    nodes.push(drawn(found.groups));
    end = found.index + found[0].length;
  }
  if (end < text.length) nodes.push(decoded(text.slice(end)));
  return nodes;
}

function drawn({ fence, code, token, emoji: shortcode, bold, italic, strike }) {
  if (fence !== undefined) return h("pre", {}, decoded(fence.replace(/^\n|\n$/g, "")));
  if (code !== undefined) return h("code", {}, decoded(code));
  if (token !== undefined) return tokenNode(token);
  if (shortcode !== undefined) return emoji(shortcode);
  if (bold !== undefined) return h("strong", {}, inline(bold));
  if (italic !== undefined) return h("em", {}, inline(italic));
  return h("s", {}, inline(strike));
}

function tokenNode(token) {
  const [target, label] = token.split("|");
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${label ?? channelName(target.slice(1))}`);
  if (target.startsWith("!date^")) return label ?? target;
  if (target.startsWith("!")) return h("span", { class: "mention own" }, `@${(label ?? target.slice(1)).replace(/^@/, "")}`);
  return link(decoded(target), label === undefined ? undefined : decoded(label));
}

function withEmoji(text) {
  return text.replace(/:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/g, (_, shortcode) => emoji(shortcode));
}

function decoded(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function name(user) {
  const known = person(user);
  return known.is_bot ? known.real_name : (known.profile?.display_name ?? known.real_name);
}

function channelName(id) {
  return store.channels.find((channel) => channel.id === id)?.name ?? id;
}
