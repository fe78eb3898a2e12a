"""Clips leave the service with a citation that is true now, or without their quote."""

import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import BadQuery
from service.clips import CHANGED, COLUMNS, GONE, LONGEST, MOST, read_clips

QUOTE = "Behandlingstiden for å få utlevert data til utprøving er i snitt 14 måneder."
CLIP = {"document": "kvernmark.pdf", "page": 5, "quote": QUOTE, "note": "Se også Klitsyssel"}


def export(client, clips, format="json", status=200):
    answer = client.post("/clips/export", data={"clips": json.dumps(clips), "format": format})
    assert answer.status_code == status, answer.text[:500]
    return answer


def test_a_clip_is_cited_from_the_document_not_from_what_the_browser_says(client):
    claimed = CLIP | {"about": "Atlantis, page 99", "page": 99, "title": "Another", "region": "Atlantis"}
    (row,) = export(client, [claimed]).json()["rows"]
    assert set(row) == set(COLUMNS)
    assert (row["quote"], row["region"], row["page"], row["year"]) == (QUOTE, "Kvernmark", 5, 2024)
    assert row["source"] == "Kvernmark, Smart spesialisering i Kvernmark 2024–2030 (2024), p. 5"
    assert row["note"] == CLIP["note"] and row["language"] == "nb"
    assert client.get(row["link"]).status_code == 200


def test_what_does_not_stand_there_any_more_is_left_out_and_said(client):
    clips = [CLIP | {"quote": "Aldri skrevet."}, CLIP | {"document": "0123456789ab"}, CLIP]
    first, second, third = export(client, clips).json()["rows"]
    assert (first["quote"], first["source"], first["note"]) == (None, CHANGED, CLIP["note"])
    assert (second["quote"], second["source"]) == (None, GONE)
    assert third["quote"] == QUOTE and [first["number"], third["number"]] == [1, 3]


def test_order_and_notes_stand_in_every_format(client):
    clips = [CLIP | {"note": "=HYPERLINK(1)"}, CLIP | {"note": "to\nlinjer æøå"}]
    told = export(client, clips, "csv")
    assert told.headers["content-disposition"] == 'attachment; filename="clips.csv"'
    text = told.content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text and text.index("HYPERLINK") < text.index("to\nlinjer æøå")
    report = zipfile.ZipFile(io.BytesIO(export(client, clips, "docx").content)).read("word/document.xml")
    assert QUOTE in report.decode() and "p. 5" in report.decode()
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(export(client, clips, "xlsx").content)).namelist()
    assert export(client, clips, "docx").content == export(client, clips, "docx").content


@pytest.mark.parametrize(
    "clips",
    [[], {}, "x", [1], [{"document": "a"}], [CLIP | {"quote": " "}], [CLIP | {"page": float("inf")}]],
)
def test_what_are_no_clips_is_refused(client, clips):
    export(client, clips, status=422)


def test_a_note_that_is_no_text_does_no_harm(client):
    hostile = "half \ud800 \x00 \x1f <w:t>"
    clips = [CLIP | {"note": hostile}, CLIP | {"quote": hostile}, CLIP | {"document": hostile}]
    for format in ("json", "csv", "xlsx", "docx"):
        assert export(client, clips, format).content


def test_too_many_and_too_long_are_refused():
    with pytest.raises(BadQuery):
        read_clips(json.dumps([CLIP] * (MOST + 1)))
    with pytest.raises(BadQuery):
        read_clips(json.dumps([CLIP | {"note": "x" * (LONGEST + 1)}]))
    assert len(read_clips(json.dumps([CLIP] * MOST))) == MOST


@given(st.text(max_size=300))
def test_any_text_is_clips_or_refused(text):
    with pytest.raises(BadQuery):
        read_clips(text)


def test_only_the_page_itself_may_ask_for_an_export(client):
    data = {"clips": json.dumps([CLIP]), "format": "json"}
    assert (
        client.post("/clips/export", data=data, headers={"Origin": "https://evil.example"}).status_code == 403
    )
