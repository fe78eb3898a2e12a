"""The full-text index: SQLite FTS5 in the catalogue's own file and transaction.

Two tables without content of their own (`lexical` with places, for phrases and prefixes;
`lexical_terms` without, for ranking), keyed by `segments.id`. What stood in a row is
analysed again from the document when the row is taken out. Measured on 1,657 paragraphs
of 615 characters: terms with places 3,906 bytes per row, in columns by frequency 3,021,
without places 1,374; so how often a term stands in a row is written as a mark on the term.

Only words made by `corpus.grams` reach FTS5, each in quotes: a query has no syntax.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection

from corpus import schema
from corpus.grams import analyse, canonical, count_terms, find_surfaces, split_words
from models.document import Section, section_path

VERSION = 1
"""Of the analysis: rows written by another one cannot be taken out, so they are made again."""
_TOKENS = """tokenize="unicode61 remove_diacritics 0 tokenchars '_='\""""
_TABLES = {
    "lexical": f"fts5(path, words, content='', {_TOKENS})",
    "lexical_terms": f"fts5(terms, content='', detail=none, {_TOKENS})",
    "lexical_postings": "fts5vocab('lexical_terms', 'instance')",
    "lexical_words": "fts5vocab('lexical', 'row')",
}
_KEPT = {
    "lexical_version": "(number INTEGER NOT NULL)",
    "lexical_forms": "(word TEXT, language TEXT, forms TEXT NOT NULL, PRIMARY KEY (word, language))"
    " WITHOUT ROWID",
}
_MARKS = (("", 1, 1.0), ("_2", 2, 2.5), ("_4", 4, 5.0))
"""Mark on a term, from how many occurrences, and the number that it is read as."""
_NUMBERS = tuple(max(n for n, one in enumerate(_MARKS) if one[1] <= max(times, 1)) for times in range(5))
"""A mark's number by number of occurrences; the last for all above."""
_MARKED = tuple(_MARKS[number][0] for number in _NUMBERS)
"""The mark itself; to look through `_MARKS` for each term took a third of indexing."""
COUNTS = tuple(number for _, _, number in _MARKS)
"""What the marks are read as, in their order."""
_ADD = "INSERT INTO lexical(rowid, path, words) VALUES (:id, :path, :words)"
_ADD_TERMS = "INSERT INTO lexical_terms(rowid, terms) VALUES (:id, :terms)"
_TAKE = "INSERT INTO lexical(lexical, rowid, path, words) VALUES ('delete', :id, :path, :words)"
_TAKE_TERMS = "INSERT INTO lexical_terms(lexical_terms, rowid, terms) VALUES ('delete', :id, :terms)"


Forms = dict[str, tuple[str, ...]]
"""Lemma and compound parts by word as spelt."""


class Row(NamedTuple):
    """A segment to index: its row id, text, section path and language."""

    id: int
    text: str
    path: tuple[str, ...]
    language: str


class Postings(NamedTuple):
    """Where a term stands: segment ids (int64, ascending) and about how often (float32)."""

    ids: np.ndarray
    counts: np.ndarray


def prepare(connection: Connection) -> None:
    """Make the index if it is not there, and make it again if an older analysis made it."""
    if _held_version(connection) == VERSION:
        return
    _create(connection)
    if sa.inspect(connection).has_table("segments"):
        _fill(connection)


def add(connection: Connection, rows: Sequence[Row]) -> None:
    """Index segments; `learn_words` beforehand makes it quick."""
    _write(connection, rows, _learn_forms(connection, rows), _ADD, _ADD_TERMS)


def learn_words(texts: Iterable[tuple[str, str]]) -> None:
    """Analyse the words of (text, language) while there is time, so that `add` finds it remembered."""
    for text, language in texts:
        for word in dict.fromkeys(find_surfaces(text)):
            analyse(word, language)


