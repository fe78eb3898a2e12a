"""The HTTP API: the contract's shapes, errors as problem documents, uploads from file to hit."""

import io
import json

import pytest
from conftest import SAMPLES

LISTED = {"id", "file", "title", "regions", "year", "languages", "pages", "segments", "sha256", "ingested_at"}
FOUND = {
    "id",
    "document",
    "region",
    "labels",
    "kinds",
    "themes",
    "actors",
    "focus_area",
    "section",
    "pages",
    "quote",
}
HIT = {
    "rank",
    "score",
    "document",
    "title",
    "region",
    "year",
    "language",
    "section",
    "pages",
    "quote",
    "text",
    "why",
}


def get(client, path, **params):
    answer = client.get(f"/api/v1{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refuse(client, path, status, code, **params):
    answer = client.get(f"/api/v1{path}", params=params)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == code and problem["status"] == status and problem["detail"]
    assert str(client.app.state.library.catalogue.folder.root) not in answer.text
    return problem


def test_documents_have_the_shape_of_the_contract(client):
    rows = get(client, "/documents")["documents"]
    assert {row["file"] for row in rows} == {path.name for path in SAMPLES.glob("*.pdf")}
    assert all(LISTED <= set(row) for row in rows)
    details = get(client, f"/documents/{rows[0]['id']}")
    assert details["sections"] and set(details["findings"]) >= {"barrier", "measure"}
    outline = get(client, f"/documents/{rows[0]['id']}/outline")
    assert len(outline["pages"]) == rows[0]["pages"] and outline["blocks"][0]["page"] == 1


def test_a_document_s_file_comes_back_byte_for_byte(client):
    answer = client.get("/api/v1/documents/kvernmark.pdf/file")
    assert answer.content == (SAMPLES / "kvernmark.pdf").read_bytes()
    assert answer.headers["content-type"] == "application/pdf"


def test_findings_are_filtered_and_their_quotes_stand_on_their_pages(client):
    found = get(client, "/findings", region="Kvernmark", kind="barrier")["findings"]
    assert found and all(FOUND <= set(one) for one in found)
    assert all(one["region"] == "Kvernmark" and "barrier" in one["labels"] for one in found)
    outline = get(client, f"/documents/{found[0]['document']}/outline")
    by_page = {page["index"]: "" for page in outline["pages"]}
    for block in outline["blocks"]:
        for part in block["parts"]:
            by_page[part["page"]] += " " + part["text"]
    for one in found:
        shown = " ".join(by_page[page["index"]] for page in one["pages"])
        assert "".join(one["quote"].split()) in "".join(shown.split())
    every = get(client, "/findings", region="Kvernmark", all=True)["findings"]
    assert len(every) > len(get(client, "/findings", region="Kvernmark")["findings"])


def test_focus_areas_and_regions_are_listed(client):
    areas = get(client, "/focus-areas", region="Kvernmark")["focus_areas"]
    assert areas and {"id", "name", "region", "document", "pages", "quote", "barriers"} <= set(areas[0])
    regions = get(client, "/regions")["regions"]
    assert [row["region"] for row in regions] == [
        "Breidfjordane",
        "Klitsyssel",
        "Kvernmark",
        "Strathmorran",
        "Tjärnland",
    ]
    assert all(row["coverage"]["pages"] > 0 for row in regions)


def test_search_answers_with_hits_and_why(client):
    answer = get(client, "/search", q="mangel på folk", limit=5)
    assert answer["query"] == "mangel på folk" and 0 < len(answer["hits"]) <= 5
    assert all(HIT <= set(hit) for hit in answer["hits"])
    assert [hit["rank"] for hit in answer["hits"]] == list(range(1, len(answer["hits"]) + 1))
    narrow = get(client, "/search", q="mangel på folk", region="Kvernmark")
    assert {hit["region"] for hit in narrow["hits"]} == {"Kvernmark"}


def test_a_comparison_has_a_cell_for_every_region(client):
    made = get(client, "/compare", region=["Kvernmark", "Klitsyssel"])
    assert made["regions"] == ["Kvernmark", "Klitsyssel"]
    for row in made["barriers"]["themes"]:
        assert set(row["cells"]) == {"Kvernmark", "Klitsyssel"}
        assert all(cell["status"] in ("found", "not_found", "unknown") for cell in row["cells"].values())
    assert get(client, "/compare", region=["Kvernmark", "Klitsyssel"]) == made


def test_a_question_is_answered_with_citations(client):
    answer = get(client, "/ask", q="Hvilke barrierer nevner Kvernmark?")
    assert answer["understood"]["regions"] == ["Kvernmark"] and answer["understood"]["kinds"] == ["barrier"]
    assert answer["answered"] and all(part["citations"] for part in answer["answer"])


STARTS = {
    "json": b"{",
    "csv": b"\xef\xbb\xbf",
    "xlsx": b"PK",
    "docx": b"PK",
    "qdpx": b"PK",
    "svg": b"<?xml",
    "png": b"\x89PNG",
}


@pytest.mark.parametrize("format, start", STARTS.items())
def test_a_comparison_comes_as_a_file(client, format, start):
    query = {"region": ["Kvernmark", "Tjärnland"], "format": format}
    answer = client.get("/api/v1/export", params=query)
    assert answer.status_code == 200 and answer.content.startswith(start) and len(answer.content) > 500
    assert format in answer.headers["content-disposition"]
    assert client.get("/api/v1/export", params=query).content == answer.content


def test_findings_come_as_a_file_narrowed_as_asked(client):
    query = {"comparison": False, "region": "Kvernmark", "kind": "barrier", "format": "json"}
    record = get(client, "/export", **query)
    found = get(client, "/findings", region="Kvernmark", kind="barrier")["findings"]
    assert [row["quote"] for row in record["rows"]] == [one["quote"] for one in found]
    assert record["manifest"]["filters"] == {
        "findings": len(found),
        "regions": ["Kvernmark"],
        "kinds": ["barrier"],
    }


def test_a_comparison_is_narrowed_by_area_theme_and_parts(client):
    names = ["Kvernmark", "Tjärnland"]
    whole = get(client, "/compare", region=names)
    inside = get(client, "/compare", region=names, focus_area="Energilagring og fleksibilitet")
    assert inside["focus_area"] == "Energilagring og fleksibilitet"

    def count(made):
        return sum(cell["count"] for row in made["barriers"]["themes"] for cell in row["cells"].values())

    assert 0 < count(inside) < count(whole)
    narrow = get(client, "/compare", region=names, theme=["skills"], include_parts=True)
    assert [row["theme"] for row in narrow["measures"]["themes"]] == ["skills"]
    refuse(client, "/compare", 422, "unknown_theme", region=names, theme="weather")
    refuse(client, "/compare", 422, "bad_comparison", region=names, focus_area="helikopterzz")


def test_documents_are_compared_under_labels(client):
    made = get(client, "/compare", document=["kvernmark.pdf", "tjarnland.pdf"], kind="barrier")
    assert made["regions"] == ["Kvernmark 2024", "Tjärnland 2022"] and made["changes"] is None
    assert all(set(row["cells"]) == set(made["regions"]) for row in made["barriers"]["themes"])
    refuse(client, "/compare", 422, "bad_comparison", document=["kvernmark.pdf", "kvernmark"])
    refuse(client, "/compare", 422, "bad_comparison", document=["kvernmark.pdf"], region=["Tjärnland"])
    refuse(client, "/compare", 404, "unknown_document", document=["kvernmark.pdf", "none.pdf"])


def test_a_project_of_findings_comes_as_a_file(client):
    query = {"comparison": False, "region": "Kvernmark", "format": "qdpx"}
    answer = client.get("/api/v1/export", params=query)
    assert answer.status_code == 200 and answer.content.startswith(b"PK")
    refuse(client, "/export", 422, "bad_query", comparison=False, region=["Kvernmark"], format="png")


def test_unknown_names_are_refused_with_the_nearest(client):
    assert "kvernmark.pdf" in refuse(client, "/documents/kvernmrk.pdf", 404, "unknown_document")["nearest"]
    assert (
        "Kvernmark" in refuse(client, "/search", 404, "unknown_region", q="a", region="Kvernmrk")["nearest"]
    )
    assert "barrier" in refuse(client, "/findings", 422, "unknown_kind", kind="barier")["nearest"]
    assert "skills" in refuse(client, "/findings", 422, "unknown_theme", theme="skill")["nearest"]
    refuse(client, "/jobs/nothing", 404, "unknown_job")
    refuse(client, "/jobs/nothing/events", 404, "unknown_job")
    refuse(client, "/export", 422, "bad_comparison", region=["Kvernmark"])
    refuse(client, "/export", 422, "bad_request", region=["Kvernmark", "Klitsyssel"], format="exe")


@pytest.mark.parametrize("path", ["/search", "/ask"])
@pytest.mark.parametrize(
    "q", ["", "   ", "?!", "\x00", '"', "*", "a" * 20_000, "' OR 1=1 --", "NEAR(a b)", "\ud7ff🙂"]
)
def test_hostile_queries_end_in_an_answer_or_a_problem(client, path, q):
    answer = client.get(f"/api/v1{path}", params={"q": q})
    assert answer.status_code in (200, 422)
    if answer.status_code == 422:
        assert answer.json()["detail"]


def test_wrong_addresses_and_methods_are_problem_documents(client):
    for method, path, status in (("GET", "/api/v1/nothing", 404), ("PUT", "/api/v1/documents", 405)):
        answer = client.request(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    refuse(client, "/search", 422, "bad_request")
    refuse(client, "/search", 422, "bad_request", q="a", limit=0)
    refuse(client, "/search", 422, "bad_query", q="a", year_from=2025, year_to=2020)


def test_every_route_is_described_with_an_example(client):
    described = client.get("/openapi.json").json()
    assert len(described["paths"]) >= 13
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            status = next(one for one in operation["responses"] if one.startswith("2"))
            contents = operation["responses"][status]["content"]
            assert all("example" in one for one in contents.values()), (method, path)
            assert operation["description"] and "404" in operation["responses"]


def test_the_examples_have_the_fields_of_the_answers(client):
    described = client.get("/openapi.json").json()["paths"]

    def example(path):
        return described[path]["get"]["responses"]["200"]["content"]["application/json"]["example"]

    assert set(get(client, "/documents")["documents"][0]) == set(example("/api/v1/documents")["documents"][0])
    assert set(get(client, "/findings")["findings"][0]) == set(example("/api/v1/findings")["findings"][0])
    assert set(get(client, "/focus-areas")["focus_areas"][0]) == set(
        example("/api/v1/focus-areas")["focus_areas"][0]
    )
    assert set(get(client, "/search", q="folk")["hits"][0]) == set(example("/api/v1/search")["hits"][0])


def test_health_and_metrics_answer(client):
    assert client.get("/healthz").text == "ok\n"
    ready = client.get("/readyz").json()
    assert ready["ready"] is True and ready["generation"] >= 5
    client.get("/api/v1/documents/kvernmark.pdf")
    assert 'route="/api/v1/documents/{name}",method="GET",status="200"' in client.get("/metrics").text


def test_foreign_hosts_and_origins_are_refused(client):
    assert client.get("/api/v1/documents", headers={"Host": "evil.example"}).status_code == 403
    for origin in ("https://evil.example", "null"):
        answer = client.delete("/api/v1/documents/kvernmark.pdf", headers={"Origin": origin})
        assert answer.status_code == 403
    answer = client.get("/api/v1/documents")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_region_added_to_the_folder_is_known_to_a_running_service(own):
    from models.registry import add_region

    refuse(own, "/compare", 404, "unknown_region", region=["Storfylket", "Kvernmark"])
    assert "Akershus" in {row["region"] for row in get(own, "/regions", all=True)["regions"]}
    folder = own.app.state.library.catalogue.folder.taxonomy
    add_region(folder, {"name": "Kvernmark"})
    add_region(folder, {"name": "Solmark", "aliases": ["Storfylket"], "successors": ["Kvernmark"]})
    made = get(own, "/compare", region=["Storfylket", "Tjärnland"], include_parts=True)
    assert made["included"] == {"Solmark": ["Kvernmark"]}


def upload(client, name, content, **fields):
    return client.post(
        "/api/v1/documents", files=[("file", (name, io.BytesIO(content), "application/pdf"))], data=fields
    )


def follow(client, job):
    """The records of a job's event stream, until it is done."""
    records = []
    with client.stream("GET", f"/api/v1/jobs/{job}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("data: "):
                records.append(json.loads(line[6:]))
    return records


def test_an_upload_is_followed_until_it_can_be_searched(own):
    content = (SAMPLES / "kvernmark.pdf").read_bytes()
    assert own.delete("/api/v1/documents/kvernmark.pdf").status_code == 200
    assert "Kvernmark" not in {row["region"] for row in get(own, "/regions")["regions"]}
    taken = upload(own, "../../ny strategi.pdf", content, region="Kvernmark")
    assert taken.status_code == 202
    job = taken.json()["jobs"][0]
    assert job["file"] == "ny strategi.pdf"
    records = follow(own, job["id"])
    assert records[-1]["state"] == "done" and records[-1]["report"]["outcome"] == "added"
    assert {record["state"] for record in records} <= {"waiting", "running", "done"}
    assert get(own, f"/jobs/{job['id']}") == records[-1] and get(own, "/jobs")["jobs"][0] == records[-1]
    hits = get(own, "/search", q="mangel på folk med realfag", region="Kvernmark")["hits"]
    assert "realfag" in hits[0]["quote"] and hits[0]["document"] == records[-1]["report"]["document"]
    again = upload(own, "kvernmark.pdf", content).json()["jobs"][0]["id"]
    assert follow(own, again)[-1]["report"]["outcome"] == "unchanged"
    assert not list((own.app.state.library.catalogue.folder.root / "uploads").iterdir())


def test_a_damaged_upload_fails_alone(own):
    jobs = [upload(own, "broken.pdf", b"%PDF-1.7\nnothing more").json()["jobs"][0]["id"]]
    jobs.append(
        upload(own, "kvernmark.pdf", (SAMPLES / "kvernmark.pdf").read_bytes()).json()["jobs"][0]["id"]
    )
    outcomes = [follow(own, job)[-1]["report"] for job in jobs]
    assert [one["outcome"] for one in outcomes] == ["failed", "unchanged"]
    assert outcomes[0]["error"]["message"] and outcomes[0]["path"] == "broken.pdf"


@pytest.mark.parametrize(
    "name, content, status, code",
    [
        ("page.html", b"<html>", 415, "not_pdf"),
        ("empty.pdf", b"", 415, "not_pdf"),
        ("big.pdf", b"%PDF-1.7" + b"\0" * 1_100_000, 413, "too_large"),
        ("huge.pdf", b"%PDF-1.7" + b"\0" * 2_200_000, 413, "too_large"),
    ],
)
def test_what_is_no_pdf_or_too_large_is_refused_before_it_is_stored(own, name, content, status, code):
    answer = upload(own, name, content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    folder = own.app.state.library.catalogue.folder
    assert not list((folder.root / "uploads").iterdir()) and len(list(folder.files.iterdir())) == 5
    assert get(own, "/jobs")["jobs"] == []


def test_one_bad_file_among_several_keeps_none(own):
    files = [("file", ("a.pdf", b"%PDF-1.7 a")), ("file", ("b.txt", b"text"))]
    assert own.post("/api/v1/documents", files=files).status_code == 415
    assert not list((own.app.state.library.catalogue.folder.root / "uploads").iterdir())


def test_a_body_without_a_length_is_broken_off(own):
    def endless():
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7'
        for _ in range(64):
            yield b"\0" * 65_536

    answer = own.post(
        "/api/v1/documents", content=endless(), headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert answer.status_code >= 400
    assert not list((own.app.state.library.catalogue.folder.root / "uploads").iterdir())


def test_corrections_and_deletion_reach_what_is_read(own):
    corrected = own.patch(
        "/api/v1/documents/kvernmark.pdf", json={"regions": ["Nyland"], "title": "<b>Ny</b>", "year": 2030}
    )
    assert corrected.status_code == 200 and corrected.json()["sources"]["regions"] == "option"
    assert {one["region"] for one in get(own, "/findings", region="Nyland")["findings"]} == {"Nyland"}
    assert own.patch("/api/v1/documents/kvernmark.pdf", json={"year": 3}).status_code == 422
    removed = own.delete("/api/v1/documents/kvernmark.pdf").json()["removed"]
    refuse(own, f"/documents/{removed}", 404, "unknown_document")
    assert all(hit["document"] != removed for hit in get(own, "/search", q="realfag")["hits"])
