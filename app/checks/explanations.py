"""Why each check is there, with what it refuses and what it takes. docs/checks.md is made of this.

A snippet shows some entries of a file, or the place of one; a test puts it into a faultless file, and holds that
`wrong` raises its code and that `right` does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.authoring.file_kind import FileKind
from app.authoring.problem_codes import Code


@dataclass(frozen=True, slots=True)
class Explanation:
    """`why` says what it means for users or partners. Without a `kind`, the fault is in where files lie or how they
    are saved, and `wrong` and `right` are places or words."""

    why: str
    kind: FileKind | None
    wrong: str
    right: str


FILES_AND_FOLDERS: Mapping[Code, Explanation] = {
    Code.NO_FOLDER: Explanation(
        "Rules and texts are checked together, because a rule without its text would show nothing. With one of the "
        "two folders missing there is nothing to check.",
        None,
        "rules/",
        "rules/\nlocales/",
    ),
    Code.UNREADABLE: Explanation(
        "A file that cannot be read is a warning that users never get. It may be a broken link, or belong to somebody "
        "else on this computer.",
        None,
        "rules/hk/investment.yaml -> a file that has been deleted",
        "rules/hk/investment.yaml",
    ),
    Code.SYMLINK: Explanation(
        "A link out of the folder could bring in a text that nobody has reviewed, and that differs from one computer "
        "to the next.",
        None,
        "rules/hk/investment.yaml -> ../../../shared/investment.yaml",
        "rules/hk/investment.yaml",
    ),
    Code.EXTENSION: Explanation(
        "Two spellings of one ending would let two files stand for one rule. A file with another ending is not "
        "loaded, so its warning would silently be missing.",
        None,
        "rules/hk/investment-group.yml",
        "rules/hk/investment-group.yaml",
    ),
    Code.FOLDER_NAME: Explanation(
        "An exchange names a user's region by its two-letter code, and the folder is found by it. A folder under "
        "another name would warn nobody.",
        None,
        "rules/HongKong/investment.yaml",
        "rules/hk/investment.yaml",
    ),
    Code.FILE_NAME: Explanation(
        "The file's name is the rule's name in every report and answer, so it has one spelling on every computer.",
        None,
        "rules/hk/Investment Group.yaml",
        "rules/hk/investment-group.yaml",
    ),
    Code.STRAY_FILE: Explanation(
        "Whoever put the file there believes that it warns users. It does not: rules and texts are read only directly "
        "in their region's folder.",
        None,
        "rules/hk/new/investment-group.yaml",
        "rules/hk/investment-group.yaml",
    ),
    Code.UNKNOWN_COUNTRY: Explanation(
        "Requests name regions by ISO 3166-1 codes, so the rules of a folder with another code reach nobody. The code "
        "is not always the internet ending: the United Kingdom is `gb`.",
        None,
        "rules/uk/investment.yaml",
        "rules/gb/investment.yaml",
    ),
    Code.MISSING_FILE: Explanation(
        "Without its region.yaml a rule has no languages and no helpline; without facts.yaml and typologies.yaml "
        "nobody can tell what a rule asks for. The alert would be empty, so nothing is published.",
        None,
        "rules/sg/investment.yaml",
        "rules/sg/region.yaml\nrules/sg/investment.yaml",
    ),
}

YAML: Mapping[Code, Explanation] = {
    Code.ENCODING: Explanation(
        "In another encoding, letters with accents and all of Chinese, Arabic or Thai would reach users as nonsense.",
        None,
        "saved as Latin-1, UTF-16, Big5 or Shift JIS",
        "saved as UTF-8 (in Windows Notepad: Save as, Encoding, UTF-8)",
    ),
    Code.TOO_LARGE: Explanation(
        "Files are limited to 256 KiB, far more than any rule or language needs, so that a mistake such as a pasted "
        "document cannot slow everything down.",
        None,
        "a file of more than 256 KiB",
        "several files: one rule each, one language each",
    ),
    Code.CHARACTER: Explanation(
        "Control characters come from copying out of other programs. Nobody sees them, and some end a line for one "
        "program and not for another, so that reviewers and users would read different texts.",
        None,
        "title: Stop[U+2028]and think",
        "title: Stop and think",
    ),
    Code.TAB: Explanation(
        "How far a tab moves depends on the editor, so what belongs to what could not be told for certain.",
        FileKind.RULE,
        "when:\n\tamount_usd: {gte: 1000}    # this line begins with a tab\n",
        "when:\n  amount_usd: {gte: 1000}    # this one begins with two spaces\n",
    ),
    Code.SYNTAX: Explanation(
        "The file cannot be read from this place on. Most often a text holds a colon or begins with a quote or a "
        "curly brace, and needs double quotes around it.",
        FileKind.RULE,
        "rationale: One pattern: new payees.\n",
        'rationale: "One pattern: new payees."\n',
    ),
    Code.DUPLICATE_KEY: Explanation(
        "Only one of the two could count, and reviewers could not tell which. A condition that is written twice would "
        "silently be lost.",
        FileKind.RULE,
        "when:\n  amount_usd: {gte: 1000}\n  amount_usd: {lt: 5000}\n",
        "when:\n  amount_usd: {gte: 1000, lt: 5000}\n",
    ),
    Code.UNSUPPORTED_YAML: Explanation(
        "Anchors, aliases and merge keys let one line change another far away, which a reviewer easily overlooks. "
        "Here every entry says what it means in its own place.",
        FileKind.RULE,
        "when: &large\n  amount_usd: {gte: 1000}\n",
        "when:\n  amount_usd: {gte: 1000}\n",
    ),
    Code.TOO_DEEP: Explanation(
        "Nobody can review conditions inside conditions inside conditions. Two rules are easier to understand, and to "
        "measure.",
        FileKind.RULE,
        "when:\n  any: [{any: [{any: [{any: [{any: [{any: [{any: [{any: [{any: [{any: [asset: BTC]}]}]}]}]}]}]}]}]}]\n",
        "when:\n  any: [asset: BTC]\n",
    ),
    Code.KEY_TYPE: Explanation(
        "What stands before a colon is a name. A number or `true` in its place is read differently by different "
        "programs.",
        FileKind.FACTS,
        "attributes:\n  branch: {type: text, means: The branch that opened the account., values: {12: Central}}\n",
        'attributes:\n  branch: {type: text, means: The branch that opened the account., values: {"12": Central}}\n',
    ),
    Code.NUMBER: Explanation(
        "A number that is infinite, undefined or too long to be kept exactly cannot be compared with an amount, so "
        "the rule could never be relied on.",
        FileKind.RULE,
        "when:\n  amount_usd: {gte: .inf}\n",
        "when:\n  amount_usd: {gte: 1000}\n",
    ),
}

FORM: Mapping[Code, Explanation] = {
    Code.UNKNOWN_KEY: Explanation(
        "What is misspelt would be ignored: a rule that you meant to limit would warn everybody, or one that you "
        "meant to switch off would stay on.",
        FileKind.RULE,
        "priorty: 10\n",
        "priority: 10\n",
    ),
    Code.MISSING_KEY: Explanation(
        "Every file has a few entries without which an alert would lack something, or reviewers could not judge it.",
        FileKind.REGION,
        "partner: {unit: Anti-Scam Centre}\n",
        "partner: {name: Example Police, unit: Anti-Scam Centre}\n",
    ),
    Code.WRONG_TYPE: Explanation(
        "A phone number without quotes is a number, and loses a leading zero. So every entry takes exactly one kind "
        "of value, and nothing is guessed.",
        FileKind.RULE,
        'enabled: "false"\n',
        "enabled: false\n",
    ),
    Code.BAD_VALUE: Explanation(
        "A severity, a day or an address that does not exist would leave it open what users are shown, and when.",
        FileKind.RULE,
        "severity: urgent\n",
        "severity: critical\n",
    ),
}

FACTS_AND_TYPOLOGIES: Mapping[Code, Explanation] = {
    Code.UNKNOWN_FACT: Explanation(
        "A condition on a fact that no withdrawal has is never met, so the warning would never be shown. "
        "rules/facts.yaml lists the facts; what one exchange adds is `attributes.name`.",
        FileKind.RULE,
        "when:\n  amount: {gte: 1000}\n",
        "when:\n  amount_usd: {gte: 1000}\n",
    ),
    Code.FACT_TYPE: Explanation(
        "Requests give each fact with one type. A description with another would have partners write conditions that "
        "are never met.",
        FileKind.FACTS,
        "facts:\n  amount_usd: {type: text, means: The amount in US dollars.}\n",
        "facts:\n  amount_usd: {type: number, means: The amount in US dollars.}\n",
    ),
    Code.UNDESCRIBED_FACT: Explanation(
        "Partners look facts up in rules/facts.yaml. One that is not described there will not be used, or not as it "
        "is meant.",
        FileKind.FACTS,
        "facts:\n  asset: {type: text, means: What is being sent.}    # and none of the others\n",
        "facts:\n  asset: {type: text, means: What is being sent.}\n  # ... and every other fact\n",
    ),
    Code.UNKNOWN_TYPOLOGY: Explanation(
        "Figures are compared by the kind of scam. A misspelt kind would be counted apart, and could be missed.",
        FileKind.RULE,
        "typology: investmnt\n",
        "typology: investment\n",
    ),
    Code.NEW_TYPOLOGY: Explanation(
        "Exchanges and reports know a fixed list of typologies; a new one should be agreed with them first.",
        FileKind.TYPOLOGIES,
        "typologies:\n"
        "  investment: {name: Fake investment, description: A platform that the scammers run.}\n"
        "  lottery: {name: Lottery, description: A prize that has to be paid for first.}\n",
        "typologies:\n"
        "  investment: {name: Fake investment, description: A platform that the scammers run.}\n"
        "  purchase: {name: Purchase, description: Goods that never arrive.}\n",
    ),
}

CONDITIONS: Mapping[Code, Explanation] = {
    Code.BAD_CONDITION: Explanation(
        "A condition that can be read in no way, or in two ways, would warn the wrong people.",
        FileKind.RULE,
        "when:\n  any:\n    declared_purpose: investment\n",
        "when:\n  any:\n    - declared_purpose: investment\n",
    ),
    Code.OPERATOR: Explanation(
        "Text has no order, and a set has no single value: such a comparison has no answer for any withdrawal.",
        FileKind.RULE,
        "when:\n  session.signals: on_a_call\n",
        "when:\n  session.signals: {any: [on_a_call]}\n",
    ),
    Code.VALUE_TYPE: Explanation(
        'Text is never equal to a number: `"1000"` and `1000` are two values. The condition would never be met, and '
        "the warning never shown.",
        FileKind.RULE,
        'when:\n  amount_usd: {gte: "1,000"}\n',
        "when:\n  amount_usd: {gte: 1000}\n",
    ),
    Code.TOO_MANY_VALUES: Explanation(
        "A rule with more than 1,000 conditions and values would hold up every answer while it is loaded, and nobody "
        "could review it.",
        FileKind.RULE,
        'when:\n  attributes.branch: ["0001", "0002", "0003"]    # and so on, more than 1,000\n',
        "when:\n  attributes.branch_group: north\n",
    ),
    Code.NEVER_MET: Explanation(
        "No withdrawal can meet this, so the warning would never be shown although everything looks in order. A list "
        "may be empty, or two conditions may exclude each other; of an `any`, the entry that is named is of no use.",
        FileKind.RULE,
        "when:\n  amount_usd: {gte: 1000}\n  all:\n    - amount_usd: {lt: 500}\n",
        "when:\n  any:\n    - amount_usd: {gte: 1000}\n    - amount_usd: {lt: 500}\n",
    ),
    Code.ADDS_NOTHING: Explanation(
        "Another condition already asks for more, or another entry of `any` already lets more through. Nothing changes "
        "without it, so one of the two was probably meant otherwise.",
        FileKind.RULE,
        "when:\n  any:\n    - amount_usd: {gte: 500}\n    - amount_usd: {gte: 1000}\n",
        "when:\n  amount_usd: {gte: 500}\n",
    ),
    Code.UNLISTED_VALUE: Explanation(
        "Values are compared letter by letter, capitals included. A slip of the pen means that the warning is never "
        "shown; a new value belongs into rules/facts.yaml first, with its meaning.",
        FileKind.RULE,
        "when:\n  asset: usdt\n",
        "when:\n  asset: USDT\n",
    ),
    Code.UNDECLARED_ATTRIBUTE: Explanation(
        "What facts.yaml does not declare is not recorded, so that nobody can later tell how well the rule did. It "
        "may also be a slip of the pen.",
        FileKind.RULE,
        "when:\n  attributes.funds_form: loan\n",
        "when:\n  declared_purpose: investment\n",
    ),
    Code.ATTRIBUTE_TYPE: Explanation(
        "A condition of another type than the attribute is never met, so the warning would never be shown.",
        FileKind.RULE,
        'when:\n  attributes.prior_warnings: "2"      # facts.yaml: type: number\n',
        "when:\n  attributes.prior_warnings: 2\n",
    ),
    Code.UNDECIDED_AMOUNT: Explanation(
        "To name nobody's exact amount, records keep two significant digits: 1234 is kept as 1200. A bound inside such "
        "a step cannot be decided for recorded withdrawals, nor one that takes in its lowest amount only, so nobody "
        "can say beforehand how many users a change will warn. The warning itself goes by the exact amount.",
        FileKind.RULE,
        "when:\n  amount_usd: {gte: 1234}\n",
        "when:\n  amount_usd: {gte: 1200}\n",
    ),
    Code.NEVER_SHOWN: Explanation(
        "A user is shown one warning: the gravest that fits, then the one of higher priority, then the first by id. "
        "Where every withdrawal of a rule also fits rules before it, nobody will ever read its text. They are named. "
        "Rules of `global` are held against each other only, because a region without a folder has no others.",
        None,
        "hk/fake-police (high), when: session.signals: {any: [on_a_call]}\n"
        "hk/on-a-call (critical), when: session.signals: {any: [on_a_call, screen_sharing]}",
        "hk/fake-police (critical, priority: 10), when: session.signals: {any: [on_a_call]}\n"
        "hk/on-a-call (critical), when: session.signals: {any: [on_a_call, screen_sharing]}",
    ),
    Code.EXPIRED: Explanation(
        "The rule has come to its end by itself and warns nobody any more. Left in place, it looks as if it did.",
        FileKind.RULE,
        "active: {until: 2026-01-01}\n",
        "active: {until: 2027-04-30}\n",
    ),
    Code.REVERSED_PERIOD: Explanation(
        "The rule would never apply. `from` is its first day, `until` the first day without it, so both on one day is "
        "no day at all.",
        FileKind.RULE,
        "active: {from: 2026-12-24, until: 2026-12-24}\n",
        "active: {from: 2026-12-24, until: 2026-12-25}\n",
    ),
}

EXAMPLES: Mapping[Code, Explanation] = {
    Code.MISSING_EXAMPLE: Explanation(
        "Examples show a reviewer in a moment whom the rule is for and whom it leaves alone, and they fail when a "
        "later change breaks it.",
        FileKind.RULE,
        "examples:\n  - given: {destination.first_use: true, amount_usd: 5000}\n    expect: match\n",
        "examples:\n"
        "  - given: {destination.first_use: true, amount_usd: 5000}\n"
        "    expect: match\n"
        "  - given: {destination.first_use: false, amount_usd: 5000}\n"
        "    expect: no match\n",
    ),
    Code.EXAMPLE_FAILED: Explanation(
        "Either the example or the rule is not what its author meant. One of the two would mislead reviewers, or "
        "users.",
        FileKind.RULE,
        "when:\n"
        "  amount_usd: {gt: 1000}\n"
        "examples:\n"
        "  - given: {amount_usd: 1000}\n"
        "    expect: match\n"
        "  - given: {amount_usd: 10}\n"
        "    expect: no match\n",
        "when:\n"
        "  amount_usd: {gte: 1000}\n"
        "examples:\n"
        "  - given: {amount_usd: 1000}\n"
        "    expect: match\n"
        "  - given: {amount_usd: 10}\n"
        "    expect: no match\n",
    ),
    Code.EXAMPLE_FACT: Explanation(
        "An example with a fact that does not exist tries something else than it says.",
        FileKind.RULE,
        "examples:\n"
        "  - given: {destination.first_use: true, amount: 5000}\n"
        "    expect: match\n"
        "  - given: {amount_usd: 10}\n"
        "    expect: no match\n",
        "examples:\n"
        "  - given: {destination.first_use: true, amount_usd: 5000}\n"
        "    expect: match\n"
        "  - given: {amount_usd: 10}\n"
        "    expect: no match\n",
    ),
    Code.EXAMPLE_VALUE: Explanation(
        "No exchange can send such a value, so the example proves nothing about real withdrawals.",
        FileKind.RULE,
        "examples:\n"
        '  - given: {destination.first_use: true, amount_usd: "5,000"}\n'
        "    expect: match\n"
        "  - given: {amount_usd: 10}\n"
        "    expect: no match\n",
        "examples:\n"
        "  - given: {destination.first_use: true, amount_usd: 5000}\n"
        "    expect: match\n"
        "  - given: {amount_usd: 10}\n"
        "    expect: no match\n",
    ),
}

_DATES = "source: the official page, verified_at: 2026-11-01, verify_by: 2027-05-01, verified: true"


def _contacts(*entries: str, actions: str = "{review: lookup, call: helpline, report: desk}") -> str:
    lines = "".join(f"  {entry}, {_DATES}}}\n" for entry in entries)
    return f"contacts:\n{lines}actions: {actions}\n"


_HELPLINE = 'helpline: {phone: "18222", does: advice, does_not: take reports'
_LOOKUP = 'lookup: {url: "https://police.example/lookup", does: looks up phone numbers'
_DESK = 'desk: {url: "https://police.example", does: takes reports'

CONTACTS: Mapping[Code, Explanation] = {
    Code.UNKNOWN_CONTACT: Explanation(
        "The button would lead nowhere, just when somebody wants to check or to call.",
        FileKind.REGION,
        "actions: {review: lookup, call: help_line, report: desk}\n",
        "actions: {review: lookup, call: helpline, report: desk}\n",
    ),
    Code.CONTACT_NAME: Explanation(
        "`{amount}` in a text is the user's amount. A contact of the same name would put a phone number in its place, "
        "or the other way round.",
        FileKind.REGION,
        _contacts(_HELPLINE, _LOOKUP, _DESK, 'network: {phone: "18333", does: advice'),
        _contacts(_HELPLINE, _LOOKUP, _DESK, 'support_network: {phone: "18333", does: advice'),
    ),
    Code.NO_PHONE: Explanation(
        "The call button dials. A contact that has only a web address cannot be called.",
        FileKind.REGION,
        "actions: {review: lookup, call: lookup, report: desk}\n",
        "actions: {review: lookup, call: helpline, report: desk}\n",
    ),
    Code.TAKES_NO_REPORTS: Explanation(
        "Somebody who has just been robbed would be sent to a line that turns them away. Such a contact can serve "
        "`call` or `review`.",
        FileKind.REGION,
        "actions: {review: lookup, call: helpline, report: helpline}    # helpline: does_not: take reports\n",
        "actions: {review: lookup, call: helpline, report: desk}\n",
    ),
    Code.WEB_ADDRESS: Explanation(
        "A shortened link, a messenger, free hosting or a bare number can be anybody's, and a reader cannot see whose. "
        "Users are sent to a page under a plain name that is the authority's own.",
        FileKind.REGION,
        _contacts(_HELPLINE, _LOOKUP.replace("https://police.example/lookup", "https://bit.ly/2xYz"), _DESK),
        _contacts(_HELPLINE, _LOOKUP, _DESK),
    ),
    Code.UNOFFICIAL_ADDRESS: Explanation(
        "A false page that looks like the authority's is what recovery scams are made of. A verified contact leads to "
        "one of the region's `official_domains`, which a second person looks after.",
        FileKind.REGION,
        _contacts(_HELPLINE, _LOOKUP.replace("police.example", "police-example.example"), _DESK),
        _contacts(_HELPLINE, _LOOKUP, _DESK),
    ),
    Code.BROAD_DOMAIN: Explanation(
        "`official_domains` says where contacts may lead. Under `com`, `gov.hk` or a hosting service that would be "
        "nearly anywhere.",
        FileKind.REGION,
        "official_domains: [police.example, co.uk]\n",
        "official_domains: [police.example, police.co.uk]\n",
    ),
    Code.PHONE_NUMBER: Explanation(
        "A slip in a number sends people to nobody, or to somebody else. The number is held against the country's "
        "numbering plan: its length, its country, and whether callers pay extra. Short numbers are left alone.",
        FileKind.REGION,
        _contacts(_HELPLINE.replace("18222", "2860 5012 345 67"), _LOOKUP, _DESK),
        _contacts(_HELPLINE.replace("18222", "2860 5012"), _LOOKUP, _DESK),
    ),
    Code.VERIFY_BY_PASSED: Explanation(
        "Numbers and addresses change hands, and an abandoned one may be taken by a scammer. Check it on the official "
        "page, then set both days.",
        FileKind.REGION,
        _contacts(_HELPLINE, _LOOKUP, _DESK).replace(
            "2026-11-01, verify_by: 2027-05-01", "2025-11-01, verify_by: 2026-05-01", 1
        ),
        _contacts(_HELPLINE, _LOOKUP, _DESK),
    ),
}


def _message(*, title: str = '"Stop. Do you know this person?"', body: str = '"Call {helpline} first."') -> str:
    return (
        "messages:\n"
        "  investment:\n"
        f"    title: {title}\n"
        "    body:\n"
        '      - "You are sending {amount} {asset}."\n'
        f"      - {body}\n"
        "    variants:\n"
        '      b: {title: "Wait a moment"}\n'
    )


TEXTS: Mapping[Code, Explanation] = {
    Code.LANGUAGE: Explanation(
        "The alert tells the phone its language, for reading aloud and for the direction of writing. The file's name, "
        "its `language` and the region's list must agree.",
        FileKind.TEXTS,
        "language: en-GB      # the file is en.yaml\n",
        "language: en\n",
    ),
    Code.MISSING_TEXTS: Explanation(
        "Users of this language would be shown an empty alert.",
        FileKind.REGION,
        "languages: [en, ar, zh-Hant]      # there is no locales/hk/zh-Hant.yaml\n",
        "languages: [en, ar]\n",
    ),
    Code.NO_REGION: Explanation(
        "Nothing reads these texts: rules are found by their region's folder under rules. It may be a slip in the "
        "folder's name.",
        None,
        "locales/kh/en.yaml",
        "locales/hk/en.yaml",
    ),
    Code.NO_RULES: Explanation(
        "A region without a rule warns nobody by itself. Its users get the global rules, if region.yaml allows them.",
        None,
        "rules/sg/region.yaml",
        "rules/sg/region.yaml\nrules/sg/every-withdrawal.yaml",
    ),
    Code.MISSING_MESSAGE: Explanation(
        "A user in that language would be shown an alert without a text. Write the message in every language of the "
        "region, or correct its name.",
        FileKind.RULE,
        "message: investments      # the text files have `investment`\n",
        "message: investment\n",
    ),
    Code.UNUSED_MESSAGE: Explanation(
        "Somebody wrote and translated this text, and no user will ever see it. Often the rule names another message.",
        FileKind.TEXTS,
        _message() + '  investment_group:\n    title: Stop\n    body: ["Call {helpline} first."]\n',
        _message(),
    ),
    Code.VARIANTS_DIFFER: Explanation(
        "Variants are compared with each other, and each user keeps theirs. Where a language lacks one, its users "
        "would be shown nothing.",
        FileKind.TEXTS,
        _message().replace("      b:", "      c:"),
        _message(),
    ),
    Code.PLACEHOLDERS_DIFFER: Explanation(
        "Users of one language are told something, such as the helpline, that those of another are not. Often a "
        "translation has lost it.",
        FileKind.TEXTS,
        _message(body='"Ask somebody you trust first."'),
        _message(),
    ),
    Code.PLACEHOLDER: Explanation(
        "The alert would show a gap or the curly braces themselves. A text can name {amount}, {asset}, {network}, "
        "{destination} and the region's contacts; a title or label only contacts.",
        FileKind.TEXTS,
        _message(body='"Call {hotline} first."'),
        _message(),
    ),
    Code.UNVERIFIED_CONTACT: Explanation(
        "Nobody has confirmed that this number or address belongs to whom it should, so no user may be sent there.",
        FileKind.TEXTS,
        _message(body='"Call {helpline} or {secret} first."'),
        _message(),
    ),
    Code.NO_PLAIN_PARAGRAPH: Explanation(
        "A paragraph that names a fact is left out where the exchange does not give it. If every paragraph does, some "
        "users would be shown a title and nothing else.",
        FileKind.TEXTS,
        _message(body='"Did somebody ask you for {asset}?"'),
        _message(),
    ),
    Code.MISSING_LABEL: Explanation(
        "The button would have no words on it. Labels that all messages share stand under `defaults`.",
        FileKind.TEXTS,
        "defaults:\n  actions: {cancel: Cancel, review: Check, call: Call, report: Report}\n",
        "defaults:\n  actions: {cancel: Cancel, review: Check, call: Call, report: Report, proceed: Go on}\n",
    ),
    Code.CUT_OFF: Explanation(
        "Behind a space, `#` begins a note that is no part of the text, so users would be shown half a sentence. In "
        "quotes it is a character like any other.",
        FileKind.TEXTS,
        _message(title="Told that you are customer #1? Stop"),
        _message(title='"Told that you are customer #1? Stop"'),
    ),
    Code.EMPTY_TEXT: Explanation(
        "Users would be shown an alert with a blank in it, at the moment when words matter most.",
        FileKind.TEXTS,
        _message(title='" "'),
        _message(),
    ),
    Code.HIDDEN_CHARACTER: Explanation(
        "Invisible characters can make a text look different from what reviewers approved, or turn a number around. "
        "They usually come from copying out of a web page.",
        FileKind.TEXTS,
        _message(title='"Stop.\\u200b Do you know this person?"'),
        _message(),
    ),
    Code.LOOK_ALIKE: Explanation(
        "The Cyrillic `\u0430` and the Latin `a` look the same. A word of mixed letters is not found by those who "
        "search for it, and copies a name that it is not.",
        FileKind.TEXTS,
        _message(body='"Call the p\u043elice first: {helpline}."'),
        _message(body='"Call the police first: {helpline}."'),
    ),
    Code.ASKS_READER: Explanation(
        "Scammers ask for codes, recovery words, control of the device and a transfer; a warning never does. A "
        "sentence that says no, or who asks, is left alone, and so is a question.",
        FileKind.TEXTS,
        _message(body='"To keep your account, enter your recovery words. Or call {helpline}."'),
        _message(body='"Never give anyone your recovery words. Call {helpline}."'),
    ),
    Code.URGES_ON: Explanation(
        "Whoever holds the user on the phone says: do not cancel, do not hang up, ignore the warning, it is safe. A "
        "warning never says it itself; that others say it, in quotes or with who says it, is left alone.",
        FileKind.TEXTS,
        _message(body='"Do not hang up. Call {helpline}."'),
        _message(body='"Did they say that you must not hang up? Call {helpline}."'),
    ),
    Code.MARKUP: Explanation(
        "Exchanges show texts as they are: users would see the asterisks and brackets. Where one interprets them, "
        "markup could bring in a link or a picture.",
        FileKind.TEXTS,
        _message(title='"**Stop.** Do you know this person?"'),
        _message(),
    ),
    Code.ADDRESS: Explanation(
        "An address inside a text is checked by nobody when it changes hands, and is where a scammer would put "
        "theirs. Name a contact of region.yaml, whose source and days are kept.",
        FileKind.TEXTS,
        _message(body='"Look the number up at police.example.com first."'),
        _message(body='"Look the number up first, or call {helpline}."'),
    ),
    Code.DIGITS: Explanation(
        "A number inside a text could send people to a scammer's telephone, and stays when the real one changes. Name "
        "a contact of region.yaml; write other numbers in words.",
        FileKind.TEXTS,
        _message(body='"Call 18222 first."'),
        _message(),
    ),
}

ACCEPTANCES: Mapping[Code, Explanation] = {
    Code.UNUSED_ACCEPTANCE: Explanation(
        "An acceptance that accepts nothing would one day hide a warning that nobody has judged. Delete it once "
        "its warning is gone.",
        FileKind.RULE,
        "accept:\n  unlisted-value: The partner asked for it on 2026-11-02.    # and no value is unlisted\n",
        "when:\n"
        "  asset: [USDT, USDX]\n"
        "accept:\n"
        "  unlisted-value: USDX is new; agreed with the partner on 2026-11-02.\n"
        "  example-failed: The examples follow once it is listed.\n",
    ),
    Code.WRONG_SCRIPT: Explanation(
        "Somebody who reads Arabic may not read Latin letters, and who reads traditional characters reads simplified "
        "ones slowly. Usually a text was left untranslated, or pasted into the wrong file.",
        FileKind.TEXTS,
        _message(body='"請先停一停，致電 {helpline} 查詢，再作決定。"'),
        _message(),
    ),
    Code.UNTRANSLATED: Explanation(
        "A reader who chose a language gets another one. Names and short labels may be alike.",
        None,
        'locales/hk/zh-Hant.yaml with the title "Stop before you send any crypto" of locales/hk/en.yaml',
        'locales/hk/zh-Hant.yaml with the title "轉出加密貨幣前，先停一停"',
    ),
    Code.TOO_LONG: Explanation(
        "A frightened reader on a small phone reads the title, and a few lines. What takes more than two screens, a "
        "title of more than three lines or a paragraph of more than sixteen is not read.",
        FileKind.TEXTS,
        _message(title='"Stop for a moment and think about who it was that first told you about this investment"'),
        _message(title='"Who told you about this investment?"'),
    ),
    Code.HARD_TO_READ: Explanation(
        "Long sentences of long words are not taken in by somebody who is being hurried. The measure is LIX: words a "
        "sentence, and the share of words of over six letters. It is known for German, English, Spanish, French, "
        "Portuguese, Russian and Ukrainian; for other languages nothing is said.",
        FileKind.TEXTS,
        _message(
            body='"Cryptocurrency transactions authorised following unsolicited communications purporting to originate '
            "from governmental representatives constitute irreversible dispositions of personal property, and "
            "recipients participating in fraudulent arrangements systematically instruct individuals concerning "
            'appropriate answers whenever financial institutions investigate; telephone {helpline}."'
        ),
        _message(
            body='"Scammers call and say that they are the police. They tell you what to say if your bank asks. Once '
            "you have sent crypto, nobody can bring it back. Hang up. Call {helpline}, or talk to somebody you trust. "
            'There is no hurry, and a real officer will wait."'
        ),
    ),
    Code.UNFILLED: Explanation(
        "`forewarn new` writes a template whose open places begin with `FILL IN:`. As long as one is there, users "
        "would read the note instead of a warning, so nothing can be published.",
        FileKind.TEXTS,
        _message(title='"FILL IN: the one thing to think about before sending"'),
        _message(title='"Stop for a moment"'),
    ),
    Code.TITLE_IDEAS: Explanation(
        "The title is all that many people read. One idea, or a question and its answer, is what they remember.",
        FileKind.TEXTS,
        _message(title='"Stop now. Call a friend. Never pay."'),
        _message(title='"Asked to pay first? Stop here"'),
    ),
    Code.NO_SAFE_ACTION: Explanation(
        "A warning that only frightens leaves people with the voice on the phone. One paragraph says what to do: "
        "cancel, hang up, talk to somebody, check, call.",
        FileKind.TEXTS,
        _message(body='"Many people have lost their savings in this way."'),
        _message(body='"Many people have lost their savings in this way. Hang up."'),
    ),
    Code.BLAME: Explanation(
        "People who feel blamed hide what happened, and go on paying. They were deceived by professionals.",
        FileKind.TEXTS,
        _message(body='"You should have known. Call {helpline}."'),
        _message(body='"This happens to many people, and it is not your fault. Call {helpline}."'),
    ),
    Code.PROMISE: Explanation(
        "No police force can promise money back, and recovery scams begin with that promise.",
        FileKind.TEXTS,
        _message(body='"Call {helpline} and we will get your money back."'),
        _message(body='"Call {helpline}. Nobody can promise that money comes back."'),
    ),
    Code.SHOUTING: Explanation(
        "Scammers shout and hurry. Capitals are also harder to read, and are spelled letter by letter to those who "
        "listen to their phone.",
        FileKind.TEXTS,
        _message(title='"STOP RIGHT NOW!!"'),
        _message(title='"Stop for a moment"'),
    ),
}

# By the heading under which docs/checks.md lists them.
SECTIONS: Mapping[str, Mapping[Code, Explanation]] = {
    "Files and folders": FILES_AND_FOLDERS,
    "YAML": YAML,
    "The form of a file": FORM,
    "Facts and typologies": FACTS_AND_TYPOLOGIES,
    "Conditions": CONDITIONS,
    "Examples": EXAMPLES,
    "Contacts": CONTACTS,
    "Texts": TEXTS,
    "Acceptances": ACCEPTANCES,
}

EXPLANATIONS: Mapping[Code, Explanation] = {
    code: each for section in SECTIONS.values() for code, each in section.items()
}