def remove(connection: Connection, ids: Sequence[int]) -> None:
    """Take segments out of the index; they and their document must still be in the catalogue."""
    table = schema.segments
    for at in range(0, len(ids), schema.AT_ONCE):
        query = sa.select(table).where(table.c.id.in_(ids[at : at + schema.AT_ONCE]))
        rows = list(_read_rows(connection, query))
        words = _words_by_language(rows)
        forms = {language: read_forms(connection, some, language) for language, some in words.items()}
        _write(connection, rows, forms, _TAKE, _TAKE_TERMS)
        _forget_words(connection, words)


def matches(connection: Connection) -> bool:
    """Return whether the index has a row for every segment and no other."""
    wanted = set(connection.scalars(sa.select(schema.segments.c.id)))
    for table in ("lexical", "lexical_terms"):
        held = list(connection.scalars(sa.text(f"SELECT rowid FROM {table}")))
        if len(held) != len(wanted) or set(held) != wanted:
            return False
    return True


def rebuild(connection: Connection) -> None:
    """Make the whole index again from the catalogue."""
    _create(connection)
    _fill(connection)


def read_postings(connection: Connection, term: str) -> Postings:
    """Return the segments that hold a term of `corpus.grams`."""
    marked = {term + mark: number for mark, _, number in _MARKS}
    query = sa.text(
        "SELECT term, group_concat(doc) FROM lexical_postings"
        " WHERE term >= :low AND term <= :high GROUP BY term"
    )
    found = connection.execute(query, {"low": term, "high": term + _MARKS[-1][0]})
    parts = [
        (np.fromstring(ids, dtype=np.int64, sep=","), marked[name]) for name, ids in found if name in marked
    ]
    if not parts:
        return Postings(np.zeros(0, np.int64), np.zeros(0, np.float32))
    ids = np.concatenate([ids for ids, _ in parts])
    counts = np.concatenate([np.full(len(ids), number, np.float32) for ids, number in parts])
    order = np.argsort(ids)
    return Postings(ids[order], counts[order])


def read_all_postings(connection: Connection) -> tuple[list[str], np.ndarray, Postings]:
    """Return every term, and of each of all postings its term's number; 0.5 s for 2,300 segments.

    Postings are in order of term and id.
    """
    query = "SELECT term, group_concat(doc), count(*) FROM lexical_postings GROUP BY term"
    found = connection.exec_driver_sql(query).all()
    marks = {mark: number for mark, _, number in _MARKS if mark}
    numbers: dict[str, int] = {}
    owners, counts = [], []
    for name, _, _ in found:
        count = marks.get(name[-2:], 1.0)
        owners.append(numbers.setdefault(name if count == 1.0 else name[:-2], len(numbers)))
        counts.append(count)
    sizes = [size for _, _, size in found]
    ids = np.fromstring(",".join(row for _, row, _ in found), dtype=np.int64, sep=",")
    slots = np.repeat(np.array(owners, dtype=np.int64), sizes)
    order = np.lexsort((ids, slots))
    postings = Postings(ids[order], np.repeat(np.array(counts, dtype=np.float32), sizes)[order])
    return list(numbers), slots[order], postings


def iterate_postings(connection: Connection) -> Iterator[tuple[str, int, np.ndarray]]:
    """Give each term with a mark (an index of `COUNTS`) and the ids of its segments, in the index's own order.

    Term by term, so memory stays small; 14 million postings take 13 s. The driver is asked without
    SQLAlchemy: a catalogue has a hundred thousand terms, most of which stand once.
    """
    marks = {name: number for number, (name, _, _) in enumerate(_MARKS) if name}
    view = (
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.lexical_{0} USING fts5vocab('main', 'lexical_terms', '{0}')"
    )
    for kind in ("row", "instance"):
        connection.exec_driver_sql(view.format(kind))
    names = connection.exec_driver_sql("SELECT term FROM temp.lexical_row").scalars().all()
    query = "SELECT group_concat(doc) FROM temp.lexical_instance WHERE term = ?"
    cursor = connection.connection.cursor()
    for name in names:
        ids = cursor.execute(query, (name,)).fetchone()[0] or ""
        mark = marks.get(name[-2:], 0)
        yield name[:-2] if mark else name, mark, np.sort(np.fromstring(ids, dtype=np.int64, sep=","))
    cursor.close()
    for kind in ("row", "instance"):
        connection.exec_driver_sql(f"DROP TABLE temp.lexical_{kind}")


