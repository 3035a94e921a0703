"""What partners do on an ordinary day, as changes to the files of one region."""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from random import Random
from typing import Any

import yaml

from app.authoring.source_files import FACTS, TYPOLOGIES

# By path, what each file says.
Files = dict[str, Any]
# The files before and after an edit; None where the region has nothing of that kind.
Edited = tuple[Files, Files] | None
Edit = Callable[[Files, str, Random], Edited]

SHARED = {f"rules/{FACTS}.yaml", f"rules/{TYPOLOGIES}.yaml", "locales/languages.yaml"}
NEW = "ordinary-edit"


def of_region(files: Mapping[str, Any], region: str) -> Files:
    return {path: text for path, text in files.items() if path in SHARED or path.split("/")[1] == region}


def written(files: Files) -> dict[str, str]:
    return {path: _yaml(json.dumps(each, default=str)) for path, each in files.items()}


@cache
def _yaml(said: str) -> str:
    """Of JSON. Most files are the same before and after most edits."""
    return yaml.safe_dump(json.loads(said), sort_keys=False, allow_unicode=True, width=120)


def another_title(files: Files, region: str, chance: Random) -> Edited:
    after = deepcopy(files)
    messages = after[chance.choice(_texts(files, region))]["messages"]
    if len(messages) < 2:
        return None
    changed, other = chance.sample(sorted(messages), 2)
    messages[changed]["title"] = messages[other]["title"]
    return files, after


def another_threshold(files: Files, region: str, chance: Random) -> Edited:
    """A tenth lower, as a whole number where it was one."""
    after = deepcopy(files)
    found = [each for path in _rules(files, region) for each in _bounds(after[path].get("when", {}))]
    if not found:
        return None
    bounds, name = chance.choice(found)
    bounds[name] = round(bounds[name] * 0.9, 2) if isinstance(bounds[name], float) else bounds[name] * 9 // 10
    return files, after


def a_rule_switched_off(files: Files, region: str, chance: Random) -> Edited:
    after = deepcopy(files)
    after[chance.choice(_rules(files, region))]["enabled"] = False
    return files, after


def a_rule_deleted(files: Files, region: str, chance: Random) -> Edited:
    """With its texts, if no other rule shows them."""
    after = deepcopy(files)
    message = after.pop(chance.choice(_rules(files, region)))["message"]
    if message not in {after[path]["message"] for path in _rules(after, region)}:
        for path in _texts(files, region):
            del after[path]["messages"][message]
    return files, after


def a_rule_added(files: Files, region: str, chance: Random) -> Edited:
    """Like another one, for one asset, with texts of its own."""
    after = deepcopy(files)
    like = [path for path in _rules(files, region) if "asset" not in str(files[path].get("when", "asset"))]
    if not like:
        return None
    rule = deepcopy(files[chance.choice(like)])
    texts, rule["message"] = rule["message"], NEW
    rule["when"]["asset"] = "BTC"
    rule["priority"] = rule.get("priority", 0) + 1
    for example in rule["examples"]:
        example["given"]["asset"] = "BTC"
    after[f"rules/{region}/{NEW}.yaml"] = rule
    for path in _texts(files, region):
        after[path]["messages"][NEW] = deepcopy(after[path]["messages"][texts])
    return files, after


def a_language_added(files: Files, region: str, _: Random) -> Edited:
    """The region's last one, to the region without it."""
    *others, last = files[_region(region)]["languages"]
    if not others:
        return None
    before = deepcopy(files)
    before[_region(region)]["languages"] = others
    del before[f"locales/{region}/{last}.yaml"]
    return before, files


def a_region_added(files: Files, region: str, chance: Random) -> Edited:
    """With one rule and its texts."""
    only = chance.choice(_rules(files, region))
    after = {path: each for path, each in files.items() if path == only or path not in _rules(files, region)}
    for path in _texts(files, region):
        kept = after[path]["messages"][files[only]["message"]]
        after[path] = {**after[path], "messages": {files[only]["message"]: kept}}
    return {path: each for path, each in files.items() if path in SHARED}, after


def a_contact_read_again(files: Files, region: str, chance: Random) -> Edited:
    after = deepcopy(files)
    contacts = [each for each in after[_region(region)]["contacts"].values() if each["verified"]]
    if not contacts:
        return None
    chance.choice(contacts)["verified_at"] = "2026-11-19"
    return files, after


def a_paragraph_reworded(files: Files, region: str, chance: Random) -> Edited:
    """It loses its last sentence."""
    after = deepcopy(files)
    bodies = [each["body"] for path in _texts(files, region) for each in after[path]["messages"].values()]
    found = [(body, at, end) for body in bodies for at, text in enumerate(body) for end in _ends(text)[-1:]]
    if not found:
        return None
    body, at, end = chance.choice(found)
    body[at] = body[at][:end]
    return files, after


def a_variant_added(files: Files, region: str, chance: Random) -> Edited:
    """In every language, with the title of another message."""
    after = deepcopy(files)
    messages = sorted(after[_texts(files, region)[0]]["messages"])
    if len(messages) < 2:
        return None
    changed, other = chance.sample(messages, 2)
    for path in _texts(files, region):
        of_file = after[path]["messages"]
        of_file[changed].setdefault("variants", {})["z"] = {"title": of_file[other]["title"]}
    return files, after


def a_campaign_extended(files: Files, region: str, chance: Random) -> Edited:
    path = chance.choice(_rules(files, region))
    before, after = deepcopy(files), deepcopy(files)
    before[path]["active"] = {"from": "2026-11-01", "until": "2026-12-31"}
    after[path]["active"] = {"from": "2026-11-01", "until": "2027-02-28"}
    return before, after


EDITS: tuple[Edit, ...] = (
    another_title, another_threshold, a_rule_switched_off, a_rule_deleted, a_rule_added, a_language_added,
    a_region_added, a_contact_read_again, a_paragraph_reworded, a_variant_added, a_campaign_extended,
)  # fmt: skip


def _region(region: str) -> str:
    return f"rules/{region}/region.yaml"


def _rules(files: Files, region: str) -> list[str]:
    return sorted(path for path in files if path.startswith(f"rules/{region}/") and path != _region(region))


def _texts(files: Files, region: str) -> list[str]:
    return sorted(path for path in files if path.startswith(f"locales/{region}/"))


def _bounds(when: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Each bound of a range, as its mapping and the name in it."""
    if isinstance(when, list):
        for each in when:
            yield from _bounds(each)
    elif isinstance(when, dict):
        for name, value in when.items():
            if name in {"gte", "gt", "lt", "lte"}:
                yield when, name
            yield from _bounds(value)


def _ends(text: str) -> list[int]:
    """Where its sentences but the last end."""
    return [at + 1 for at, mark in enumerate(text[:-1]) if mark == "。" or text[at : at + 2] == ". "]
