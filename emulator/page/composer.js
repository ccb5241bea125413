// Where people write: Enter sends, Shift+Enter breaks the line, @ and / offer what there is.

import { h } from "./dom.js";
import { avatar } from "./people.js";
import { act, channelNow, store } from "./store.js";
import { ask } from "./suggestions.js";

const drafts = new Map();

export function composer({ thread = null } = {}) {
  const channel = channelNow();
  const key = `${store.me} ${channel.id} ${thread ?? ""}`;
  const where = channel.kind === "im" ? "Teller" : `#${channel.name}`;
  const hint = thread ? "Reply…" : channel.with_bot && channel.kind !== "im" ? `Message ${where}: mention @Teller to ask` : `Message ${where}`;
  const box = h("textarea", { rows: 1, placeholder: hint, "aria-label": hint, autocomplete: "off", spellcheck: "true" });
  const offers = h("div", { class: "offers", role: "listbox", hidden: true });
  box.value = drafts.get(key) ?? "";
  box.addEventListener("input", () => { drafts.set(key, box.value); grow(box); offer(box, offers); });
  box.addEventListener("keydown", (event) => {
    if (offering(event, offers)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });

  async function send() {
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    drafts.delete(key);
    grow(box);
    const command = thread ? null : text.match(/^(\/[\w-]+)\s*([\s\S]*)$/);
    const answer = command
      ? await act("command", { channel: channel.id, command: command[1], text: command[2] })
      : await act("say", { channel: channel.id, text, thread_ts: thread });
    if (!answer && !box.value) box.value = text;
  }

  return h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); send(); } },
    offers, box,
    h("div", { class: "under" },
      channel.kind === "im" ? null : tool("Mention Teller", "@", () => insert(box, "@Teller ")),
      thread ? null : tool("Use a command", "/", () => { box.value = ""; insert(box, `${store.commands[0]?.command ?? "/"} `); }),
      thread || !store.suggestions.length ? null : suggestionMenu(channel),
      thread ? null : shortcutMenu(),
      h("span", { class: "spring" }), h("span", { class: "as" }, "as ", avatar(store.me, "tiny"), " ", store.people.get(store.me).real_name),
      h("button", { type: "submit", class: "send", "aria-label": "Send", title: "Send (Enter)" }, "➤")));
}

function suggestionMenu(channel) {
  return h("details", { class: "picker wide" }, h("summary", { title: "Questions to try", "aria-label": "Questions to try" }, "💡"),
    h("div", { class: "menu" }, store.suggestions.map((question) =>
      h("button", { type: "button", onclick: (event) => { event.target.closest("details").open = false; ask(channel, question); } }, question))));
}

function shortcutMenu() {
  const offered = store.shortcuts.filter((one) => one.type === "global");
  if (!offered.length) return null;
  return h("details", { class: "picker wide" }, h("summary", { title: "Shortcuts", "aria-label": "Shortcuts" }, "⚡"),
    h("div", { class: "menu" }, offered.map((one) => h("button", { type: "button", onclick: (event) => {
      event.target.closest("details").open = false;
      act("shortcut", { callback_id: one.callback_id });
    } }, h("b", {}, one.name), h("small", {}, one.description)))));
}

function tool(title, sign, onclick) {
  return h("button", { type: "button", title, "aria-label": title, onclick }, sign);
}

function insert(box, text) {
  const { selectionStart: start, selectionEnd: end, value } = box;
  const gap = start > 0 && !/\s$/.test(value.slice(0, start)) ? " " : "";
  box.setRangeText(gap + text, start, end, "end");
  box.dispatchEvent(new Event("input"));
  box.focus();
}

function grow(box) {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 220)}px`;
}

// Names after an @, commands after a leading /.
function offer(box, offers) {
  const before = box.value.slice(0, box.selectionStart);
  const typed = before.match(/(?:^|\s)@(\w*)$/) ?? before.match(/^(\/\w*)$/);
  const found = typed ? matching(typed[1].toLowerCase()) : [];
  offers.hidden = found.length === 0;
  offers.replaceChildren(...found.map(({ text, label }, index) =>
    h("button", { type: "button", role: "option", "aria-selected": String(index === 0), onclick: () => {
      box.setRangeText(`${text} `, box.selectionStart - typed[1].length, box.selectionStart, "end");
      box.dispatchEvent(new Event("input"));
      box.focus();
    } }, label)));
}

function matching(typed) {
  if (typed.startsWith("/")) {
    return store.commands.filter(({ command }) => command.startsWith(typed) && command !== typed)
      .map(({ command, usage_hint: hint, description }) => ({ text: command, label: [h("b", {}, command), ` ${hint ?? ""}`, h("small", {}, description ?? "")] }));
  }
  const people = [...store.people.values()].sort((a, b) => Number(b.is_bot) - Number(a.is_bot));
  return people.filter((one) => one.id !== store.me && `${one.name} ${one.real_name}`.toLowerCase().split(" ").some((word) => word.startsWith(typed)))
    .slice(0, 6).map((one) => ({ text: one.is_bot ? one.real_name : one.name, label: one.real_name }));
}

function offering(event, offers) {
  if (offers.hidden) return false;
  const all = [...offers.children], now = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) all.forEach((one, index) => one.setAttribute("aria-selected", String(index === (now + step + all.length) % all.length)));
  else if (event.key === "Enter" || event.key === "Tab") all[now].click();
  else if (event.key === "Escape") offers.hidden = true;
  else return false;
  event.preventDefault();
  return true;
}
