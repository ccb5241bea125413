// The shapes that payloads are checked against: Slack's own types, under one name each.
import type { BlockAction, EnvelopedEvent, GlobalShortcut, MessageShortcut, SlashCommand, ViewClosedAction, ViewSubmitAction } from "@slack/bolt";
import type { KnownBlock, HomeView, MessageMetadata, ModalView, SlackEvent } from "@slack/types";

export interface Posted { text?: string; blocks?: KnownBlock[]; metadata?: MessageMetadata }
export type Modal = ModalView;
export type Home = HomeView;
export type Sent = EnvelopedEvent<SlackEvent>;
export type Clicked = BlockAction;
export type Submitted = ViewSubmitAction;
export type Closed = ViewClosedAction;
export type Commanded = SlashCommand;
export type ShortcutUsed = GlobalShortcut;
export type ShortcutOnMessage = MessageShortcut;
