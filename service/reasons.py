"""Reasons of a comparison in the reader's language.

`service/align.py` says in English why focus areas are shared or a region's own. What it says is
taken apart here and said anew; a reason of another make is left to be shown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from models.domains import load_domains
from service.texts import load_texts

ALIKE = "Alike in what their sentences say."
_ALONE = "No area of the others speaks of it."
_NEAREST = re.compile(r"The nearest, (?P<name>.+) \((?P<region>[^()]+)\): ?(?P<rest>.*)", re.DOTALL)


def translate_reason(reason: str, language: str, regions: Sequence[str]) -> str | None:
    """Return a reason in a language of the page, None where it is none that is known.

    `regions` are the compared ones, as the reason names them.
    """
    if reason == ALIKE:
        return _say(language, "alike")
    return _say_shared(reason, language, regions) or _say_own(reason, language)


def _say_shared(reason: str, language: str, regions: Sequence[str]) -> str | None:
    found = re.fullmatch(rf"(Both|All) are about ({_labels()}): (.*)", reason, re.DOTALL)
    if not found:
        return None
    rest = found[3]
    for region in regions:
        rest = _rename(rest, region, language)
    return _say(language, found[1].lower(), what=_name(found[2], language), rest=rest)


def _rename(told: str, region: str, language: str) -> str:
    """Say "Region by words" and "Region also labels" in another language."""

    def say_also(found: re.Match[str]) -> str:
        return _say(language, "also", region=region, what=_name(found[1], language))

    named = rf"(?<![^\s;.:]){re.escape(region)}"
    by = _say(language, "by", region=region)
    told = re.sub(rf"{named} by ", lambda _: f"{by} ", told)
    return re.sub(rf"{named} also ({_labels()})", say_also, told)


def _say_own(reason: str, language: str) -> str | None:
    """Say what a region's own area is about, and what the nearest one is."""
    found = re.fullmatch(rf"(?:About ({_labels()})\. ?)?(.*)", reason, re.DOTALL)
    if not found or not reason:
        return None
    told = [_say(language, "about", what=_name(found[1], language))] if found[1] else []
    if found[2] == _ALONE:
        return " ".join([*told, _say(language, "alone")])
    nearest = _NEAREST.fullmatch(found[2])
    if not nearest:
        return " ".join(told) if told and not found[2] else None
    other = re.fullmatch(rf"(?:About ({_labels()})\.)?", nearest["rest"])
    if not other:
        return None
    about = _say(language, "about", what=_name(other[1], language)) if other[1] else ""
    names = {"name": nearest["name"], "region": nearest["region"]}
    return " ".join([*told, _say(language, "nearest", **names, rest=about)]).rstrip()


@cache
def _labels() -> str:
    """Return a pattern for one English label of a domain or several joined by "and"; it captures nothing."""
    names = sorted((one.label("en") for one in load_domains()), key=len, reverse=True)
    one = f"(?:{'|'.join(map(re.escape, names))})"
    return f"{one}(?: and {one})*"


def _name(labels: str, language: str) -> str:
    """Return English labels of domains in another language."""
    known = {one.label("en"): one.label(language) for one in load_domains()}
    pattern = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    found = [known[one] for one in re.findall(pattern, labels)]
    return _say(language, "and").join(found)


def _say(language: str, key: str, /, **values: str) -> str:
    return load_texts(language)[f"reasons.{key}"].format(**values)
