// The payload behind a message, beside it: what the app posted, as Slack keeps it.

import { byId, h, toast } from "./dom.js";
import { changed, messagesOf, store } from "./store.js";

const MOST_BLOCKS = 50, MOST_CHARACTERS = 10000;
const OURS = ["pressed", "only_for"]; // what the page adds

export function inspect(ts) {
  store.inspected = ts;
  changed({ kind: "thread" });
  byId("thread").querySelector(".close")?.focus();
}

export function inspected() {
  return store.inspected ? messagesOf(store.channel).get(store.inspected) : null;
}

export function inspector(shown, close) {
  const payload = Object.fromEntries(Object.entries(shown).filter(([name]) => !OURS.includes(name)));
  const text = JSON.stringify(payload, null, 2);
  return [
    h("header", {}, h("h2", {}, "Payload"), h("small", {}, `ts ${shown.ts}`),
      h("button", { type: "button", class: "button copy", onclick: () => copy(text) }, "Copy"),
      h("button", { type: "button", class: "close", "aria-label": "Close payload", onclick: close }, "✕")),
    h("div", { class: "log payload", tabindex: 0, role: "region", "aria-label": "Payload" },
      shown.blocks ? h("p", { class: "limits" }, `${shown.blocks.length} of ${MOST_BLOCKS} blocks · ${characters(shown.blocks).toLocaleString("en-GB")} of ${MOST_CHARACTERS.toLocaleString("en-GB")} characters`) : null,
      h("pre", {}, coloured(text))),
  ];
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.");
  } catch {
    toast("The browser does not let this page copy.");
  }
}

// All text in blocks together, as Slack counts it.
function characters(thing) {
  if (Array.isArray(thing)) return thing.reduce((sum, one) => sum + characters(one), 0);
  if (typeof thing !== "object" || thing === null) return 0;
  return Object.entries(thing).reduce((sum, [name, value]) => sum + (name === "text" && typeof value === "string" ? value.length : characters(value)), 0);
}

function coloured(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?/g)) {
    const kind = found[2] ? "key" : found[1] ? "string" : "literal";
    const body = found[1] ?? found[0];
    parts.push(text.slice(end, found.index), h("span", { class: `json-${kind}` }, body));
    end = found.index + body.length;
  }
  return [...parts, text.slice(end)];
}
