// Everything by keyboard: channels with Alt and the arrows, messages with the arrows, any place with Ctrl+K.

import { byId, h } from "./dom.js";
import { openChannel } from "./sidebar.js";
import { changed, store } from "./store.js";

export function listen() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !byId("modal").open) return leave();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return stop(event, jump);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    if (event.altKey) return stop(event, () => neighbour(step));
    const log = event.target.closest?.(".log");
    if (log && (event.target === log || event.target.matches("article"))) stop(event, () => walk(log, event.target, step));
  });
}

function stop(event, then) {
  event.preventDefault();
  then();
}

// One thing at a time: an open menu, then the payload, then the thread.
function leave() {
  const menu = document.querySelector("details.seats[open], details.picker[open], details.overflow[open]");
  if (menu) {
    menu.open = false;
    return menu.querySelector("summary").focus();
  }
  if (store.inspected) store.inspected = null;
  else if (store.thread) store.thread = null;
  else return;
  changed({ kind: "thread" });
  byId("channel").querySelector("textarea")?.focus();
}

function neighbour(step) {
  const now = store.channels.findIndex((channel) => channel.id === store.channel);
  openChannel(store.channels[(now + step + store.channels.length) % store.channels.length]);
}

function walk(log, from, step) {
  const all = [...log.querySelectorAll("article")];
  const now = all.indexOf(from);
  const next = all[now < 0 ? all.length - 1 : Math.min(Math.max(now + step, 0), all.length - 1)];
  next?.focus();
}

function jump() {
  const dialog = byId("jump");
  const list = h("div", { role: "listbox", id: "places", "aria-label": "Places" });
  const box = h("input", { type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "places", "aria-label": "Jump to", placeholder: "Jump to a channel …", autocomplete: "off" });
  let found = [], chosen = 0;
  const draw = () => list.replaceChildren(...found.map((channel, index) =>
    h("button", { type: "button", role: "option", "aria-selected": String(index === chosen), onclick: () => go(channel) }, name(channel))));
  const search = () => {
    found = store.channels.filter((channel) => name(channel).toLowerCase().includes(box.value.trim().toLowerCase()));
    chosen = 0;
    draw();
  };
  const go = (channel) => { dialog.close(); if (channel) openChannel(channel); };
  box.addEventListener("input", search);
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) { event.preventDefault(); event.stopPropagation(); chosen = (chosen + step + found.length) % found.length; draw(); }
    if (event.key === "Enter") { event.preventDefault(); go(found[chosen]); }
  });
  dialog.replaceChildren(h("form", { method: "dialog" }, box, list,
    h("small", {}, "Enter opens · Alt ↑ ↓ next channel · ↑ ↓ messages · Esc closes")));
  search();
  dialog.showModal();
  box.focus();
}

function name(channel) {
  return channel.name ? `${channel.kind === "group" ? "🔒" : "#"} ${channel.name}` : "Teller";
}
