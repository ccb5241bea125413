// One message: who, when, what, its reactions, its thread, and what can be done with it.

import { blocks } from "./blocks.js";
import { byId, h } from "./dom.js";
import { emoji, QUICK } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { avatar, clock } from "./people.js";
import { inspect } from "./inspector.js";
import { act, changed, person, store } from "./store.js";

export function message(shown, { inThread = false, compact = false } = {}) {
  const author = person(shown.user);
  return h("article", { class: `message${compact ? " compact" : ""}${shown.only_for ? " ephemeral" : ""}`, "data-ts": shown.ts, tabindex: -1, "aria-label": `${author.real_name}, ${clock(shown.ts)}` },
    compact ? h("time", { class: "gutter" }, clock(shown.ts)) : avatar(shown.user),
    h("div", { class: "body" },
      shown.only_for ? h("div", { class: "whisper" }, "👁 Only visible to you") : null,
      compact ? null : h("div", { class: "who" },
        h("strong", {}, author.real_name), author.is_bot ? h("span", { class: "badge" }, "APP") : null,
        h("time", {}, clock(shown.ts))),
      content(shown), files(shown), reactions(shown), inThread ? null : threadLink(shown)),
    shown.subtype ? null : tools(shown, inThread));
}

export function openThread(ts) {
  Object.assign(store, { thread: ts, inspected: null });
  changed({ kind: "thread" });
  byId("thread").querySelector("textarea")?.focus();
}

function content(shown) {
  const drawn = shown.blocks?.filter((block) => block.block_id !== "said") ?? [];
  if (drawn.length) return h("div", { class: "blocks" }, blocks(drawn, { pressed: shown.pressed ?? {}, press: press(shown) }));
  const edited = shown.edited ? h("small", { class: "edited", title: clock(shown.edited.ts) }, " (edited)") : null;
  return shown.text ? h("div", { class: shown.subtype ? "text quiet" : "text" }, mrkdwn(shown.text), edited) : null;
}

function press(shown) {
  return async (block, item, value) => {
    const answer = await act("click", { channel: shown.channel, ts: shown.ts, block_id: block.block_id, action_id: item.action_id, value });
    if (answer && !answer.acknowledged) notHeard(shown.ts);
  };
}

function notHeard(ts) {
  for (const node of document.querySelectorAll(`[data-ts="${CSS.escape(ts)}"] .body`)) {
    node.querySelector(".not-heard")?.remove();
    node.append(h("div", { class: "not-heard", role: "alert" }, "⚠ The app did not answer this click."));
  }
}

function files(shown) {
  return shown.files?.map((file) =>
    h("a", { class: "file", href: `/ui/files/${encodeURIComponent(file.id)}/${encodeURIComponent(file.name)}`, download: file.name },
      h("span", { class: "kind" }, file.pretty_type), h("span", {}, h("strong", {}, file.title), h("small", {}, `${size(file.size)} · Download`))));
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(bytes < 10240 ? 1 : 0)} KB`;
}

function reactions(shown) {
  if (!shown.reactions?.length) return null;
  return h("div", { class: "reactions" }, shown.reactions.map(({ name, users, count }) => {
    const mine = users.includes(store.me);
    const who = users.map((user) => person(user).real_name).join(", ");
    return h("button", { type: "button", "aria-pressed": String(mine), title: `${who} reacted with :${name}:`, onclick: () => react(shown, name) }, `${emoji(name)} `, h("span", {}, String(count)));
  }));
}

function react(shown, name) {
  const mine = shown.reactions?.find((reaction) => reaction.name === name)?.users.includes(store.me);
  act(mine ? "unreact" : "react", { channel: shown.channel, ts: shown.ts, name });
}

function threadLink(shown) {
  if (!shown.reply_count) return null;
  return h("button", { type: "button", class: "replies", onclick: () => openThread(shown.ts) },
    shown.reply_users.slice(0, 4).map((user) => avatar(user, "tiny")),
    h("span", {}, shown.reply_count === 1 ? "1 reply" : `${shown.reply_count} replies`));
}

function tools(shown, inThread) {
  const own = shown.user === store.me;
  const tool = (title, sign, onclick) => h("button", { type: "button", title, "aria-label": title, onclick }, sign);
  return h("div", { class: "tools", role: "toolbar", "aria-label": "What to do with this message" },
    shown.only_for ? null : [
      QUICK.slice(0, 2).map((name) => tool(`React with :${name}:`, emoji(name), () => react(shown, name))),
      picker(shown),
      inThread ? null : tool("Reply in thread", "💬", () => openThread(shown.thread_ts ?? shown.ts)),
    ],
    more(shown),
    own ? [tool("Edit", "✎", () => edit(shown)), tool("Delete", "🗑", () => remove(shown))] : null);
}

function more(shown) {
  const offered = store.shortcuts.filter((one) => one.type === "message");
  return [
    offered.length && !shown.only_for ? h("details", { class: "picker wide" }, h("summary", { title: "Shortcuts", "aria-label": "Shortcuts on this message" }, "⋯"),
      h("div", { class: "menu" }, offered.map((one) => h("button", { type: "button", onclick: (event) => {
        event.target.closest("details").open = false;
        act("shortcut", { callback_id: one.callback_id, channel: shown.channel, ts: shown.ts });
      } }, h("b", {}, one.name), h("small", {}, one.description))))) : null,
    h("button", { type: "button", class: "braces", title: "Show the payload", "aria-label": "Show the payload", onclick: () => inspect(shown.ts) }, "{ }"),
  ];
}

function picker(shown) {
  return h("details", { class: "picker" }, h("summary", { title: "Add a reaction", "aria-label": "Add a reaction" }, "☺"),
    h("div", { class: "menu" }, QUICK.map((name) => h("button", { type: "button", title: `:${name}:`, onclick: () => react(shown, name) }, emoji(name)))));
}

function edit(shown) {
  const node = document.querySelector(`[data-ts="${CSS.escape(shown.ts)}"] .text`);
  if (!node) return;
  const box = h("textarea", { class: "editing", rows: 2, "aria-label": "Edit message" });
  box.value = asTyped(shown.text);
  const done = () => box.replaceWith(node);
  box.addEventListener("keydown", async (event) => {
    if (event.key === "Escape") done();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      done();
      await act("edit", { channel: shown.channel, ts: shown.ts, text: box.value });
    }
  });
  node.replaceWith(box);
  box.focus();
}

// The text as it was typed: mentions by handle, links bare, nothing escaped.
function asTyped(text) {
  return text.replace(/<@(U\w+)>/g, (_, id) => `@${person(id).name}`).replace(/<(https?:[^|>]+)>/g, "$1")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function remove(shown) {
  if (confirm("Delete this message? This cannot be undone.")) act("delete", { channel: shown.channel, ts: shown.ts });
}
