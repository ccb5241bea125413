"""The form of Share …: in which channel an answer is shown too."""

from typing import Any

import slackblocks as kit

from bot.blocks.ids import SHARE_FORM
from bot.blocks.message import small

EXPLANATION = "I ask the bank again first, and show it only if everybody in that channel may see what you saw. Otherwise it stays private."


def share_form(question_id: str) -> dict[str, Any]:
    blocks: list[kit.Block] = [
        kit.InputBlock(
            "Channel",
            kit.ConversationSelectMenu(
                placeholder="Choose a channel",
                action_id="channel",
                filter=kit.ConversationFilter(["public", "private", "mpim"]),
            ),
            block_id="channel",
        ),
        small("explanation", EXPLANATION),
    ]
    view: dict[str, Any] = kit.ModalView(
        "Share this answer",
        blocks,
        close="Cancel",
        submit="Share",
        private_metadata=question_id,
        callback_id=SHARE_FORM,
    ).to_dict()
    return view
