// Things to press, choose and fill in. `press(element, value)` hears of every one that acts at once.

import { h } from "./dom.js";
import { textObject } from "./mrkdwn.js";
import { store } from "./store.js";

let counter = 0;

export function element(item, press, pressed = {}) {
  const draw = DRAW[item.type] ?? ((it) => field(it, (value) => press(it, value)));
  return draw(item, (value) => confirmed(item, () => press(item, value)), pressed);
}

// An input in a modal; `tell(value)` hears of each change.
export function field(item, tell, id) {
  const common = { id, name: item.action_id, placeholder: item.placeholder?.text };
  if (item.type === "plain_text_input" && item.multiline) {
    return h("textarea", { ...common, rows: 4, maxlength: item.max_length ?? 3000, oninput: (e) => tell(e.target.value) }, item.initial_value ?? "");
  }
  if (item.type in TYPED) {
    const [type, initial] = TYPED[item.type];
    return h("input", { ...common, type, step: type === "number" ? "any" : undefined, maxlength: item.max_length, value: item[initial], oninput: (e) => tell(e.target.value) });
  }
  if (item.type === "radio_buttons" || item.type === "checkboxes") return boxes(item, tell);
  if (item.type.endsWith("select")) return menu(item, tell, common);
  return h("span", { class: "unknown" }, `(${item.type} is not drawn here)`);
}

const TYPED = {
  plain_text_input: ["text", "initial_value"], number_input: ["number", "initial_value"], email_text_input: ["email", "initial_value"],
  url_text_input: ["url", "initial_value"], datepicker: ["date", "initial_date"], timepicker: ["time", "initial_time"],
};

const DRAW = {
  button: (item, press) => item.url
    ? h("a", { class: `button ${item.style ?? ""}`, href: /^https?:/i.test(item.url) ? item.url : undefined, target: "_blank", rel: "noopener noreferrer", onclick: () => press() }, textObject(item.text))
    : h("button", { type: "button", class: `button ${item.style ?? ""}`, "aria-label": item.accessibility_label, onclick: () => press() }, textObject(item.text)),
  workflow_button: (item) => h("button", { type: "button", class: "button", disabled: true }, textObject(item.text)),
  feedback_buttons: (item, press, pressed) => h("span", { class: "thumbs", role: "group" }, ["positive_button", "negative_button"].map((side) => {
    const { text, value, accessibility_label: label } = item[side];
    const down = pressed[item.action_id] === value;
    return h("button", { type: "button", class: "thumb", "aria-pressed": String(down), "aria-label": label ?? text.text, title: text.text, onclick: () => press(value) },
      thumb(side === "negative_button"));
  })),
  icon_button: (item, press) => visible(item)
    ? h("button", { type: "button", class: "thumb", title: item.text.text, "aria-label": item.accessibility_label ?? item.text.text, onclick: () => press() }, "🗑")
    : null,
  overflow: (item, press) => h("details", { class: "overflow" }, h("summary", { "aria-label": "More" }, "⋯"),
    h("div", { class: "menu" }, item.options.map((option) =>
      h("button", { type: "button", onclick: (e) => { e.target.closest("details").open = false; press(option.value); } }, textObject(option.text))))),
  image: (item) => h("img", { class: "accessory", src: item.image_url, alt: item.alt_text }),
};

function thumb(isDown) {
  const span = h("span", { class: isDown ? "icon flipped" : "icon", "aria-hidden": "true" });
  span.append(new DOMParser().parseFromString(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M7 10.5v9.5H4.6c-.9 0-1.6-.7-1.6-1.6v-6.3c0-.9.7-1.6 1.6-1.6zm2 8.6v-8.4l4-7.2c1.4 0 2.5 1.1 2.5 2.5l-.6 3.5h4.3c1.3 0 2.3 1.2 2 2.5l-1.4 6.4c-.2.9-1 1.6-2 1.6h-6.4c-.9 0-1.7-.3-2.4-.9z"/></svg>',
    "image/svg+xml").documentElement);
  return span;
}

function boxes(item, tell) {
  const many = item.type === "checkboxes";
  const initial = (item.initial_options ?? (item.initial_option ? [item.initial_option] : [])).map((option) => option.value);
  const name = `${item.action_id}-${++counter}`;
  const box = h("div", { class: "boxes", role: many ? "group" : "radiogroup" }, item.options.map((option) =>
    h("label", {}, h("input", { type: many ? "checkbox" : "radio", name, value: option.value, checked: initial.includes(option.value), onchange: told }),
      h("span", {}, textObject(option.text), option.description ? h("small", {}, textObject(option.description)) : null))));
  function told() {
    const values = [...box.querySelectorAll("input:checked")].map((input) => input.value);
    tell(many ? values : values[0]);
  }
  return box;
}

function menu(item, tell, common) {
  const many = item.type.startsWith("multi_");
  const groups = item.option_groups?.map((group) => [group.label.text, group.options.map(pair)]) ?? [["", choices(item)]];
  const initial = [item.initial_option, ...(item.initial_options ?? [])].filter(Boolean).map((option) => option.value)
    .concat(item.initial_user ?? [], item.initial_channel ?? [], item.initial_conversation ?? [], item.initial_users ?? []);
  const options = groups.flatMap(([label, pairs]) => {
    const drawn = pairs.map(([value, text]) => h("option", { value, selected: initial.includes(value) }, text));
    return label ? [h("optgroup", { label }, drawn)] : drawn;
  });
  const nothing = many ? null : h("option", { value: "" }, item.placeholder?.text ?? "Choose…");
  return h("select", { ...common, placeholder: undefined, multiple: many, "aria-label": item.placeholder?.text, onchange: (e) =>
    tell(many ? [...e.target.selectedOptions].map((option) => option.value) : e.target.value || null) }, nothing, options);
}

function choices(item) {
  if (item.type.includes("users")) return [...store.people.values()].filter((one) => !one.is_bot).map((one) => [one.id, one.real_name]);
  if (item.type.includes("channels") || item.type.includes("conversations")) {
    return store.channels.filter((channel) => channel.name).map((channel) => [channel.id, `#${channel.name}`]);
  }
  return (item.options ?? []).map(pair);
}

function pair(option) {
  return [option.value, option.text.text];
}

function visible(item) {
  return !item.visible_to_user_ids || item.visible_to_user_ids.includes(store.me);
}

function confirmed(item, go) {
  const ask = item.confirm;
  if (!ask || confirm(`${ask.title.text}\n\n${ask.text.text}`)) go();
}
