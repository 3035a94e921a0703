"""Translations that a change redoes together with their source, although they still name an earlier one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath

from pydantic import ValidationError

from app.authoring.problem import Problem
from app.authoring.problem_codes import Code
from app.authoring.text_file import MessageForm
from app.authoring.translation_state import text_hash
from app.authoring.yaml_reader import read
from app.checks.translation_origins import TO_TRANSLATE


@dataclass(frozen=True, slots=True)
class TextsOfChange:
    """The files of both sides, by path; `old_path` names those that moved."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    old_path: Mapping[str, str]

    def both_changed(self, problem: Problem) -> bool:
        """Whether the change has new words for a translation that is behind, and for its source."""
        if problem.code != Code.TRANSLATION_BEHIND.slug:
            return False
        name = str(problem.where[1])
        message = _message(self.after, problem.path, name)
        if message is None or message.from_ is None:
            return False
        source = PurePosixPath(problem.path).with_name(f"{message.from_.language}.yaml").as_posix()
        return self._new_words(problem.path, name) and self._new_words(source, name)

    def translated_anew(self, accepted: Problem) -> bool:
        """Whether the change has new words for a translation whose delay is accepted."""
        behind = accepted.code == Code.TRANSLATION_BEHIND.slug
        return behind and self._new_words(accepted.path, str(accepted.where[1]))

    def _new_words(self, path: str, name: str) -> bool:
        old, new = _message(self.before, self.old_path.get(path, path), name), _message(self.after, path, name)
        return old is not None and new is not None and text_hash(old) != text_hash(new)


def to_compare(problem: Problem) -> Problem:
    """The same with a hint for an author who may have done the work already."""
    line = str(problem.hint).removeprefix(TO_TRANSLATE)
    return replace(problem, hint=f"this text changed too; if it agrees with its source, put here: {line}")


def _message(texts: Mapping[str, str], path: str, name: str) -> MessageForm | None:
    try:
        return MessageForm.model_validate(_messages(path, texts.get(path, "")).get(name))
    except ValidationError:
        return None


@lru_cache(maxsize=64)
def _messages(path: str, text: str) -> Mapping[str, object]:
    data = read(path, text.encode()).data
    messages = data.get("messages") if isinstance(data, dict) else None
    return messages if isinstance(messages, dict) else {}
