// Behind the scenes: what this emulator was told to offer, and trouble with Slack itself.

import { h, toast } from "./dom.js";
import { act, changed, store } from "./store.js";

const SLACKS_OWN = [
  ["Drop the socket", "Teller comes back within seconds and loses nothing", { drop: true }],
  ["Deliver the next event twice", "Teller answers it once all the same", { twice: 1 }],
  ["Be too busy for the next message", "Slack answers 429; Teller waits and tries again", { fault: { method: "chat.postMessage", status: 429, retry_after: 2 } }],
];

export function scenes() {
  return h("details", { class: "scenes seats" },
    h("summary", { title: "Run jobs and make trouble" }, h("span", { class: "hash", "aria-hidden": "true" }, "✦"), h("b", {}, "Behind the scenes"), h("span", { class: "caret", "aria-hidden": "true" }, "⌃")),
    h("div", { class: "menu" },
      store.controls.map((control) => entry(control.on && control.lasting ? `Mend: ${control.name.toLowerCase()}` : control.name, control.hint, () => run(control), { running: control.on, lasting: control.lasting })),
      h("div", { class: "menu-rule" }, "Trouble with Slack"),
      SLACKS_OWN.map(([name, hint, what]) => entry(name, hint, () => trouble(name, what), {}))));
}

function entry(name, hint, onclick, { running = false, lasting = false }) {
  return h("button", { type: "button", class: "seat scene", "aria-pressed": lasting ? String(running) : undefined, disabled: running && !lasting, onclick },
    h("span", {}, h("b", {}, name), h("small", {}, running && !lasting ? "Running …" : hint)));
}

async function run(control) {
  const before = control.on;
  control.on = !control.lasting || !before;
  changed({ kind: "controls" });
  const answer = await act("control", { name: control.name });
  if (answer) store.controls = answer.controls;
  else control.on = before;
  changed({ kind: "controls" });
  if (answer) toast(answer.done ? answer.said || `Done: ${control.name}.` : `${control.name} did not work. ${answer.said}`);
}

async function trouble(name, what) {
  await fetch("/ui/faults", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(what) });
  toast(`Done: ${name.toLowerCase()}.`);
}
