// What each person has not read yet, remembered in this browser.

import { messagesOf, recall, remember, store } from "./store.js";

let line = { of: "", after: null, until: "" };

export function markRead(channel) {
  const last = [...messagesOf(channel).keys()].at(-1);
  if (last) remember(key(channel), last);
}

export function unread(channel) {
  const read = recall(key(channel));
  return [...messagesOf(channel).values()].filter((message) => message.ts > read && message.user !== store.me).length;
}

// What was unread when somebody came, or came while nobody looked, stands below a line until they go elsewhere.
export function noteUnread(channel) {
  const of = key(channel);
  if (line.of === of && !document.hidden) return; // what comes while one looks is read at once
  if (line.of !== of) line = { of, after: null, until: "" };
  if (!unread(channel)) return;
  line.after ??= recall(of);
  line.until = [...messagesOf(channel).keys()].at(-1);
}

export function isNew(message) {
  const { of, after, until } = line;
  return of === key(message.channel) && after !== null && after < message.ts && message.ts <= until && message.user !== store.me;
}

function key(channel) {
  return `read.${store.me}.${channel}`;
}
