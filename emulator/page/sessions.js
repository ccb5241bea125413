// What an agent is doing in a thread, and the button that asks it to stop.

import { h } from "./dom.js";
import { act, store } from "./store.js";

export function working(thread) {
  const session = store.sessions.find((one) => one.channel === store.channel && one.thread_ts === thread);
  if (!session || (!session.saying && session.status !== "processing")) return null;
  return h("div", { class: "working", role: "status" },
    h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
    h("span", {}, `Teller ${session.saying || "is working …"}`),
    session.status === "processing"
      ? h("button", { type: "button", class: "button", onclick: () => act("stop", { channel: session.channel, thread_ts: thread }) }, "Stop")
      : null);
}

export function remembered(session) {
  store.sessions = store.sessions.filter((one) => one.channel !== session.channel || one.thread_ts !== session.thread_ts).concat(session);
}
