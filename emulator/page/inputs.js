// A labelled input, in a modal or in Home. `tell(value)` hears of each change, `dispatch(value)` where the app asked to.

import { h } from "./dom.js";
import { field } from "./elements.js";
import { textObject } from "./mrkdwn.js";

export function input(block, tell, dispatch) {
  const id = `input-${block.block_id}`;
  const item = block.element;
  const typed = item.type.endsWith("_input");
  const when = item.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const at_once = block.dispatch_action && (!typed || when.includes("on_character_entered"));
  const node = field(item, (value) => {
    tell(value);
    if (at_once) dispatch(value);
  }, id);
  if (block.dispatch_action && typed && when.includes("on_enter_pressed")) {
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      dispatch(node.value);
    });
  }
  return [
    h("label", { for: id }, textObject(block.label), block.optional ? h("small", {}, " (optional)") : null),
    node,
    block.hint ? h("small", { class: "hint" }, textObject(block.hint)) : null,
    h("div", { class: "error", role: "alert" }),
  ];
}
