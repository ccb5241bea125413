// What each person has not read yet, remembered in this browser.

import { messagesOf, recall, remember, store } from "./store.js";

let line = { of: "", after: null };

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
  if (line.of !== of) line = { of, after: null };
  if (line.after === null && unread(channel)) line.after = recall(of);
}

export function isNew(message) {
  return line.of === key(message.channel) && line.after !== null && message.ts > line.after && message.user !== store.me;
}

function key(channel) {
  return `read.${store.me}.${channel}`;
}
