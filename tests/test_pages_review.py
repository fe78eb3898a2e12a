"""Review and saved searches as pages without JavaScript: forms, names, undo, what is refused."""

import re

import pytest
from conftest import SAMPLES
from web import Tree, look

from models.finding import KINDS


def read_form(client, path):
    """The sentence shown, and the fields of its form as a browser would send them untouched."""
    page = look(client, path)
    fields = {"kinds": [], "themes": [], "actors": []}
    select = None
    for tag, named in page.tags:
        if tag == "input" and named.get("name") in fields and "checked" in named:
            fields[named["name"]].append(named["value"])
        elif tag == "input" and named.get("name") in ("finding", "last", "by", "note"):
            fields[named["name"]] = named.get("value", "")
        elif tag == "select":
            select = named["name"]
        elif tag == "option" and "selected" in named and select in ("themes", "focus_area"):
            chosen = named["value"]
            fields["focus_area"] = chosen if select == "focus_area" else fields.get("focus_area", "")
            fields["themes"] += [chosen] if select == "themes" else []
    return page, fields


def send(client, path, fields, action):
    return client.post(path, data=fields | {"action": action}, follow_redirects=False)


def log(client):
    return client.get("/api/v1/reviews").json()["reviews"]


def test_a_form_left_as_it_was_accepts_and_a_changed_one_changes(own):
    queue = own.get("/api/v1/reviews/queue", params={"limit": 3}).json()
    page, fields = read_form(own, "/review")
    first = queue["queue"][0]
    assert fields["finding"] == first["id"] and first["quote"] in page.text
    assert first["after"] in page.text and first["section"][-1] in page.text
    assert f"{queue['waiting']} sentences wait" in page.text
    assert (fields["kinds"], fields["themes"]) == (
        [kind for kind in KINDS if kind in first["labels"]], first["themes"],
    )  # fmt: skip
    answer = send(own, "/review", fields | {"by": " Kari  Ås "}, "keep")
    assert (answer.status_code, answer.headers["location"]) == (303, "/review?done=1")
    entry = log(own)[0]
    assert (entry["action"], entry["by"], entry["new"]) == ("accept", "Kari Ås", entry["old"])
    page, fields = read_form(own, "/review?done=1")
    assert "Kari Ås found it right." in page.text and fields["by"] == "Kari Ås"
    assert fields["finding"] == queue["queue"][1]["id"]
    fields |= {"kinds": ["strength"], "themes": ["skills"], "actors": ["county"], "note": "nei"}
    send(own, "/review", fields, "keep")
    entry = log(own)[0]
    assert (entry["action"], entry["new"]["labels"], entry["new"]["themes"]) == ("change", ["strength"], [])
    assert entry["note"] == "nei"
    send(own, "/review", read_form(own, "/review")[1], "reject")
    assert log(own)[0]["new"]["labels"] == []
    answer = send(own, "/review", {"number": "2"}, "undo")
    assert answer.headers["location"] == "/review"
    assert log(own)[0]["undoes"] == 2
    assert read_form(own, "/review")[1]["finding"] == queue["queue"][1]["id"]


def test_next_goes_on_and_the_choice_is_kept(own):
    queue = own.get("/api/v1/reviews/queue?kind=barrier&document=kvernmark.pdf&limit=3").json()["queue"]
    page, fields = read_form(own, "/review?kind=barrier&document=kvernmark.pdf")
    assert fields["finding"] == queue[0]["id"]
    onward = "/review?document=kvernmark.pdf&kind=barrier&skip=1"
    assert onward in page.links
    assert read_form(own, onward)[1]["finding"] == queue[1]["id"]
    answer = send(own, onward, read_form(own, onward)[1] | {"by": "Kari"}, "reject")
    assert answer.headers["location"] == f"{onward}&done=1"
    assert read_form(own, onward)[1]["finding"] == queue[2]["id"]
    assert "Nothing waits" in look(own, "/review?document=kvernmark.pdf&skip=99999").text


