"""Checks texts as their readers meet them: deceptive words first, then length, tone, script and reading ease."""

import re
from collections.abc import Iterator

from app.authoring.problem import Finding, Path, Spot
from app.authoring.problem_codes import Code
from app.authoring.text_file import MessageForm, TextFile, VariantForm
from app.checks.chinese_script import foreign_characters
from app.checks.coercion import coercions
from app.checks.confusables import confusable_words, scripts_of, scripts_of_language
from app.checks.first_screen import action_not_first
from app.checks.number_calls import numbers_to_call
from app.checks.number_words import spelled_numbers
from app.checks.prose import Part, Prose, prose_of
from app.checks.reading_ease import limit as reading_limit
from app.checks.reading_ease import lix
from app.checks.screen_limits import (
    MESSAGE_HEIGHT,
    MOST_PARAGRAPHS,
    MOST_QUESTIONS,
    MOST_WORDS,
    TITLE_SENTENCES,
    columns,
    height,
    limit,
    word_count,
)
from app.checks.solicitations import solicitations
from app.checks.tone import ideas, names_safe_action, tone_warnings
from app.checks.violation import Violation

# A shorter text may be a name, which is the same in every language: `WhatsApp`, `Report Fraud`.
NAME_COLUMNS = 20
_PLACEHOLDER = re.compile(r"\{\w+\}")


def deceptions(texts: TextFile) -> Iterator[Finding]:
    """What would mislead a reader: confusable letters, numbers to call, solicitations and coercion."""
    for prose in prose_of(texts):
        button = prose.part is Part.LABEL
        for each in (
            *confusable_words(prose.text, texts.language),
            *(tuple(spelled_numbers(prose.text)) or numbers_to_call(prose.text, texts.language)),
            *solicitations(prose.text, texts.language, button=button),
            *(() if button else coercions(prose.text, texts.language)),
        ):
            yield each.at(prose.where)


def readability_warnings(texts: TextFile) -> Iterator[Finding]:
    """What is hard to read on a phone, or hard to bear for somebody who is afraid."""
    for prose in prose_of(texts):
        for each in _prose_warnings(prose, texts.language):
            yield each.at(prose.where)
    for where, form in _messages(texts):
        for each in (*_size_warnings(form, texts.language), *_sense_warnings(form, texts.language)):
            yield each.at(where, Spot.KEY)
    for where, message, titled in _titled(texts):
        if not any(action_not_first(message, texts.language)):
            for each in action_not_first(titled, texts.language):
                yield each.at(where, Spot.KEY)


def plain_words(text: str) -> str:
    """A text without its placeholders."""
    return _PLACEHOLDER.sub("", text)


def _prose_warnings(prose: Prose, language: str) -> Iterator[Violation]:
    taken, room = columns(prose.text), limit(prose.part)
    if taken > room:
        message = f"this {prose.part} takes {taken} columns; a phone has room for {room}, half as many in Chinese"
        yield Violation(
            Code.TOO_LONG, message, "say less, or make two of it" if prose.part is Part.PARAGRAPH else "say less"
        )
    if prose.part is Part.TITLE and (count := ideas(prose.text)) > TITLE_SENTENCES:
        yield Violation(
            Code.TITLE_IDEAS, f"{count} sentences in a title", "keep the one that matters; the others go in paragraphs"
        )
    yield from tone_warnings(prose.text, language)
    yield from _script_warnings(prose.text, language)


def _script_warnings(text: str, language: str) -> Iterator[Violation]:
    words, own = plain_words(text), scripts_of_language(language)
    if own and columns(words) >= NAME_COLUMNS and not (found := scripts_of(words)) & own and found:
        written = ", ".join(sorted(each.title() for each in found))
        yield Violation(Code.WRONG_SCRIPT, f"written in {written}, which `{language}` is not", "translate it")
    if foreign := foreign_characters(words, language):
        message = f"`{foreign[:8]}` is not how `{language}` is written"
        yield Violation(Code.WRONG_SCRIPT, message, "zh-Hant has traditional characters, zh-Hans simplified ones")


def _messages(texts: TextFile) -> Iterator[tuple[Path, MessageForm]]:
    """Every message, and every variant that has paragraphs of its own."""
    for name, form in texts.messages.items():
        yield ("messages", name), form
        for variant, wording in form.variants.items():
            if wording.body is not None:
                yield ("messages", name, "variants", variant), _worded(form, wording)


def _titled(texts: TextFile) -> Iterator[tuple[Path, MessageForm, MessageForm]]:
    """Every message whose paragraphs a variant keeps under another title, and what it then is."""
    for name, form in texts.messages.items():
        for variant, wording in form.variants.items():
            if wording.body is None and wording.title is not None:
                yield ("messages", name, "variants", variant), form, _worded(form, wording)


def _worded(message: MessageForm, wording: VariantForm) -> MessageForm:
    """A message with the texts that a variant replaces."""
    changed = {key: value for key in ("title", "body", "questions") if (value := getattr(wording, key)) is not None}
    return message.model_copy(update=changed)


def _size_warnings(message: MessageForm, language: str) -> Iterator[Violation]:
    for texts, most, what in (
        (message.body, MOST_PARAGRAPHS, "paragraphs"),
        (message.questions, MOST_QUESTIONS, "questions"),
    ):
        if len(texts) > most:
            yield Violation(
                Code.TOO_LONG, f"{len(texts)} {what}; nobody who is afraid reads more than {most}", "keep the best"
            )
    if (counted := word_count(message.body, language)) > MOST_WORDS:
        many = f"the paragraphs have {counted} words; a reader who is afraid takes in {MOST_WORDS}"
        hint = f"leave out {counted - MOST_WORDS}; keep what to do, how the scam works, and where to check"
        yield Violation(Code.TOO_LONG, many, hint)
    taken = height(
        [
            (Part.TITLE, message.title),
            *((Part.PARAGRAPH, text) for text in message.body),
            *((Part.QUESTION, text) for text in message.questions),
        ]
    )
    if taken > MESSAGE_HEIGHT:
        screens = f"{taken / (MESSAGE_HEIGHT / 2):.1f} screens of a small phone"
        yield Violation(Code.TOO_LONG, f"the message takes {screens}; two are the most", "say less")


def _sense_warnings(message: MessageForm, language: str) -> Iterator[Violation]:
    if not scripts_of("".join(message.body)) & scripts_of_language(language):
        return  # the script is wrong, which is reported already
    if not names_safe_action(message.body, language):
        hint = "say it in a paragraph: cancel, hang up, talk to somebody, check, call {contact}"
        yield Violation(Code.NO_SAFE_ACTION, "no paragraph says what the reader can do to be safe", hint)
    else:
        yield from action_not_first(message, language)
    most = reading_limit(language)
    if most is not None and (score := lix(message.body)) is not None and score > most:
        words = f"hard to read: {score} by LIX, where texts in `{language}` should stay under {most + 1}"
        yield Violation(Code.HARD_TO_READ, words, "shorter sentences, shorter words")
