"""The code of every problem, its level, and what it means. Codes are public: reports and acceptances name them."""

from enum import Enum, StrEnum


class Level(StrEnum):
    ERROR = "error"  # cannot be loaded, or would show a user a wrong or empty text: blocks publishing
    WARNING = "warning"


class Code(Enum):
    """`slug` is the public name; `about` is one sentence for people who look the code up."""

    # Files and folders.
    NO_FOLDER = "no-folder", Level.ERROR, "The folder with rules or texts cannot be read."
    UNREADABLE = "unreadable", Level.ERROR, "A file cannot be read."
    SYMLINK = "symlink", Level.ERROR, "A link leads out of the folder."
    EXTENSION = "extension", Level.ERROR, "YAML files end in .yaml here; others are not loaded."
    FOLDER_NAME = "folder-name", Level.ERROR, "Folders are two-letter country codes in lower case, or global."
    FILE_NAME = "file-name", Level.ERROR, "A rule's file name is part of its id: lower case letters, digits, hyphens."
    STRAY_FILE = "stray-file", Level.WARNING, "A file lies where nothing reads it."
    UNKNOWN_COUNTRY = "unknown-country", Level.WARNING, "No country has this code, so no request will name it."
    MISSING_FILE = "missing-file", Level.ERROR, "A file that the others need is not there."

    # YAML.
    ENCODING = "encoding", Level.ERROR, "Files are UTF-8."
    TOO_LARGE = "too-large", Level.ERROR, "A file is larger than any rule or text needs."
    CHARACTER = "character", Level.ERROR, "A character that YAML does not allow, or that hides a line's end."
    TAB = "tab", Level.ERROR, "Lines are indented with spaces, never with tabs."
    SYNTAX = "syntax", Level.ERROR, "The file is not valid YAML."
    DUPLICATE_KEY = (
        "duplicate-key",
        Level.ERROR,
        "One key stands twice in the same place; one of the two would be lost.",
    )
    UNSUPPORTED_YAML = "unsupported-yaml", Level.ERROR, "Anchors, aliases, tags, merge keys and several documents."
    TOO_DEEP = "too-deep", Level.ERROR, "More levels of nesting than anybody can follow."
    KEY_TYPE = "key-type", Level.ERROR, "Keys are text."
    NUMBER = "number", Level.ERROR, "A number without a finite value, or beyond what can be kept exactly."

    # The form of a file.
    UNKNOWN_KEY = "unknown-key", Level.ERROR, "No such entry exists here; often a slip of the pen."
    MISSING_KEY = "missing-key", Level.ERROR, "An entry that must be there is not."
    WRONG_TYPE = "wrong-type", Level.ERROR, "Text where a number belongs, one value where a list belongs, and so on."
    BAD_VALUE = "bad-value", Level.ERROR, "A value that is not one of those possible."

    # Facts and typologies.
    UNKNOWN_FACT = "unknown-fact", Level.ERROR, "No withdrawal has a fact of this name."
    FACT_TYPE = "fact-type", Level.ERROR, "facts.yaml gives a fact another type than requests do."
    UNDESCRIBED_FACT = "undescribed-fact", Level.WARNING, "facts.yaml does not describe a fact that requests have."
    UNKNOWN_TYPOLOGY = "unknown-typology", Level.ERROR, "typologies.yaml does not have this typology."
    NEW_TYPOLOGY = "new-typology", Level.WARNING, "A typology that clients and reports do not know."

    # Conditions.
    BAD_CONDITION = "bad-condition", Level.ERROR, "A condition in a form that cannot be read."
    OPERATOR = "operator", Level.ERROR, "An operator that does not go with this kind of fact."
    VALUE_TYPE = "value-type", Level.ERROR, "A value of another type than the fact, so the condition can never be met."
    TOO_MANY_VALUES = "too-many-values", Level.ERROR, "A rule with more values than can be read in one go."
    NEVER_MET = "never-met", Level.WARNING, "A condition that no withdrawal can meet."
    ADDS_NOTHING = "adds-nothing", Level.WARNING, "A condition that is met wherever another one beside it is."
    UNLISTED_VALUE = "unlisted-value", Level.WARNING, "facts.yaml does not list this value; often a slip of the pen."
    UNDECLARED_ATTRIBUTE = "undeclared-attribute", Level.WARNING, "facts.yaml does not declare this attribute."
    ATTRIBUTE_TYPE = "attribute-type", Level.WARNING, "A condition of another type than the attribute is declared with."
    UNDECIDED_AMOUNT = (
        "undecided-amount",
        Level.WARNING,
        "A condition on an amount that cannot be decided from the record.",
    )
    NEVER_SHOWN = "never-shown", Level.WARNING, "A rule that is never shown, because others always come before it."
    EXPIRED = "expired", Level.WARNING, "A rule whose period is over."
    REVERSED_PERIOD = "reversed-period", Level.WARNING, "A period that ends before it begins never applies."

    # Examples.
    MISSING_EXAMPLE = (
        "missing-example",
        Level.WARNING,
        "A rule shows a withdrawal that it matches, and one that it does not.",
    )
    EXAMPLE_FAILED = "example-failed", Level.WARNING, "The rule does not do what its example says."
    EXAMPLE_FACT = "example-fact", Level.WARNING, "An example with a fact that no withdrawal has."
    EXAMPLE_VALUE = "example-value", Level.WARNING, "An example with a value that no request could give."

    # Contacts.
    UNKNOWN_CONTACT = "unknown-contact", Level.ERROR, "An action names a contact that the region does not have."
    CONTACT_NAME = "contact-name", Level.ERROR, "A contact named like a fact, so that a text could mean either."
    NO_PHONE = "no-phone", Level.ERROR, "The call action needs a contact with a phone number."
    TAKES_NO_REPORTS = "takes-no-reports", Level.ERROR, "The report action names a contact that takes no reports."
    WEB_ADDRESS = "web-address", Level.ERROR, "A contact's address that is not the plain name of an official page."
    UNOFFICIAL_ADDRESS = "unofficial-address", Level.ERROR, "A verified contact's page is outside the official domains."
    BROAD_DOMAIN = "broad-domain", Level.ERROR, "An official domain under which anybody can have a page."
    PHONE_NUMBER = "phone-number", Level.WARNING, "A number that cannot be dialled in this region."
    VERIFY_BY_PASSED = "verify-by-passed", Level.WARNING, "A contact was due to be checked again."

    # Texts.
    LANGUAGE = "language", Level.ERROR, "A text file whose name and language differ, or that its region does not have."
    MISSING_TEXTS = "missing-texts", Level.ERROR, "A region has no text file for one of its languages."
    NO_REGION = "no-region", Level.WARNING, "Texts of a region that has no folder under rules."
    NO_RULES = "no-rules", Level.WARNING, "A region without any rule."
    MISSING_MESSAGE = "missing-message", Level.ERROR, "A rule's message has no text in a language of its region."
    UNUSED_MESSAGE = "unused-message", Level.WARNING, "A message that no rule shows."
    VARIANTS_DIFFER = "variants-differ", Level.ERROR, "The variants of a message are not the same in every language."
    PLACEHOLDERS_DIFFER = "placeholders-differ", Level.WARNING, "One language names something that another does not."
    PLACEHOLDER = "placeholder", Level.ERROR, "A placeholder that cannot be filled here."
    UNVERIFIED_CONTACT = "unverified-contact", Level.ERROR, "A text names a contact that nobody has verified."
    NO_PLAIN_PARAGRAPH = "no-plain-paragraph", Level.ERROR, "Every paragraph names a fact, so all could be left out."
    MISSING_LABEL = "missing-label", Level.ERROR, "An action of the alert has no label."
    UNFILLED = "unfilled", Level.ERROR, "A place of a template that nobody has filled in."
    CUT_OFF = "cut-off", Level.ERROR, "A text that ends at a `#`: without quotes the rest is a comment."
    EMPTY_TEXT = "empty-text", Level.ERROR, "A text without a word."
    HIDDEN_CHARACTER = "hidden-character", Level.ERROR, "Control, invisible and direction-changing characters."
    LOOK_ALIKE = "look-alike", Level.ERROR, "A letter that passes for another: of a second script, or a styled one."
    ASKS_READER = "asks-reader", Level.ERROR, "A text that asks the reader for a code, a key, control or a transfer."
    URGES_ON = "urges-on", Level.ERROR, "A text that tells the reader to go on, to stay on the phone or to call nobody."
    MARKUP = "markup", Level.ERROR, "Texts are plain: HTML and markdown would be shown as they are, or worse."
    ADDRESS = "address", Level.ERROR, "Web, mail, messenger and wallet addresses come from contacts only."
    DIGITS = "digits", Level.ERROR, "Three or more digits look like a phone number; those come from contacts only."

    # Acceptances.
    UNUSED_ACCEPTANCE = "unused-acceptance", Level.WARNING, "An acceptance of a warning that is not there."

    # How texts read.
    WRONG_SCRIPT = "wrong-script", Level.WARNING, "A text in letters that its language is not written in."
    UNTRANSLATED = "untranslated", Level.WARNING, "The same words stand in two languages."
    TOO_LONG = "too-long", Level.WARNING, "A text that takes more of a phone's screen than it should."
    HARD_TO_READ = "hard-to-read", Level.WARNING, "Sentences or words too long for a reader who is afraid."
    TITLE_IDEAS = "title-ideas", Level.WARNING, "A title with more than one idea."
    NO_SAFE_ACTION = "no-safe-action", Level.WARNING, "A message that does not say what to do to be safe."
    BLAME = "blame", Level.WARNING, "Words that blame the reader."
    PROMISE = "promise", Level.WARNING, "A promise that nobody can keep."
    SHOUTING = "shouting", Level.WARNING, "Words in capitals, or several exclamation marks."

    def __init__(self, slug: str, level: Level, about: str) -> None:
        self.slug = slug
        self.level = level
        self.about = about