def test_who_judges_says_a_name_first(own):
    finding = own.get("/api/v1/findings?kind=barrier").json()["findings"][0]["id"]
    asked = own.post("/review?back=/read/kvernmark.pdf", data={"finding": finding, "action": "accept"})
    page = Tree(asked.text)
    assert "Who are you?" in page.text and log(own) == []
    hidden = {
        named["name"]: named["value"]
        for tag, named in page.tags
        if tag == "input" and named.get("type") == "hidden"
    }
    action = next(
        named["action"] for tag, named in page.tags if tag == "form" and named.get("method") == "post"
    )
    answer = own.post(action, data=hidden | {"by": "Kari"}, follow_redirects=False)
    assert answer.headers["location"] == "/read/kvernmark.pdf" and log(own)[0]["by"] == "Kari"
    assert own.post("/review", data={"finding": finding, "action": "accept"}, follow_redirects=False).headers[
        "location"
    ]
    assert log(own)[0]["by"] == "Kari"


def test_the_reader_judges_in_place_and_comes_back(own):
    one = own.get("/api/v1/findings?document=kvernmark.pdf&kind=barrier").json()["findings"][0]
    path = f"/read/kvernmark.pdf?page={one['pages'][0]['index']}"
    page = look(own, path)
    form = next(link for link in page.links if link.startswith("/review?back=") and one["id"] in link)
    answer = own.post(
        form, data={"finding": one["id"], "action": "reject", "by": "Ola"}, follow_redirects=False
    )
    assert answer.headers["location"].startswith("/read/kvernmark.pdf?page=")
    back = look(own, answer.headers["location"])
    assert "Rejected by Ola" in back.text and one["quote"] in back.text
    own.post(form, data={"number": "1", "action": "undo"})
    assert "Rejected by Ola" not in look(own, path).text


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_a_way_back_leads_only_to_the_reader(own, back):
    finding = own.get("/api/v1/findings?kind=barrier").json()["findings"][0]["id"]
    data = {"finding": finding, "action": "accept", "by": "Kari"}
    answer = own.post("/review", params={"back": back}, data=data, follow_redirects=False)
    assert answer.headers["location"] == "/review?done=1"


def test_a_form_that_somebody_overtook_is_shown_anew(own):
    _, fields = read_form(own, "/review")
    own.post("/api/v1/reviews", json={"findings": [fields["finding"]], "action": "reject", "by": "Ola"})
    answer = send(own, "/review", fields | {"by": "Kari"}, "keep")
    assert answer.status_code == 409 and "Someone else has judged" in Tree(answer.text).text
    assert "Rejected by Ola" in Tree(answer.text).text and len(log(own)) == 1


@pytest.mark.parametrize(
    "change, told",
    [
        ({"kinds": ["nonsense"]}, "no kind"),
        ({"by": "x" * 99}, "at most 80"),
        ({"note": "x" * 3000}, "not be kept"),
    ],
)
def test_a_refused_form_keeps_its_sentence(own, change, told):
    _, fields = read_form(own, "/review?skip=2")
    answer = send(own, "/review?skip=2", fields | {"by": "Kari"} | change, "keep")
    page = Tree(answer.text)
    assert answer.status_code == 422 and told in page.text and log(own) == []
    hidden = [named["value"] for tag, named in page.tags if named.get("name") == "finding"]
    assert hidden == [fields["finding"]]


def test_a_second_opinion_is_given_blindly_and_measured(own):
    queue = own.get("/api/v1/reviews/queue", params={"limit": 2}).json()["queue"]
    for one in queue:
        act = {"findings": [one["id"]], "action": "change", "kinds": ["strength"], "by": "Ola"}
        assert own.post("/api/v1/reviews", json=act).status_code == 201
    assert "Your name" in look(own, "/review?second=1").text
    named = own.post("/review?second=1", data={"action": "name", "by": "Kari"}, follow_redirects=False)
    assert named.headers["location"] == "/review?second=1"
    page, fields = read_form(own, "/review?second=1")
    assert "Ola" not in page.text
    assert fields["kinds"] == [kind for kind in KINDS if kind in queue[0]["labels"]]
    send(own, "/review?second=1", fields, "keep")
    assert sorted(log(own)[0]["new"]["labels"]) == sorted(queue[0]["labels"])
    page = look(own, "/review/log?one=Kari&other=Ola")
    assert "1 sentence was judged by both." in page.text and "Kappa" in page.text
    assert "Nobody called" in look(own, "/review/log?one=Kari&other=Per", 404).text


