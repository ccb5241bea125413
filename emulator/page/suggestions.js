// The first screen of an empty channel says what to do next.

import { h } from "./dom.js";
import { act, store } from "./store.js";

export function welcome(channel) {
  if (!channel.with_bot) return invitation(channel);
  const direct = channel.kind === "im";
  return h("section", { class: "welcome" },
    h("img", { src: "/page/icon.svg", alt: "", width: 56, height: 56 }),
    h("h2", {}, direct ? "Ask Teller about your bank" : `Ask Teller in #${channel.name}`),
    h("p", {}, direct
      ? "Write a question in plain words. Teller answers with a table from the bank’s own database and shows how it understood you."
      : "Mention @Teller in a question. Everybody here can read the answer and rate it."),
    store.suggestions.length ? [h("p", { class: "try" }, "Try one of these:"), chips(channel)] : null,
    h("ol", { class: "next" },
      h("li", {}, h("b", {}, "Ask. "), direct ? "No mention is needed here; in a channel, begin with @Teller." : "Begin with @Teller, or type /ask for an answer only you can see."),
      h("li", {}, h("b", {}, "Rate. "), "Press 👍 or 👎 under the answer; say why if you like."),
      h("li", {}, h("b", {}, "Change seats. "), "Bottom left, act as somebody else and rate it too.")));
}

export function ask(channel, question) {
  return act("say", { channel: channel.id, text: channel.kind === "im" ? question : `@Teller ${question}` });
}

function chips(channel) {
  return h("div", { class: "chips" }, store.suggestions.map((question) =>
    h("button", { type: "button", class: "chip", onclick: () => ask(channel, question) }, question)));
}

// Where the bot is not a member it hears nothing; Slack offers the same as soon as it is mentioned.
export function invitation(channel) {
  return h("section", { class: "welcome" },
    h("h2", {}, `Teller is not in #${channel.name}`),
    h("p", {}, "Invite it, and everybody here can ask."),
    h("button", { type: "button", class: "button primary", onclick: () => act("invite", { channel: channel.id }) }, "Invite Teller"));
}
