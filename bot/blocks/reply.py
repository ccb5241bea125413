"""Everything Teller says about one question, whichever way it ended."""

import slackblocks as kit

from bot.answer import Answer
from bot.blocks.actions import comment_button
from bot.blocks.answer import answered
from bot.blocks.asked import asked, asked_text
from bot.blocks.ids import CHOICE, NEAREST
from bot.blocks.message import Message, clip, escape, render, say
from bot.blocks.pick import pick

SENTENCE = 1_500


def reply(answer: Answer, asker: str = "") -> Message:
    """An answer, a question back, the nearest questions, or the sentence that says why not."""
    if answer.parts:
        return answered(answer, asker)
    if answer.outcome == "clarify":
        labels = [choice.label for choice in answer.choices]
        return _with(answer, asker, labels, pick(labels, CHOICE, answer.question_id))
    if answer.outcome == "not_understood":
        offer: list[kit.Block] = pick(answer.nearest, NEAREST, answer.question_id)
        if offer:
            offer.insert(0, say("offer", kit.RichText("I can answer these:")))
        return _with(answer, asker, list(answer.nearest), [*offer, comment_button(answer.question_id)])
    return _with(answer, asker, [], [] if answer.outcome == "refused" else [comment_button(answer.question_id)])


def chosen(question: str, label: str) -> Message:
    """What the question back becomes once somebody has picked."""
    sentence = f"{clip(question, 300)} — {clip(label, 300)}"
    return Message(escape(sentence), render([say("chosen", kit.RichText(sentence, italic=True))]))


def _with(answer: Answer, asker: str, labels: list[str], below: list[kit.Block]) -> Message:
    sentence = clip(answer.message, SENTENCE) or "I have no answer to that."
    blocks = [*asked(asker, answer.question), say("sentence", kit.RichText(sentence)), *below]
    lines = [*asked_text(asker, answer.question), escape(sentence)]
    lines += [f"{place}. {escape(clip(label, 300))}" for place, label in enumerate(labels, 1)]
    return Message("\n".join(lines), render(blocks))