def test_the_log_says_who_and_when_and_undoes(own):
    finding = own.get("/api/v1/findings?kind=barrier").json()["findings"][0]
    own.post("/api/v1/reviews", json={"findings": [finding["id"]], "action": "reject", "by": "Kari"})
    page = look(own, "/review/log")
    assert "Kari" in page.text and finding["quote"] in page.text
    stamp = log(own)[0]["at"]
    assert ("time", {"class": "soft", "datetime": stamp}) in page.tags
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", page.text)
    own.post("/review", data={"action": "undo", "number": "1", "by": "Kari"})
    assert "undone" in look(own, "/review/log").text
    refused = own.post("/review", data={"action": "undo", "number": "1", "by": "Kari"})
    assert refused.status_code == 422 and "could not be kept" in Tree(refused.text).text


@pytest.mark.parametrize(
    "path",
    ["/review?kind=nonsense", "/review?document=none", "/review?finding=x", "/review/log?document=none"],
)
def test_addresses_that_lead_nowhere_say_so(client, path):
    answer = client.get(path)
    assert answer.status_code in (404, 422) and not Tree(answer.text).open


@pytest.mark.parametrize(
    "path", ["/review?skip=-1", "/review?skip=x", "/review?done=x", "/review/log?before=x"]
)
def test_odd_numbers_in_addresses_are_passed_over(client, path):
    look(client, path)


def test_foreign_pages_cannot_judge(client):
    finding = client.get("/api/v1/findings?kind=barrier").json()["findings"][0]["id"]
    data = {"finding": finding, "action": "accept", "by": "Kari"}
    for path in ("/review", "/saved?q=folk"):
        assert client.post(path, data=data, headers={"Origin": "https://evil.example"}).status_code == 403


def test_a_search_is_saved_and_tells_what_is_new(own):
    own.delete("/api/v1/documents/kvernmark.pdf")
    link = next(link for link in look(own, "/?q=mangel+folk&kind=barrier").links if link.startswith("/saved"))
    page = look(own, link)
    assert ("input", {"id": "name", "name": "name", "value": "mangel folk", "maxlength": "100", "required": None}) in [
        (tag, named) for tag, named in page.tags
    ]  # fmt: skip
    form = next(named["action"] for tag, named in page.tags if named.get("method") == "post")
    assert own.post(form, data={"name": "Folk"}, follow_redirects=False).headers["location"] == "/saved"
    assert "nothing new" in look(own, "/saved").text
    own.post("/saved?kind=barrier&kind=measure", data={"name": "Alt"})
    content = (SAMPLES / "kvernmark.pdf").read_bytes()
    job = own.post("/api/v1/documents", files={"file": ("kvernmark.pdf", content)}).json()["jobs"][0]["id"]
    with own.stream("GET", f"/api/v1/jobs/{job}/events") as stream:
        assert list(stream.iter_lines())
    page = look(own, "/saved")
    assert " new " in page.text and "Show all" in page.text
    assert "/?q=mangel+folk&kind=barrier" in page.links
    identity = next(link for link in page.links if link.startswith("/saved?all=")).partition("=")[2]
    assert len(look(own, f"/saved?all={identity}").text) > len(page.text)
    own.post(f"/saved/{identity}/seen")
    own.post("/saved/Folk/delete")
    page = look(own, "/saved")
    assert "nothing new" in page.text and "Folk" not in page.text
    assert own.post("/saved/nothing/seen").status_code == 404
    assert own.post("/saved", data={"name": "Tom"}).status_code == 422
