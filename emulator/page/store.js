// What this page knows: the acting person's view of the workspace, kept up to date by the server's event stream.

import { toast } from "./dom.js";
import { remembered } from "./sessions.js";

export const store = {
  me: null, people: new Map(), bot: "", team: "", channels: [], messages: new Map(), view: null, home: null,
  connections: 0, suggestions: [], commands: [], shortcuts: [], controls: [], sessions: [], prompts: {},
  channel: null, thread: null, inspected: null, tab: "messages",
};

const listeners = new Set();
let feed = null;
let held = null;  // changes that come while everything is read anew: they are newer than what is on its way

export function whenChanged(listener) {
  listeners.add(listener);
}

export function changed(what) {
  for (const listener of listeners) listener(what);
}

// As this person from now on. Everything is read anew whenever the line opens: what changed before that told nobody.
export async function actAs(user) {
  feed?.close();
  const everybody = (await state("")).people.filter((person) => !person.is_bot);
  const me = (everybody.find((person) => person.id === user) ?? everybody[0]).id;
  remember("as", me);
  feed = new EventSource(`/ui/feed?as=${encodeURIComponent(me)}`);
  feed.onerror = () => {
    store.connections = -1;
    changed({ kind: "connections" });
  };
  feed.onmessage = (event) => take(JSON.parse(event.data));
  await new Promise((resolve) => { feed.onopen = () => load(me).then(resolve); });
}

async function state(user) {
  return (await fetch(`/ui/state?as=${encodeURIComponent(user)}`)).json();
}

async function load(user) {
  held ??= [];
  try {
    show(user, await state(user));
  } finally {
    const changes = held ?? [];
    held = null;
    changes.forEach(take);
  }
}

function show(user, seen) {
  const before = store.me === user ? messagesOf(store.channel) : null;
  store.me = user;
  store.people = new Map(seen.people.map((person) => [person.id, person]));
  store.messages = new Map(
    Object.entries(seen.messages).map(([id, list]) => [id, new Map(list.map((m) => [m.ts, m]))]),
  );
  for (const name of ["bot", "team", "channels", "view", "home", "connections", "suggestions", "commands", "shortcuts", "controls", "sessions", "prompts"]) {
    store[name] = seen[name];
  }
  if (!store.channels.some((channel) => channel.id === store.channel)) store.channel = firstChannel().id;
  if (store.thread && !messagesOf(store.channel).has(store.thread)) store.thread = null;
  store.inspected = null;
  changed({ kind: "all" });
  if (before) tellWhatIsNew(store.channel, before);
}

// A message that came with everything else is as new as one that came by itself.
function tellWhatIsNew(channel, before) {
  for (const [ts, message] of messagesOf(channel)) {
    if (!before.has(ts)) changed({ kind: "message", channel, ts, message, isNew: true });
  }
}

function firstChannel() {
  return store.channels.find((channel) => channel.kind === "im") ?? store.channels[0];
}

function take(change) {
  if (held) return void held.push(change);
  if (change.kind === "state") return void load(store.me);
  if (change.kind === "message") change.isNew = put(change);
  if (change.kind === "gone") messagesOf(change.channel).delete(change.ts);
  if (change.kind === "view") Object.assign(store, { view: change.view, home: change.home });
  if (change.kind === "connections") store.connections = change.count;
  if (change.kind === "session") remembered(change.session);
  changed(change);
}

function put({ channel, ts, message }) {
  const messages = messagesOf(channel);
  const isNew = !messages.has(ts);
  messages.set(ts, message);
  if (isNew) store.messages.set(channel, new Map([...messages].sort(([a], [b]) => (a < b ? -1 : 1))));
  return isNew;
}

export function messagesOf(channel) {
  if (!store.messages.has(channel)) store.messages.set(channel, new Map());
  return store.messages.get(channel);
}

export function channelNow() {
  return store.channels.find((channel) => channel.id === store.channel);
}

export function person(id) {
  return store.people.get(id) ?? { id, real_name: id === "USLACKBOT" ? "Slackbot" : id, name: id, profile: {} };
}

// Somebody does something; null if the emulator did not let them.
export async function act(name, body) {
  try {
    const response = await fetch(`/ui/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: store.me, ...body }),
    });
    const answer = await response.json();
    if (answer.ok) return answer;
    toast(`That did not work: ${answer.error.replaceAll("_", " ")}.`);
  } catch {
    toast("The emulator does not answer. Is it still running?");
  }
  return null;
}

export function remember(name, value) {
  try { localStorage.setItem(`teller.${name}`, value); } catch { /* private windows remember nothing */ }
}

export function recall(name) {
  try { return localStorage.getItem(`teller.${name}`) ?? ""; } catch { return ""; }
}
