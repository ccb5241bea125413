// The channel in the middle and the thread at the right.

import { blocks } from "./blocks.js";
import { composer } from "./composer.js";
import { byId, h } from "./dom.js";
import { inspected, inspector } from "./inspector.js";
import { message } from "./message.js";
import { day } from "./people.js";
import { working } from "./sessions.js";
import { act, changed, channelNow, messagesOf, person, store } from "./store.js";
import { invitation, welcome } from "./suggestions.js";
import { isNew } from "./unread.js";

const GROUPED_SECONDS = 300;

export function drawChannel() {
  const channel = channelNow();
  const pane = byId("channel");
  const home = channel.kind === "im" && store.tab === "home";
  const of = `${store.me} ${channel.id} ${home}`;
  const box = home ? [] : [composer()];
  if (pane.dataset.of === of) { // the log stays, with an open menu in it and as far as one has scrolled
    pane.querySelector("header").replaceWith(header(channel));
    pane.querySelector(".composer")?.replaceWith(...box);
  } else {
    pane.dataset.of = of;
    pane.replaceChildren(header(channel), h("div", { class: "log", role: "log", "aria-label": "Messages", tabindex: 0 }), ...box);
  }
  home ? drawHome(pane.querySelector(".log")) : drawLog();
}

// Only the messages, so that what somebody is typing stays.
export function drawLog() {
  const channel = channelNow();
  const log = byId("channel").querySelector(".log");
  const top = [...messagesOf(channel.id).values()].filter((m) => !m.thread_ts || m.thread_ts === m.ts);
  fill(log, top.length ? [...drawn(top, false), channel.with_bot ? null : invitation(channel)] : [welcome(channel)]);
}

export function drawThread() {
  const pane = byId("thread");
  const all = messagesOf(store.channel);
  const parent = all.get(store.thread);
  const looked = inspected();
  pane.hidden = !parent && !looked;
  document.body.classList.toggle("in-thread", !pane.hidden);
  if (looked) return pane.replaceChildren(...inspector(looked, () => { store.inspected = null; changed({ kind: "thread" }); }));
  if (!parent) return pane.replaceChildren();
  pane.dataset.of = `${store.me} ${store.thread}`;
  const close = () => { store.thread = null; changed({ kind: "thread" }); };
  pane.replaceChildren(
    h("header", {}, h("h2", {}, "Thread"), h("small", {}, channelNow().name ? `#${channelNow().name}` : "Teller"),
      h("button", { type: "button", class: "close", "aria-label": "Close thread", onclick: close }, "✕")),
    h("div", { class: "log", role: "log", "aria-label": "Replies", tabindex: 0 }),
    composer({ thread: store.thread }));
  drawReplies();
}

export function drawReplies() {
  const pane = byId("thread");
  const all = messagesOf(store.channel);
  if (inspected() || !store.thread || !all.has(store.thread)) return drawThread();
  const replies = [...all.values()].filter((m) => m.thread_ts === store.thread && m.ts !== store.thread);
  const rule = h("div", { class: "rule" }, replies.length === 1 ? "1 reply" : `${replies.length} replies`);
  fill(pane.querySelector(".log"), [message(all.get(store.thread), { inThread: true }), replies.length ? rule : null, ...drawn(replies, true), working(store.thread)]);
}

// The bot's first answer to one's own question opens beside it, where there is room and nobody is writing there.
export function followAnswer(change) {
  const shown = change.message;
  const writing = byId("thread").querySelector("textarea")?.value;
  if (writing || store.inspected || shown.user !== store.bot || !shown.thread_ts || change.channel !== store.channel) return;
  const all = messagesOf(change.channel);
  const question = all.get(shown.thread_ts);
  const replies = [...all.values()].filter((m) => m.thread_ts === shown.thread_ts && m.ts !== shown.thread_ts);
  if (question?.user !== store.me || replies.length !== 1 || !matchMedia("(min-width: 1000px)").matches) return;
  store.thread = question.ts;
  changed({ kind: "thread" });
}

function header(channel) {
  const direct = channel.kind === "im";
  const tab = (name, label) => h("button", { type: "button", role: "tab", "aria-selected": String(store.tab === name), onclick: () => {
    store.tab = name;
    act("home", { tab: name });
    changed({ kind: "channel" });
  } }, label);
  return h("header", {},
    h("button", { type: "button", class: "burger", "aria-label": "Channels", onclick: () => document.body.classList.toggle("with-sidebar") }, "☰"),
    h("h1", {}, direct ? "Teller" : `${channel.kind === "group" ? "🔒 " : "# "}${channel.name}`),
    direct
      ? h("div", { role: "tablist", class: "tabs" }, tab("messages", "Messages"), tab("home", "Home"))
      : h("small", { title: channel.members.map((id) => person(id).real_name).join(", ") }, `${channel.purpose} · ${channel.members.length} members`));
}

function drawHome(log) {
  const press = (block, item, value) => act("click", { view_id: store.home.id, block_id: block.block_id, action_id: item.action_id, value });
  log.replaceChildren(store.home
    ? h("div", { class: "blocks home" }, blocks(store.home.blocks, { pressed: {}, press }))
    : h("section", { class: "welcome" }, h("h2", {}, "Nothing here yet"), h("p", {}, "Teller has not published a Home for you.")));
}

function drawn(messages, inThread) {
  let before = null;
  const first = messages.find(isNew);
  return messages.flatMap((shown) => {
    const newDay = !inThread && (!before || day(before.ts) !== day(shown.ts));
    const compact = !newDay && before && before.user === shown.user && shown.user !== store.bot && !shown.only_for && !before.only_for
      && Number(shown.ts) - Number(before.ts) < GROUPED_SECONDS;
    before = shown;
    const line = shown === first ? h("div", { class: "rule new" }, "New") : null;
    return [newDay ? h("div", { class: "rule" }, day(shown.ts)) : null, line, message(shown, { inThread, compact })];
  });
}

// New content, without losing one's place, an opened SQL or a turned page in messages that did not change.
function fill(log, nodes) {
  const atEnd = log.scrollTop === log.settled || log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const old = new Map([...log.querySelectorAll("article")].map((node) => [node.dataset.ts, node]));
  const kept = nodes.filter(Boolean).map((node) => {
    const known = old.get(node.dataset?.ts);
    if (known && !known.querySelector(".editing") && known.asDrawn === node.outerHTML) return known;
    node.asDrawn = node.outerHTML;
    if (known) keepBlocks(known, node);
    return node;
  });
  log.replaceChildren(...kept);
  if (!atEnd) return;
  const from = (log.settled === undefined && kept.find((node) => node.classList.contains("new"))) || kept.at(-1);
  log.scrollTop = (from?.offsetTop ?? 0) - log.offsetTop - 12; // a long answer is read from its beginning
  log.settled = log.scrollTop;
}

// A vote or a reaction redraws a message, but not the table one has sorted in it.
function keepBlocks(known, node) {
  const before = known.querySelectorAll(".blocks > .block");
  node.querySelectorAll(".blocks > .block").forEach((block, index) => {
    if (before[index]?.drawnFrom === block.drawnFrom) block.replaceWith(before[index]);
  });
}
