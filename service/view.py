"""How a page is made: templates, the reader's language, links that keep what was asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from models.document import ANALYSED
from models.errors import StrategyError
from models.finding import Citation, Hit, PageRef
from models.taxonomy import Taxonomy
from service.marking import mark_terms
from service.texts import SPOKEN, choose_language, load_texts

YEAR_SECONDS = 365 * 24 * 3600
"""How long the choice of language and colours is remembered."""
QUOTE_CHARS = 600
"""Characters of a quote that a link carries; enough to find the place, short enough for any server."""
Refs = Sequence[PageRef | Mapping[str, Any]]


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates; every value is escaped unless it is Markup."""
    made = Environment(
        loader=PackageLoader("service", "web/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        static=static_path, mark=mark_terms, read_link=read_link, languages=SPOKEN, analysed=ANALYSED
    )
    return made


@lru_cache(maxsize=64)
def static_path(name: str) -> str:
    """Return the address of a file of the page, which changes with its bytes."""
    data = (files("service") / "web" / "static" / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(data).hexdigest()[:10]}"


def read_link(cited: Citation | Hit | Mapping[str, Any]) -> str:
    """Return the address in the reader of a quote: document, page and the finding or the quote itself."""
    record = cited if isinstance(cited, Mapping) else cited.model_dump(mode="json")
    pages = record.get("pages") or ({"index": 1},)
    query: dict[str, Any] = {"page": pages[0]["index"]}
    if record.get("finding"):
        query["finding"] = record["finding"]
    else:
        query["quote"] = record.get("quote", "")[:QUOTE_CHARS]
    return f"/read/{quote(record['document'], safe='')}?{urlencode(query)}"


class View:
    """One request's page: its language, its texts, its links."""

    def __init__(self, request: Request, taxonomy: Taxonomy | None = None) -> None:
        self.request = request
        asked, kept = request.query_params.get("lang"), request.cookies.get("lang")
        self.language = choose_language((asked, kept), request.headers.get("accept-language", ""))
        colours = request.cookies.get("colours")
        self.colours = colours if colours in ("light", "dark") else ""
        self._asked = asked if asked in SPOKEN else None
        self._taxonomy = taxonomy

    def text(self, name: str, /, **values: Any) -> str:
        """Return a text of the page; names that do not exist are a fault that a test finds."""
        return load_texts(self.language)[name].format(**values)

    def count(self, name: str, number: int, /, **values: Any) -> str:
        """Return a text with a number: `name_one` for one, `name_many` otherwise."""
        return self.text(f"{name}_{'one' if number == 1 else 'many'}", n=self.number(number), **values)

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number as the language writes it."""
        written = f"{value:,.{digits}f}"
        if self.language == "en":
            return written
        return written.translate(str.maketrans(",.", "\u00a0,"))

    def share(self, value: float) -> str:
        """Return per cent as the language writes it."""
        return f"{self.number(value)}{'' if self.language == 'en' else chr(0xA0)}%"

    def pages(self, refs: Refs) -> str:
        """Return "page 5 (printed 3)" or "pages 5–6 (printed iii–iv)"; the index is the PDF's, from 1."""
        rows = [ref if isinstance(ref, Mapping) else ref.model_dump() for ref in refs]
        if not rows:
            return ""
        first, last = rows[0], rows[-1]
        one = first["index"] == last["index"]
        told = self.text("page.one", page=first["index"])
        if not one:
            told = self.text("page.many", first=first["index"], last=last["index"])
        labels = [row["label"] for row in (first, last)]
        if all(labels) and [str(row["index"]) for row in (first, last)] != labels:
            span = labels[0] if one else f"{labels[0]}–{labels[1]}"
            told += f" ({self.text('page.printed', label=span)})"
        return told

    def theme(self, name: str) -> str:
        """Return a theme's label."""
        terms = self._taxonomy.themes if self._taxonomy else ()
        label = next((term.label(self.language) for term in terms if term.id == name), name)
        return label[:1].upper() + label[1:]

    def join_themes(self, names: Iterable[str]) -> str:
        """Return themes' labels with commas between them."""
        return ", ".join(map(self.theme, names))

    def kind(self, name: str) -> str:
        """Return a kind's label."""
        return load_texts(self.language).get(f"kinds.{name}", name)

    def named(self, table: str, name: str, otherwise: str | None = None) -> str:
        """Return a name from a table of the texts; `otherwise`, or the name itself, where the table has none."""
        return load_texts(self.language).get(f"{table}.{name}", name if otherwise is None else otherwise)

    def join(self, table: str, names: Iterable[str]) -> str:
        """Return names from a table of the texts, with commas between them."""
        return ", ".join(self.named(table, name) for name in names)

    def explain(self, error: StrategyError) -> str:
        """Return what an error says to a reader of the page; errors without words of ours say their own."""
        told = load_texts(self.language).get(f"explain.{error.code}")
        return told.format(subject=error.subject or "") if told else error.message

    def link(self, **changes: Any) -> str:
        """Return this page's address with some parameters changed; None drops one."""
        kept = [(key, value) for key, value in self.request.query_params.multi_items() if key not in changes]
        for key, value in changes.items():
            values = value if isinstance(value, list | tuple) else [value]
            kept += [(key, one) for one in values if one is not None]
        query = urlencode([(key, value) for key, value in kept if value != ""])
        return f"{self.request.url.path}?{query}" if query else self.request.url.path

    def render(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """Return the page, and remember a language that was just chosen."""
        names = {"v": self, "t": self.text, "n": self.count, "address": self.request.url.path}
        body = environment().get_template(template).render(**names, **context)
        answer = HTMLResponse(body, status_code=status, headers={"Vary": "Accept-Language, Cookie"})
        if self._asked:
            answer.set_cookie("lang", self._asked, max_age=YEAR_SECONDS, samesite="lax", httponly=True)
        return answer
