"""The code of every problem, its level, and what it means. Codes are public: reports and acceptances name them."""

from enum import Enum, StrEnum


class Level(StrEnum):
    ERROR = "error"  # cannot be loaded, or would show a user a wrong or empty text: blocks publishing
    WARNING = "warning"


class Code(Enum):
    """`slug` is the public name, `about` one sentence for people who look the code up."""

    # Files and folders.
    NO_FOLDER = Level.ERROR, "The folder with rules or texts cannot be read."
    UNREADABLE = Level.ERROR, "A file cannot be read."
    SYMLINK = Level.ERROR, "A link leads out of the folder."
    EXTENSION = Level.ERROR, "YAML files end in .yaml here; others are not loaded."
    FOLDER_NAME = Level.ERROR, "Folders are two-letter country codes in lower case, or global."
    FILE_NAME = Level.ERROR, "A rule's file name is part of its id: lower case letters, digits, hyphens."
    STRAY_FILE = Level.WARNING, "A file lies where nothing reads it."
    UNKNOWN_COUNTRY = Level.ERROR, "No country has this code, so no request will name it."
    MISSING_FILE = Level.ERROR, "A file that the others need is not there."

    # YAML.
    ENCODING = Level.ERROR, "Files are UTF-8."
    TOO_LARGE = Level.ERROR, "A file is larger than any rule or text needs."
    CHARACTER = Level.ERROR, "A character that YAML does not allow, or that hides a line's end."
    TAB = Level.ERROR, "Lines are indented with spaces, never with tabs."
    CONFLICT = Level.ERROR, "git left two versions of the same lines in the file."
    KEYBOARD = Level.ERROR, "A sign of another keyboard or of a word processor where YAML needs its own."
    SYNTAX = Level.ERROR, "The file is not valid YAML."
    DUPLICATE_KEY = Level.ERROR, "One key stands twice in the same place; one of the two would be lost."
    UNSUPPORTED_YAML = Level.ERROR, "Anchors, aliases, tags, merge keys and several documents."
    TOO_DEEP = Level.ERROR, "More levels of nesting than anybody can follow."
    KEY_TYPE = Level.ERROR, "Keys are text."
    NUMBER = Level.ERROR, "A number without a finite value, or beyond what can be kept exactly."

    # The form of a file.
    UNKNOWN_KEY = Level.ERROR, "No such entry exists here; often a slip of the pen."
    MISSING_KEY = Level.ERROR, "An entry that must be there is not."
    WRONG_TYPE = Level.ERROR, "Text where a number belongs, one value where a list belongs, and so on."
    BAD_VALUE = Level.ERROR, "A value that is not one of those possible."

    # Facts and typologies.
    UNKNOWN_FACT = Level.ERROR, "No withdrawal has a fact of this name."
    FACT_TYPE = Level.ERROR, "facts.yaml gives a fact another type than requests do."
    UNDESCRIBED_FACT = Level.WARNING, "facts.yaml does not describe a fact that requests have."
    FACT_RANGE = Level.ERROR, "facts.yaml gives a fact a range that it cannot have."
    UNKNOWN_UNIT = Level.WARNING, "facts.yaml counts a number in a unit that is not known."
    UNKNOWN_TYPOLOGY = Level.ERROR, "typologies.yaml does not have this typology."
    NEW_TYPOLOGY = Level.WARNING, "A typology that clients and reports do not know."

    # Conditions.
    BAD_CONDITION = Level.ERROR, "A condition in a form that cannot be read."
    OPERATOR = Level.ERROR, "An operator that does not go with this kind of fact."
    VALUE_TYPE = Level.ERROR, "A value of another type than the fact, so the condition can never be met."
    OUT_OF_RANGE = Level.ERROR, "A number that the fact can never be."
    TOO_MANY_VALUES = Level.ERROR, "A rule with more values than can be read in one go."
    NEVER_MET = Level.WARNING, "A condition that no withdrawal can meet."
    ADDS_NOTHING = Level.WARNING, "A condition that is met wherever another one beside it is."
    UNLISTED_VALUE = Level.WARNING, "facts.yaml does not list this value; often a slip of the pen."
    UNDECLARED_ATTRIBUTE = Level.WARNING, "facts.yaml does not declare this attribute."
    ATTRIBUTE_TYPE = Level.WARNING, "A condition of another type than the attribute is declared with."
    UNDECIDED_AMOUNT = Level.WARNING, "A condition on an amount that cannot be decided from the record."
    NEVER_SHOWN = Level.WARNING, "A rule that is never shown, because others always come before it."
    EXPIRED = Level.WARNING, "A rule whose period is over."
    REVERSED_PERIOD = Level.WARNING, "A period that ends before it begins never applies."

    # Examples.
    MISSING_EXAMPLE = Level.WARNING, "A rule shows a withdrawal that it matches, and one that it does not."
    EXAMPLE_FAILED = Level.WARNING, "The rule does not do what its example says."
    EXAMPLE_FACT = Level.WARNING, "An example with a fact that no withdrawal has."
    EXAMPLE_VALUE = Level.WARNING, "An example with a value that no request could give."

    # Contacts.
    UNKNOWN_CONTACT = Level.ERROR, "An action names a contact that the region does not have."
    CONTACT_NAME = Level.ERROR, "A contact named like a fact, so that a text could mean either."
    NO_PHONE = Level.ERROR, "The call action needs a contact with a phone number."
    TAKES_NO_REPORTS = Level.ERROR, "The report action names a contact that takes no reports."
    SAME_PLACE = Level.WARNING, "Two buttons of an alert lead to the same place."
    WEB_ADDRESS = Level.ERROR, "A contact's address that is not the plain name of an official page."
    UNOFFICIAL_ADDRESS = Level.ERROR, "A verified contact's page is outside the official domains."
    BROAD_DOMAIN = Level.ERROR, "An official domain that is no authority's own."
    UNOFFICIAL_SOURCE = Level.ERROR, "A contact's source that is no page; of a verified contact, no official page."
    CONTACT_DAYS = Level.ERROR, "The days on which a contact was and will be checked contradict the calendar."
    VERIFY_BY_FAR = Level.WARNING, "A contact that nobody needs to check again for more than a year."
    NO_VERIFIED_CONTACT = Level.WARNING, "Alerts that offer nothing but to cancel or to continue."
    PHONE_NUMBER = Level.WARNING, "A number that cannot be dialled in this region."
    VERIFY_BY_PASSED = Level.WARNING, "A contact was due to be checked again."

    # Texts.
    LANGUAGE = Level.ERROR, "A text file whose name and language differ, or that its region does not have."
    MISSING_TEXTS = Level.ERROR, "A region has no text file for one of its languages."
    UNGUARDED_LANGUAGE = Level.WARNING, "Texts in a language without a word list, which nobody is named to read."
    NO_REGION = Level.WARNING, "Texts of a region that has no folder under rules."
    NO_RULES = Level.WARNING, "A region without any rule."
    MISSING_MESSAGE = Level.ERROR, "A rule's message has no text in a language of its region."
    UNUSED_MESSAGE = Level.WARNING, "A message that no rule shows."
    VARIANTS_DIFFER = Level.ERROR, "The variants of a message are not the same in every language."
    TRANSLATION_BEHIND = Level.WARNING, "A translation of a text that has changed since."
    PLACEHOLDERS_DIFFER = Level.WARNING, "One language names something that another does not."
    PLACEHOLDER = Level.ERROR, "A placeholder that cannot be filled here."
    UNVERIFIED_CONTACT = Level.ERROR, "A text names a contact that nobody has verified."
    NO_PLAIN_PARAGRAPH = Level.ERROR, "Every paragraph names a fact, so all could be left out."
    MISSING_LABEL = Level.ERROR, "An action of the alert has no label."
    UNFILLED = Level.ERROR, "A place of a template that nobody has filled in."
    CUT_OFF = Level.ERROR, "A text that ends at a `#`: without quotes the rest is a comment."
    EMPTY_TEXT = Level.ERROR, "A text without a word."
    HIDDEN_CHARACTER = Level.ERROR, "Control, invisible and direction-changing characters."
    LOOK_ALIKE = Level.ERROR, "A letter that passes for another: of a second script, or a styled one."
    ASKS_READER = Level.ERROR, "A text that asks the reader for a code, a key, control, a transfer or a contact."
    URGES_ON = (
        Level.ERROR,
        "A text that tells the reader to go on, to stay on the phone or to call nobody, or calms them.",
    )
    MARKUP = Level.ERROR, "Texts are plain: HTML and markdown would be shown as they are, or worse."
    ADDRESS = Level.ERROR, "Web, mail, messenger and wallet addresses come from contacts only."
    DIGITS = Level.ERROR, "Three or more digits look like a phone number; those come from contacts only."

    # Acceptances.
    UNUSED_ACCEPTANCE = Level.WARNING, "An acceptance of a warning that is not there."

    # How texts read.
    WRONG_SCRIPT = Level.WARNING, "A text in letters that its language is not written in."
    UNTRANSLATED = Level.WARNING, "The same words stand in two languages."
    TOO_LONG = Level.WARNING, "A text that takes more of a phone's screen than it should."
    HARD_TO_READ = Level.WARNING, "Sentences or words too long for a reader who is afraid."
    TITLE_IDEAS = Level.WARNING, "A title with more than one idea."
    NO_SAFE_ACTION = Level.WARNING, "A message that does not say what to do to be safe."
    ACTION_NOT_FIRST = Level.WARNING, "A message that does not begin with what to do."
    BLAME = Level.WARNING, "Words that blame the reader."
    PROMISE = Level.WARNING, "A promise that nobody can keep."
    SHOUTING = Level.WARNING, "Words in capitals, or several exclamation marks."

    def __init__(self, level: Level, about: str) -> None:
        self.slug = self.name.lower().replace("_", "-")
        self.level = level
        self.about = about
