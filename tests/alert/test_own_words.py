"""The component's own few words, in the language of the alert, and how long words stand in a line."""

from typing import Any

import pytest

from app.preview.alert_cards import cards
from tests.alert.alert_page import HOST, ROOT, draw, inside, reads, said, violations
from tests.alert.sample_alert import an_alert
from tests.console.browser import Browser
from tests.deployment import ROOT as REPOSITORY
from tests.sample_rules import sample_rulebook


def test_arabic_runs_from_right_to_left_in_its_own_words(page: Browser) -> None:
    page.looks(dark=False, width=390)
    rulebook = sample_rulebook()
    found = cards(rulebook, rulebook.rule("ae/fake-police"))
    draw(page, next(card.alert for card in found if card.language == "ar"))

    panel = inside(page, ".alert")
    assert (panel.get_attribute("dir"), panel.get_attribute("lang")) == ("rtl", "ar")
    page.wait(lambda: reads(page, ".read") == "قرأتُ هذا التحذير")
    assert (
        page.run("const e = arguments[0]; return getComputedStyle(e).direction + getComputedStyle(e).textAlign", panel)
        == "rtlstart"
    )
    assert violations(page) == []


def test_it_has_the_languages_that_have_words(page: Browser) -> None:
    languages = page.run("return customElements.get('forewarn-alert').languages")

    assert languages == sorted(path.stem for path in (REPOSITORY / "clients/words").glob("*.json"))


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("zh-HK", "樣本文字"),
        ("zh", "样本文字"),
        ("pt-PT", "Texto de exemplo"),
        ("de-AT", "Mustertext"),
        ("sw", "Sample text"),
    ],
)
def test_the_nearest_language_has_the_words(page: Browser, language: str, says: str) -> None:
    draw(page, an_alert("banner", language=language))

    page.wait(lambda: reads(page, ".notice").startswith(says))


@pytest.mark.parametrize(("status", "says"), [("official", None), ("draft", "Draft"), ("machine", "Machine")])
def test_what_is_not_official_says_so(page: Browser, status: str, says: str | None) -> None:
    draw(page, an_alert("banner", text_status=status, source="Police" if status == "official" else None))

    notice = page.run(f"return {ROOT}.querySelector('.notice')?.textContent ?? null")
    assert notice is None if says is None else notice.startswith(says)


def test_words_load_only_when_an_alert_needs_them(page: Browser) -> None:
    page.requested()
    draw(page, an_alert("banner"))
    assert page.requested() == []

    page.run(f"{HOST}.alert = arguments[0]", an_alert("banner", language="de"))
    page.wait(lambda: reads(page, ".notice").startswith("Mustertext"))
    assert [url.partition("/words/")[2] for url in page.requested()] == ["de.js"]


def test_a_page_may_say_some_of_them_in_its_own_words(page: Browser) -> None:
    page.run(
        "show(arguments[0]).words = {read: 'Understood', source: 'From {name}'}", an_alert("dialog", 0, "checkbox")
    )
    page.wait(lambda: said(page, "ready"))

    page.wait(lambda: reads(page, ".read") == "Understood")
    assert reads(page, ".notice").startswith("Sample text")


@pytest.mark.parametrize("words", ["{read: undefined, wait: 5, scroll: null}", "cycle"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_word_that_a_page_lacks_takes_none_away(page: Browser, words: str, when: str) -> None:
    """As where a translation is missing."""
    page.run(
        "const element = document.createElement('forewarn-alert'); listen(element); const cycle = {}; cycle.of = cycle;"
        f"const words = {words};"
        "if (arguments[1] === 'before') Object.defineProperty(element, 'words', {value: words, configurable: true});"
        "element.alert = arguments[0]; document.querySelector('main').append(element);"
        "if (arguments[1] === 'after') element.words = words",
        an_alert("dialog", 60, "checkbox"),
        when,
    )
    page.wait(lambda: said(page, "outcome"))

    assert reads(page, ".read") == "I have read this warning"
    assert reads(page, ".wait").startswith("You can continue in")
    assert said(page, "error") == []


def test_a_language_with_a_wrong_tag_has_its_title(page: Browser) -> None:
    draw(page, an_alert("dialog", language="zh_TW", title="提防投資騙局"))

    assert reads(page, "#title") == "提防投資騙局"


def test_own_words_come_while_it_is_open(page: Browser) -> None:
    draw(page, an_alert("dialog", 0, "checkbox"))
    page.run(f"{HOST}.words = {{read: 'Understood'}}")

    page.wait(lambda: reads(page, ".read") == "Understood")
    assert [one["outcome"] for one in said(page, "outcome")] == ["shown"]


_TITLES = {
    "de": "Vorsicht vor Kryptowährungsanlagebetrügern und Telefonbankingpasswortabfragen",
    "fil": "Pinakamapagsamantalang pangangalakal ang nag-aalok nito sa iyo",
    "ru": "Предостережение: высокотехнологичное мошенничество с криптовалютой",
    "ta": "மோசடிக்காரர்களிடமிருந்து பாதுகாத்துக்கொள்ளுங்கள், பணத்தை அனுப்பாதீர்கள்",
    "th": "หยุดก่อนโอนเงิน คนที่สอนคุณลงทุนอาจเป็นมิจฉาชีพที่หลอกลวงคุณ",
    "ko": "송금하기 전에 잠시 멈추세요. 투자를 가르쳐 준 사람이 사기꾼일 수 있습니다",
    "ja": "送金する前に立ち止まってください。投資を教えた人は詐欺師かもしれません",
    "zh-Hant": "請先停一停：教你投資的人可能就是騙徒，請不要轉帳給對方",
}

# Where a line of the title ends inside a word, as the browser itself finds words: the text before and after.
_BREAKS = """
const [language] = arguments;
const text = title.firstChild;
const lineOf = (index) => {
  const range = document.createRange();
  range.setStart(text, index);
  range.setEnd(text, index + 1);
  return Math.round(range.getClientRects()[0].top / 8);
};
const broken = [];
for (const {segment, index, isWordLike} of new Intl.Segmenter(language, {granularity: "word"}).segment(text.data)) {
  if (!isWordLike) continue;
  const letters = [...new Intl.Segmenter(language).segment(segment)].map((one) => index + one.index);
  if (letters.some((at) => lineOf(at) !== lineOf(index))) broken.push(segment);
}
return broken;
"""


@pytest.mark.parametrize("mode", ["dialog", "interstitial"])
@pytest.mark.parametrize("language", _TITLES)
def test_a_title_does_not_break_inside_a_word(page: Browser, language: str, mode: str) -> None:
    page.looks(dark=False, width=360, height=640)
    title = _TITLES[language]
    alert: dict[str, Any] = an_alert(mode, language=language, title=title)
    draw(page, alert)

    title_now = f"const title = {ROOT}.getElementById('title');"
    assert page.run(title_now + _BREAKS, language) == []
    assert page.run(f"{title_now} return title.scrollWidth <= title.clientWidth")
