"""The question page shows how a question was understood, and answers anew when that is set right."""

from web import look

from service.pages_ask import SHOWN
from service.question import OPERATIONS

QUESTION = "/ask?q=Hvilke+barrierer+nevner+Kvernmark%3F"


def values(page, name, kind):
    return [
        named["value"]
        for tag, named in page.tags
        if tag == "input" and named.get("name") == name and named.get("type") == kind and "checked" in named
    ]


def test_what_was_understood_is_ticked_and_can_be_changed(client):
    page = look(client, QUESTION)
    assert values(page, "region", "checkbox") == ["Kvernmark"]
    assert values(page, "kind", "checkbox") == ["barrier"] and values(page, "operation", "radio") == ["list"]
    assert "Kvernmark: barrierer" in page.text

    changed = look(client, f"{QUESTION}&set=1&region=Klitsyssel&kind=measure&theme=skills&operation=list")
    assert values(changed, "region", "checkbox") == ["Klitsyssel"]
    assert values(changed, "theme", "checkbox") == ["skills"]
    assert "Klitsyssel: tiltak" in changed.text and "Kvernmark: barrierer" not in changed.text
    assert QUESTION.replace("+", "%20") in changed.links


def test_the_same_choices_give_the_same_answer(client):
    for question in (QUESTION, "/ask?q=Which+measures+does+Kvernmark+lack+that+Klitsyssel+has%3F"):
        page = look(client, question)
        ticked = [("region", one) for one in values(page, "region", "checkbox")]
        ticked += [("kind", one) for one in values(page, "kind", "checkbox")]
        ticked += [("operation", one) for one in values(page, "operation", "radio")]
        again = client.get(question + "&set=1" + "".join(f"&{name}={value}" for name, value in ticked)).text
        first = client.get(question).text
        assert (
            first.partition("<ol class")[2]
            and first.partition("<ol class")[2] == again.partition("<ol class")[2]
        )


def test_a_question_that_goes_to_search_can_be_made_a_comparison(client):
    asked = "/ask?q=Hva+sies+om+hydrogenferger"
    shared = look(client, f"{asked}&set=1&region=Kvernmark&region=Klitsyssel&kind=barrier&operation=shared")
    assert any(link.startswith("/compare?region=Kvernmark&region=Klitsyssel") for link in shared.links)


def test_every_operation_is_offered():
    assert sorted(SHOWN) == sorted(OPERATIONS)


def test_choices_that_do_not_exist_are_refused_with_a_sentence(client):
    page = look(client, f"{QUESTION}&set=1&region=Nix", 404)
    assert "No region is called “Nix”" in page.text
    assert "There is no kind “nix”" in look(client, f"{QUESTION}&set=1&kind=nix", 422).text
    assert look(client, f"{QUESTION}&set=1&operation=nix").ids


def test_an_operation_that_is_none_is_as_if_not_set(client):
    for odd in ("%00", "%3Cscript%3E", "search%20", "0"):
        assert "cannot be looked for" in look(client, f"/ask?q=x&set=1&operation={odd}", 422).text
        assert look(client, f"{QUESTION}&set=1&region=Kvernmark&operation={odd}").tags
