// Channels, the conversation with the bot, and whose seat one sits in.

import { byId, h } from "./dom.js";
import { avatar } from "./people.js";
import { scenes } from "./scenes.js";
import { act, actAs, changed, person, store } from "./store.js";
import { unread } from "./unread.js";

export function drawSidebar() {
  const rooms = store.channels.filter((channel) => channel.kind !== "im");
  const direct = store.channels.filter((channel) => channel.kind === "im");
  const open = [...byId("sidebar").querySelectorAll("details[open]")].map((menu) => menu.className);
  const scrolled = byId("sidebar").querySelector(".lists")?.scrollTop ?? 0;
  byId("sidebar").replaceChildren(
    h("div", { class: "workspace" }, h("strong", {}, store.team), connection()),
    h("div", { class: "lists" },
      h("h2", {}, "Apps"), direct.map((channel) => entry(channel, [avatar(store.bot, "small"), "Teller"])),
      h("h2", {}, "Channels"), rooms.map((channel) => entry(channel, [h("span", { class: "hash" }, channel.kind === "group" ? "🔒" : "#"), channel.name])),
      h("h2", {}, "People"), everybody().map(seat)),
    scenes(), seats());
  for (const menu of byId("sidebar").querySelectorAll("details")) menu.open = open.includes(menu.className);
  byId("sidebar").querySelector(".lists").scrollTop = scrolled;
}

function connection() {
  const [kind, sentence] = store.connections > 0 ? ["on", "Teller is connected"]
    : store.connections < 0 ? ["off", "The emulator has stopped"] : ["off", "Waiting for Teller to connect"];
  return h("div", { class: `connection ${kind}`, role: "status" }, sentence);
}

function entry(channel, label) {
  const count = channel.id === store.channel ? 0 : unread(channel.id);
  return h("button", { type: "button", class: `entry${count ? " unread" : ""}`, "aria-current": channel.id === store.channel ? "page" : undefined, onclick: () => openChannel(channel) },
    label, count ? h("span", { class: "count", "aria-label": `${count} unread` }, String(count)) : null);
}

export function openChannel(channel) {
  Object.assign(store, { channel: channel.id, thread: null, inspected: null, tab: "messages" });
  document.body.classList.remove("with-sidebar");
  if (channel.kind === "im") act("home", { tab: "messages" });
  changed({ kind: "channel" });
}

function everybody() {
  return [...store.people.values()].filter((one) => !one.is_bot);
}

// A person in the list: a click takes their seat.
function seat(one) {
  const mine = one.id === store.me;
  return h("button", { type: "button", class: "entry person", title: mine ? "This is you" : `Act as ${one.real_name}`, "aria-current": mine ? "true" : undefined, onclick: () => actAs(one.id) },
    avatar(one.id, "small"), h("span", {}, one.real_name, h("small", {}, one.profile.title)), mine ? h("span", { class: "you" }, "you") : null);
}

function seats() {
  const me = person(store.me);
  const choice = (one) => h("button", { type: "button", class: "seat", "aria-current": one.id === store.me ? "true" : undefined, onclick: () => actAs(one.id) },
    avatar(one.id, "small"), h("span", {}, h("b", {}, one.real_name), h("small", {}, one.profile.title)));
  return h("details", { class: "seats me" },
    h("summary", { title: "Act as somebody else" }, avatar(me.id), h("span", {}, h("small", {}, "You act as"), h("b", {}, me.real_name)), h("span", { class: "caret", "aria-hidden": "true" }, "⌃")),
    h("div", { class: "menu" }, everybody().map(choice)));
}
