// The first screen of an empty channel says what to do next.

import { h } from "./dom.js";
import { act, store } from "./store.js";

const MOST_OFFERED = 6;

export function welcome(channel) {
  if (!channel.with_bot) return invitation(channel);
  const direct = channel.kind === "im";
  return h("section", { class: "welcome" },
    h("img", { src: "/page/icon.svg", alt: "", width: 56, height: 56 }),
    h("h2", {}, direct ? "Ask Teller about your bank" : `Ask Teller in #${channel.name}`),
    h("p", {}, direct
      ? "Write a question in plain words. Teller answers with a table from the bank’s own database and shows how it understood you."
      : "Mention @Teller in a question. Everybody here can read the answer and rate it."),
    chips(channel),
    h("ol", { class: "next" },
      h("li", {}, h("b", {}, "Ask. "), direct ? "No mention is needed here; in a channel, begin with @Teller." : "Begin with @Teller, or type /ask for an answer only you can see."),
      h("li", {}, h("b", {}, "Rate. "), "Press 👍 or 👎 under the answer; say why if you like."),
      h("li", {}, h("b", {}, "Change seats. "), "Press a colleague at the left: what one may see depends on who asks."),
      h("li", {}, h("b", {}, "Look behind. "), "Bottom left, run the digest, break things, and see the alerts come.")));
}

export function ask(channel, question) {
  return act("say", { channel: channel.id, text: channel.kind === "im" ? question : `@Teller ${question}` });
}

// What the app itself suggests to this person comes before what the emulator was started with.
function chips(channel) {
  const own = store.prompts[channel.id];
  const offered = own?.prompts ?? store.suggestions.slice(0, MOST_OFFERED).map((question) => ({ title: question, message: question }));
  if (!offered.length) return null;
  return [
    h("p", { class: "try" }, own?.title || "Press one of these, or write your own:"),
    h("div", { class: "chips" }, offered.map(({ title, message }) =>
      h("button", { type: "button", class: "chip", onclick: () => ask(channel, message) }, title))),
  ];
}

// Where the bot is not a member it hears nothing; Slack offers the same as soon as it is mentioned.
export function invitation(channel) {
  return h("section", { class: "welcome" },
    h("h2", {}, `Teller is not in #${channel.name}`),
    h("p", {}, "Invite it, and everybody here can ask."),
    h("button", { type: "button", class: "button primary", onclick: () => act("invite", { channel: channel.id }) }, "Invite Teller"));
}
