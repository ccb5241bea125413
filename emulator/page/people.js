// Faces and times.

import { h } from "./dom.js";
import { person, store } from "./store.js";

export function avatar(id, size = "") {
  const known = person(id);
  if (id === store.bot) return h("img", { class: `avatar ${size}`, src: "/page/icon.svg", alt: "" });
  const initials = known.real_name.split(/\s+/).slice(0, 2).map((word) => word[0]).join("").toUpperCase();
  const colour = ([...store.people.keys()].indexOf(id) + 6) % 6;
  return h("span", { class: `avatar face-${colour} ${size}`, "aria-hidden": "true" }, initials);
}

export function clock(ts) {
  return new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

export function day(ts) {
  const date = new Date(Number(ts) * 1000);
  if (date.toDateString() === new Date().toDateString()) return "Today";
  return date.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}
