// What each person has not read yet, remembered in this browser.

import { messagesOf, recall, remember, store } from "./store.js";

export function markRead(channel) {
  const last = [...messagesOf(channel).keys()].at(-1);
  if (last) remember(key(channel), last);
}

export function unread(channel) {
  const read = recall(key(channel));
  return [...messagesOf(channel).values()].filter((message) => message.ts > read && message.user !== store.me).length;
}

function key(channel) {
  return `read.${store.me}.${channel}`;
}
