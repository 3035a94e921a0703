"""Checks that a message says what to do before its reader scrolls: in the title, or in the very first sentence."""

from collections.abc import Iterator

from app.authoring.problem_codes import Code
from app.authoring.text_file import MessageForm
from app.checks.screen_limits import on_first_screen
from app.checks.solicitations import SENTENCE_END
from app.checks.tone import may_be_left_out, names_safe_action
from app.checks.violation import Violation

_HINT = "begin with it: `Hang up now.`, `Cancel, and talk to somebody you trust.`; the story follows"


def action_not_first(message: MessageForm, language: str) -> Iterator[Violation]:
    """For a message that names a safe action somewhere."""
    first = message.body[0]
    sentence = SENTENCE_END.split(first)[0]
    if names_safe_action([message.title], language):
        return
    if not names_safe_action([sentence], language):
        yield Violation(Code.ACTION_NOT_FIRST, "the first sentence does not say what to do now", _HINT)
    elif may_be_left_out(first):
        reason = "the paragraph that says what to do is left out where the withdrawal does not give its fact"
        yield Violation(Code.ACTION_NOT_FIRST, reason, "say what to do without {amount} and the like")
    elif not on_first_screen(message.title, sentence):
        reason = "the sentence that says what to do ends below a phone's first screen"
        yield Violation(Code.ACTION_NOT_FIRST, reason, "make it a short one")
