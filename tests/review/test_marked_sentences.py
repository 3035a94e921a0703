"""A sentence that names what a scammer names is marked for its reader; one that plainly warns of it is not."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import yaml

from app.authoring.text_file import TextFile
from app.checks.lexicon import lexicon
from app.checks.prose import Part, Prose, prose_of
from app.review.marked_sentences import WHY, MarkedSentence, marked_sentences, sentences_of
from app.review.marked_words import marked_words
from tests.checks.folders import TEXT_PATH, TEXTS, checked
from tests.deployment import FIXTURE, ROOT

SCAM_SENTENCES: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "scam-sentences.yaml").read_text(encoding="utf-8")
)


def marked(text: str, language: str = "en") -> list[str]:
    """The marked words of a text."""
    return [found.text[start:end] for found in marked_sentences(text, language) for start, end in found.words]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Look for our name on Telegram.", "messenger"),
        ("An officer takes care of it.", "staff"),
        ("It goes to the wallet of the bureau.", "wallet"),
        ("The digits are compared on the phone.", "code"),
        ("The words on your paper are compared.", "words"),
        ("A small program called Any Desk is enough.", "remote"),
        ("Continue, and the report is made.", "continue"),
        ("The exchange pays you back within a day.", "refund"),
        ("Scan the picture.", "scan"),
        ("This message comes from the Police.", "partner"),
        ("This payee was approved yesterday.", "approved"),
        ("All is safe.", "safe"),
        ("If you cancel, the account is frozen.", "freeze"),
        ("This remains between us.", "secret"),
        ("Follow the instructions.", "obey"),
        ("Whoever warns you may be the real scammer.", "turn"),
        ("It stands on our new site.", "address"),
        ("We take care of it.", "we"),
        ("The desk stays with you until it is done.", "line"),
        ("Dial the eighteen and a pair of twos.", "number"),
    ],
)
def test_each_kind_of_word_marks_its_sentence_and_says_why(text: str, kind: str) -> None:
    (found,) = marked_sentences(text, "en")

    assert WHY[kind] in found.why
    assert found.words


@pytest.mark.parametrize(
    "text",
    [
        "Nobody honest asks for a code.",
        "Never tell anybody your recovery words or a code.",
        "Scammers send you to a wallet that is theirs.",
        "Who told you to install this program?",
        "Report it to the police.",
        "You are about to send {amount} {asset}.",
        "Call {helpline} for advice.",
        "The profits on the screen can be invented.",
    ],
)
def test_a_plain_warning_is_not_marked(text: str) -> None:
    assert not marked(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Scammers want your balance, so move all of it to the protection wallet.", ["protection", "wallet"]),
        ("Never delay this, and give the officer your code.", ["officer", "code"]),
        ("The code is only for the clerk.", ["code", "clerk"]),
        ("The police know him, he is no scammer.", ["no scammer"]),
        ("Scammers never reach the wallet of the officer.", ["wallet", "officer"]),
        ("Whoever cancels finds the account frozen.", ["frozen"]),
        ("You will never lose a coin: Continue reports the scammer.", ["Continue"]),
        ("Would you please add our officer on Telegram?", ["our", "officer", "Telegram"]),
    ],
)
def test_a_denial_or_a_question_does_not_hide_where_the_sentence_leads(text: str, words: list[str]) -> None:
    assert marked(text) == words


def test_only_the_sentence_with_the_word_is_marked() -> None:
    (found,) = marked_sentences("Take your time. An officer takes care of it. Talk to a friend.", "en")

    assert found.text == "An officer takes care of it."


def test_the_places_are_those_of_the_text_as_it_is_written() -> None:
    """Compared without case, `ß` is two letters, so later places shift."""
    assert marked("Die Straße, der Spaß und die WALLET des Beamten.", "de") == ["WALLET", "Beamten"]


def test_a_partner_named_for_scams_is_not_taken_for_an_attribution() -> None:
    text = "The Fraud Bureau has an officer for this."

    assert not list(marked_sentences(text, "en"))
    assert list(marked_sentences(text, "en", names=["Fraud Bureau"]))


def test_the_button_that_continues_may_say_so_and_no_other() -> None:
    assert list(marked_sentences("Continue now", "en"))
    assert not list(marked_sentences("Continue now", "en", proceeds=True))


@pytest.mark.parametrize("language", ["de", "ja", "xx"])
def test_english_words_count_in_every_language(language: str) -> None:
    assert marked("The officer has a wallet.", language) == ["officer", "wallet"]


@pytest.mark.parametrize("language", sorted(SCAM_SENTENCES))
def test_every_language_has_words_of_every_kind(language: str) -> None:
    own = yaml.safe_load((ROOT / "app/review/marked-words.yaml").read_text(encoding="utf-8"))[language]

    assert own.keys() >= (WHY.keys() | {"cancel", "dial", "lead"})
    assert lexicon(language) is not None


def test_a_text_of_many_signs_takes_no_long_time() -> None:
    """Each sign opens a quotation that nothing closes."""
    assert marked_words("en").kinds
    assert not marked("never " + "„" * 200_000)


def test_nineteen_of_twenty_sentences_that_a_scammer_would_write_are_marked() -> None:
    missed = [
        (language, text)
        for language, texts in SCAM_SENTENCES.items()
        for text in texts
        if not any(marked_sentences(text, language))
    ]

    assert len(missed) * 20 <= sum(map(len, SCAM_SENTENCES.values())), missed


def shipped() -> Iterator[tuple[str, str, Sequence[str], Prose]]:
    """Each text with its region, language and the names of the region's partner."""
    for path in sorted((FIXTURE / "locales").glob("*/*.yaml")):
        region = yaml.safe_load((FIXTURE / f"rules/{path.parent.name}/region.yaml").read_text(encoding="utf-8"))
        texts = TextFile.model_validate(yaml.load(path.read_bytes(), yaml.CSafeLoader))
        for prose in prose_of(texts):
            yield path.parent.name, texts.language, list(region["partner"].values()), prose


def marks_of(prose: Prose, language: str, names: Sequence[str]) -> Iterator[MarkedSentence]:
    proceeds = prose.part is Part.LABEL and prose.where[-1] == "proceed"
    return marked_sentences(prose.text, language, names=names, proceeds=proceeds)


def test_few_sentences_of_the_shipped_texts_are_marked() -> None:
    """docs/review.md gives the rate."""
    marks = sentences = 0
    for _, language, names, prose in shipped():
        sentences += sum(1 for _ in sentences_of(prose.text))
        marks += sum(1 for _ in marks_of(prose, language, names))

    assert marks * 20 < sentences, f"{marks} of {sentences}"


def test_check_says_nothing_of_marks(tmp_path: Path) -> None:
    text = TEXTS.replace("Call {helpline} first.", "An officer takes care of it. Call {helpline} first.")
    found = checked(tmp_path, {TEXT_PATH: text})

    assert found.problems == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ตำรวจจริงไม่ส่งหมายจับทางไลน์", "th"),
        ("영장이나 신분증 사진은 얼마든지 위조할 수 있습니다.", "ko"),
    ],
)
def test_a_warrant_in_a_plain_denial_does_not_mark(text: str, language: str) -> None:
    assert marked(text, language) == []
