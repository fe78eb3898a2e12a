"""Reviews and saved searches over HTTP: the same acts as on the command line, the same refusals."""

import io

import pytest
from conftest import SAMPLES


def get(client, path, status=200, **params):
    answer = client.get(f"/api/v1{path}", params=params)
    assert answer.status_code == status, answer.text
    return answer.json()


def post(client, path, status=201, **body):
    answer = client.post(f"/api/v1{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture
def finding(own):
    return get(own, "/findings", region="Kvernmark", kind="barrier")["findings"][0]


def test_an_act_reaches_every_answer_and_can_be_undone(own, finding):
    before = get(own, "/findings", document="kvernmark.pdf", all=True)
    area = next(one["name"] for one in get(own, "/focus-areas", document="kvernmark.pdf")["focus_areas"])
    made = post(
        own, "/reviews", findings=[finding["id"]], action="change", by="Kari", kinds=["measure"], themes=["data"],
        actors=["state"], focus_area=area, note="Står som krav",
    )["reviews"][0]  # fmt: skip
    assert (made["old"]["labels"], made["new"]["labels"], made["stands"]) == (["barrier"], ["measure"], True)
    now = get(own, "/findings", document="kvernmark.pdf", kind="measure", theme="data")["findings"]
    one = next(one for one in now if one["id"] == finding["id"])
    assert (one["labeller"], one["reviewed"]["by"], one["focus_area"]) == ("Kari", "Kari", area)
    hits = get(own, "/search", q=finding["quote"], document="kvernmark.pdf", kind="measure")["hits"]
    assert "measure" in next(hit["labels"] for hit in hits if finding["quote"] in hit["text"])
    cells = get(own, "/compare", region=["Kvernmark", "Tjärnland"], kind="measure", theme="data")["measures"]
    cited = cells["themes"][0]["cells"]["Kvernmark"]["citations"]
    assert finding["id"] in [one["finding"] for one in cited]
    undone = post(own, f"/reviews/{made['number']}/undo", by="Ola")["reviews"][0]
    assert (undone["action"], undone["undoes"], undone["by"]) == ("undo", made["number"], "Ola")
    assert get(own, "/findings", document="kvernmark.pdf", all=True) == before
    log = get(own, "/reviews", document="kvernmark.pdf")
    assert [one["stands"] for one in log["reviews"]] == [True, False]
    assert log["reviewers"] == {"Kari": 1, "Ola": 1}
    assert get(own, "/reviews", by="Ola")["reviews"] == log["reviews"][:1]
    assert get(own, "/reviews", before=2)["reviews"] == log["reviews"][1:]


def test_an_export_says_whose_word_it_is(own, finding):
    post(own, "/reviews", findings=[finding["id"]], action="accept", by="Kari")
    query = {"region": "Kvernmark", "kind": "barrier", "comparison": False, "format": "json"}
    rows = own.get("/api/v1/export", params=query).json()["rows"]
    assert {row["id"]: row["labeller"] for row in rows}[finding["id"]] == "Kari"


def test_the_queue_goes_down_as_sentences_are_judged(own):
    queue = get(own, "/reviews/queue", limit=5)
    doubts = [one["doubt"] for one in queue["queue"]]
    assert doubts == sorted(doubts, reverse=True) and queue["waiting"] > 100
    ids = [one["id"] for one in queue["queue"]]
    assert get(own, "/reviews/queue", limit=2, first=3)["queue"] == queue["queue"][3:]
    post(own, "/reviews", findings=ids[:2], action="accept", by="Kari")
    rest = get(own, "/reviews/queue", limit=3)
    assert [one["id"] for one in rest["queue"]] == ids[2:] and rest["waiting"] == queue["waiting"] - 2
    second = get(own, "/reviews/queue", by="Ola", second=True)
    assert {one["id"] for one in second["queue"]} == set(ids[:2])
    few = get(own, "/reviews/queue", region="Kvernmark", kind="barrier")
    assert 0 < few["waiting"] < rest["waiting"]
    assert all(one["region"] == "Kvernmark" for one in few["queue"])


def test_two_reviewers_are_compared(own):
    ids = [one["id"] for one in get(own, "/reviews/queue", limit=6)["queue"]]
    post(own, "/reviews", findings=ids, action="change", kinds=["barrier"], by="Kari")
    post(own, "/reviews", findings=ids[:3], action="change", kinds=["barrier"], by="Ola")
    post(own, "/reviews", findings=ids[3:], action="reject", by="Ola")
    made = get(own, "/reviews/agreement", reviewer=["Kari", "Ola"])
    assert (made["n"], made["same"], made["kinds"]["barrier"]["kappa"]) == (6, 0.5, 0.0)
    assert get(own, "/reviews/agreement", 404, reviewer=["Kari", "Olla"])["nearest"] == ["Ola"]
    assert get(own, "/reviews/agreement", 422, reviewer=["Kari"])["code"] == "bad_request"


@pytest.mark.parametrize(
    "body, status, code",
    [
        ({"action": "accept"}, 422, "bad_review"),
        ({"action": "accept", "by": "Kari", "findings": ["000000000000"]}, 404, "unknown_finding"),
        ({"action": "explode", "by": "Kari"}, 422, "bad_request"),
        ({"action": "accept", "by": "Kari", "findings": []}, 422, "bad_review"),
        ({"action": "accept", "by": "Kari", "extra": 1}, 422, "bad_request"),
        ({"action": "change", "by": "Kari", "kinds": ["barier"]}, 422, "unknown_kind"),
        ({"action": "change", "by": "Kari", "themes": ["skil"]}, 422, "unknown_theme"),
        ({"action": "change", "by": "Kari", "focus_area": "\x00"}, 422, "unknown_focus_area"),
        ({"action": "change", "by": "Kari", "kinds": ["measure"], "actors": ["x"]}, 422, "unknown_actor"),
        ({"action": "change", "by": "Kari"}, 422, "bad_review"),
        ({"action": "accept", "by": "x" * 5000}, 422, "bad_review"),
    ],
)
def test_what_cannot_be_said_is_a_problem_document(client, body, status, code):
    first = get(client, "/findings", kind="barrier")["findings"][0]["id"]
    problem = post(client, "/reviews", status, **({"findings": [first]} | body))
    assert (problem["code"], problem["status"]) == (code, status)
    assert get(client, "/reviews")["reviews"] == []


def test_entries_that_are_not_there_and_foreign_pages_are_refused(client):
    assert post(client, "/reviews/999/undo", 404, by="Kari")["code"] == "unknown_review"
    assert post(client, "/reviews/%00/undo", 404, by="Kari")["code"] == "unknown_finding"
    assert post(client, "/reviews/1/undo", 422)["code"] == "bad_review"
    answer = client.post(
        "/api/v1/reviews",
        json={"findings": ["a"], "action": "accept"},
        headers={"Origin": "https://evil.example"},
    )
    assert answer.status_code == 403


def test_a_saved_search_says_what_came_since(own):
    content = (SAMPLES / "kvernmark.pdf").read_bytes()
    own.delete("/api/v1/documents/kvernmark.pdf")
    words = own.post("/api/v1/searches", params={"name": " Folk  ", "q": "mangel på folk med realfag"})
    assert words.status_code == 201 and words.json()["name"] == "Folk"
    own.post("/api/v1/searches", params={"name": "Hindre", "kind": "barrier", "region": "Tjärnland"})
    own.post("/api/v1/searches", params={"name": "Alle hindre", "kind": "barrier"})

    def news():
        return {one["name"]: one["new"] for one in get(own, "/searches")["searches"]}

    assert news() == {"Alle hindre": 0, "Folk": 0, "Hindre": 0}
    upload = {"file": ("kvernmark.pdf", io.BytesIO(content), "application/pdf")}
    job = own.post("/api/v1/documents", files=upload, data={"region": "Kvernmark"}).json()["jobs"][0]
    with own.stream("GET", f"/api/v1/jobs/{job['id']}/events") as stream:
        assert list(stream.iter_lines())
    counts = news()
    assert counts["Folk"] > 0 and counts["Alle hindre"] > 5 and counts["Hindre"] == 0
    found = get(own, "/searches/folk/new")
    assert len(found["hits"]) == counts["Folk"]
    assert {hit["document"] for hit in found["hits"]} == set(found["documents"])
    listed = get(own, "/searches/Alle hindre/new")["findings"]
    assert all("barrier" in one["labels"] for one in listed)
    assert news() == counts
    seen = own.post(f"/api/v1/searches/{words.json()['id']}/seen")
    assert seen.status_code == 201
    assert news() == counts | {"Folk": 0}
    assert own.delete("/api/v1/searches/Folk").json() == {"removed": "Folk"}
    assert "Folk" not in news()


@pytest.mark.parametrize(
    "params, status, code",
    [
        ({"name": "x"}, 422, "bad_query"),
        ({"name": "x", "q": "?!"}, 422, "bad_query"),
        ({"name": " \x00 ", "q": "folk"}, 422, "bad_query"),
        ({"name": "x" * 101, "q": "folk"}, 422, "bad_query"),
        ({"name": "x", "q": "folk", "region": "Kvernmrk"}, 404, "unknown_region"),
    ],
)
def test_searches_that_cannot_be_saved_are_refused(client, params, status, code):
    answer = client.post("/api/v1/searches", params=params)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_names_of_searches_are_kept_once_and_found_again(own):
    hostile = "<script>alert(1)</script> & 'x'"
    assert own.post("/api/v1/searches", params={"name": hostile, "q": "folk"}).json()["name"] == hostile
    assert own.post("/api/v1/searches", params={"name": hostile.upper(), "q": "x"}).status_code == 422
    assert get(own, "/searches/nothing/new", 404)["nearest"] == [hostile]