def read_words(connection: Connection) -> dict[str, int]:
    """Return in how many segments each canonical word stands."""
    return {word: count for word, count in connection.exec_driver_sql("SELECT term, doc FROM lexical_words")}


def read_all_forms(connection: Connection) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return lemma and compound parts of every word as spelt, by word and language."""
    rows = connection.exec_driver_sql("SELECT word, language, forms FROM lexical_forms")
    return {(word, language): tuple(forms.split()) for word, language, forms in rows}


def count_word(connection: Connection, word: str) -> int:
    """Return in how many segments a canonical word stands."""
    query = sa.text("SELECT doc FROM lexical_words WHERE term = :word")
    return int(connection.scalar(query, {"word": word}) or 0)


def find_phrase(connection: Connection, words: Sequence[str]) -> np.ndarray:
    """Return the ids (ascending) of segments with these canonical words next to each other, in order."""
    return _find(connection, '"' + " ".join(words) + '"')


def find_prefix(connection: Connection, start: str) -> np.ndarray:
    """Return the ids (ascending) of segments with a word that starts with canonical letters."""
    return _find(connection, f'"{start}"*')


def expand_prefix(connection: Connection, start: str, limit: int) -> list[str]:
    """Return words of the index that start with canonical letters, the most frequent first."""
    query = sa.text(
        "SELECT term FROM lexical_words WHERE term >= :low AND term < :high"
        " ORDER BY doc DESC, term LIMIT :limit"
    )
    return list(connection.scalars(query, {"low": start, "high": start + "\U0010ffff", "limit": limit}))


def _find(connection: Connection, pattern: str) -> np.ndarray:
    query = sa.text("SELECT rowid FROM lexical WHERE lexical MATCH :pattern ORDER BY rowid")
    return np.array(connection.scalars(query, {"pattern": pattern}).all(), dtype=np.int64)


def _held_version(connection: Connection) -> int | None:
    known = "SELECT 1 FROM sqlite_master WHERE name = 'lexical_version'"
    if connection.scalar(sa.text(known)) is None:
        return None
    return connection.scalar(sa.text("SELECT number FROM lexical_version"))


def _create(connection: Connection) -> None:
    for name in reversed(_TABLES):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    for name in _KEPT:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    for name, shape in _TABLES.items():
        connection.exec_driver_sql(f"CREATE VIRTUAL TABLE {name} USING {shape}")
    for name, columns in _KEPT.items():
        connection.exec_driver_sql(f"CREATE TABLE {name} {columns}")
    connection.exec_driver_sql(f"INSERT INTO lexical_version VALUES ({VERSION})")


def _fill(connection: Connection) -> None:
    documents = connection.scalars(sa.select(schema.documents.c.id).order_by(schema.documents.c.id)).all()
    for document in documents:
        add(connection, list(iterate_rows(connection, document)))


def read_forms(connection: Connection, words: Iterable[str], language: str) -> Forms:
    """Return lemma and compound parts of words as spelt, of those that a text in this language has.

    The dictionaries take seconds to open; a query asks what was found out when texts were indexed.
    """
    query = sa.text(
        "SELECT word, forms FROM lexical_forms WHERE word IN :words AND language = :language"
    ).bindparams(sa.bindparam("words", expanding=True))
    asked = list(words)
    found: Forms = {}
    for at in range(0, len(asked), schema.AT_ONCE):
        values = {"words": asked[at : at + schema.AT_ONCE], "language": language}
        found |= {word: tuple(forms.split()) for word, forms in connection.execute(query, values)}
    return found


def _learn_forms(connection: Connection, rows: Sequence[Row]) -> dict[str, Forms]:
    """Return the forms of all words by language; those that were not kept yet are analysed and kept."""
    forms = {}
    insert = sa.text("INSERT INTO lexical_forms VALUES (:word, :language, :forms)")
    for language, words in _words_by_language(rows).items():
        known = read_forms(connection, words, language)
        new = [word for word in words if word not in known]
        if new:
            found = {word: " ".join(analyse(word, language)) for word in new}
            values = [{"word": word, "language": language, "forms": some} for word, some in found.items()]
            connection.execute(insert, values)
            known |= {word: tuple(some.split()) for word, some in found.items()}
        forms[language] = known
    return forms


def _forget_words(connection: Connection, by_language: Mapping[str, Sequence[str]]) -> None:
    """Drop what is kept of words that no text has any more."""
    delete = sa.text("DELETE FROM lexical_forms WHERE word = :word AND language = :language")
    for language, words in by_language.items():
        gone = [
            {"word": word, "language": language}
            for word in words
            if not count_word(connection, canonical(word))
        ]
        if gone:
            connection.execute(delete, gone)


def _words_by_language(rows: Sequence[Row]) -> dict[str, list[str]]:
    words: dict[str, dict[str, None]] = {}
    for row in rows:
        words.setdefault(row.language, {}).update(dict.fromkeys(find_surfaces(_all_text(row))))
    return {language: list(found) for language, found in words.items()}


def _write(
    connection: Connection, rows: Sequence[Row], forms: Mapping[str, Forms], words_sql: str, terms_sql: str
) -> None:
    if not rows:
        return
    shown, terms = [], []
    for row in rows:
        path = " ".join(split_words("\n".join(row.path)))
        shown.append({"id": row.id, "path": path, "words": " ".join(split_words(row.text))})
        counts = count_terms(_all_text(row), forms[row.language])
        marked = " ".join([term + _MARKED[min(times, len(_MARKED) - 1)] for term, times in counts.items()])
        terms.append({"id": row.id, "terms": marked})
    connection.execute(sa.text(words_sql), shown)
    connection.execute(sa.text(terms_sql), terms)


def _all_text(row: Row) -> str:
    return "\n".join((*row.path, row.text))


def iterate_rows(connection: Connection, document: str) -> Iterator[Row]:
    """Give a document's segments in order, as they were indexed."""
    yield from _read_rows(
        connection, sa.select(schema.segments).where(schema.segments.c.document == document)
    )


def mark_times(times: int) -> int:
    """Return the mark, an index of `COUNTS`, of a term that stands so often."""
    return _NUMBERS[min(times, len(_NUMBERS) - 1)]


def _read_rows(connection: Connection, query: sa.Select[tuple[object, ...]]) -> Iterator[Row]:
    """Give the segments of a query as they were indexed."""
    found = connection.execute(query.order_by(schema.segments.c.document, schema.segments.c.ordinal)).all()
    for document, group in groupby(found, key=lambda row: row.document):
        text = (
            connection.scalar(sa.select(schema.documents.c.text).where(schema.documents.c.id == document))
            or ""
        )
        sections = _read_sections(connection, str(document))
        for row in group:
            path = section_path(sections, row.section)
            yield Row(row.id, text[row.start : row.end], path, row.language)


def _read_sections(connection: Connection, document: str) -> tuple[Section, ...]:
    table = schema.sections
    query = sa.select(table).where(table.c.document == document).order_by(table.c.ordinal)
    return tuple(
        Section(title=row.title, number=row.number, level=row.level, parent=row.parent, block=row.block)
        for row in connection.execute(query)
    )
