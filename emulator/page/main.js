// Puts the page together: which part is drawn anew at which change.

import { byId, redraw } from "./dom.js";
import { drawModal } from "./modal.js";
import { drawChannel, drawLog, drawReplies, drawThread, followAnswer } from "./panes.js";
import { listen } from "./keyboard.js";
import { drawSidebar } from "./sidebar.js";
import { actAs, channelNow, changed, recall, store, whenChanged } from "./store.js";
import { markRead, noteUnread } from "./unread.js";

whenChanged(({ kind, ...change }) => {
  if (document.hidden || kind === "all" || kind === "channel") noteUnread(store.channel);
  if (kind === "all") redraw(byId("channel"), drawChannel);
  if (kind === "channel") drawChannel();
  if (kind === "message" || kind === "gone") drawMessages(change);
  if (kind === "all") redraw(byId("thread"), drawThread);
  if (kind === "channel" || kind === "thread") drawThread();
  if (kind === "thread" && store.tab !== "home") drawLog();
  if (kind === "session" && store.thread) drawReplies();
  if (kind === "view" && store.tab === "home") drawChannel();
  if (kind === "all" || kind === "view") drawModal();
  if (!document.hidden) markRead(store.channel);
  drawSidebar();
  document.title = `${channelNow().name ? `#${channelNow().name}` : "Teller"} · ${store.team}`;
});

function drawMessages(change) {
  if (change.channel !== store.channel) return;
  if (store.tab !== "home") drawLog();
  if (store.thread) drawReplies();
  if (change.isNew) followAnswer(change);
}

listen();

document.addEventListener("visibilitychange", () => {
  if (document.hidden || !store.channel) return;
  markRead(store.channel);
  drawSidebar();
});

// A menu closes when one clicks elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.picker[open], details.overflow[open], details.seats[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

const asked = new URLSearchParams(location.search);
await actAs(asked.get("as") ?? recall("as"));
if (asked.get("channel")) {
  const wanted = store.channels.find((channel) => [channel.id, channel.name].includes(asked.get("channel")));
  if (wanted) Object.assign(store, { channel: wanted.id, thread: asked.get("thread") });
  changed({ kind: "channel" });
}
