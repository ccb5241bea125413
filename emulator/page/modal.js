// The modal in front of one: drawn from the view, sent with what was filled in.

import { blocks } from "./blocks.js";
import { byId, h } from "./dom.js";
import { input } from "./inputs.js";
import { textObject } from "./mrkdwn.js";
import { act, store } from "./store.js";

let shown = "";

export function drawModal() {
  const dialog = byId("modal");
  const view = store.view;
  const now = view ? view.id + view.hash : "";
  if (now === shown) return;
  shown = now;
  if (!view) return dialog.close();
  dialog.replaceChildren(form(view));
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input, textarea, select")?.focus();
  dialog.oncancel = (event) => { event.preventDefault(); close(view); };
}

function close(view) {
  act("close", { view_id: view.id });
}

function form(view) {
  const values = {};
  const problem = h("div", { class: "problem", role: "alert" });
  const press = (block, item, value) => act("click", { view_id: view.id, block_id: block.block_id, action_id: item.action_id, value });
  const body = view.blocks.map((block) => block.type === "input"
    ? h("div", { class: "block input", "data-block": block.block_id }, input(block,
        (value) => { values[block.element.action_id] = value ?? null; }, (value) => press(block, block.element, value)))
    : blocks([block], { pressed: {}, press: (owner, item, value) => {
        if (item.type !== "button") values[item.action_id] = value;
        press(owner, item, value);
      } }));

  async function submit(event) {
    event.preventDefault();
    problem.textContent = "";
    for (const old of event.target.querySelectorAll(".error")) old.textContent = "";
    const send = event.target.querySelector("[type=submit]");
    send.disabled = true;
    const answer = await act("submit", { view_id: view.id, values });
    send.disabled = false;
    if (!answer) return;
    for (const [block, sentence] of Object.entries(answer.errors)) {
      const place = event.target.querySelector(`[data-block="${CSS.escape(block)}"] .error`);
      (place ?? problem).textContent = sentence;
    }
    if (!answer.acknowledged && !Object.keys(answer.errors).length) problem.textContent = "We had some trouble connecting. Try again?";
  }

  return h("form", { method: "dialog", onsubmit: submit, novalidate: true },
    h("header", {}, h("img", { src: "/page/icon.svg", alt: "", width: 28, height: 28 }), h("h2", {}, textObject(view.title)),
      h("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => close(view) }, "✕")),
    h("div", { class: "blocks" }, body), problem,
    h("footer", {}, h("button", { type: "button", class: "button", onclick: () => close(view) }, view.close ? textObject(view.close) : "Close"),
      view.submit ? h("button", { type: "submit", class: "button primary" }, textObject(view.submit)) : null));
}
