"""Narration keeps only sentences that the given quotes bear out, and never stands in the way of the plain answer."""

import json
import logging
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hand import build, keep
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import Catalogue
from corpus.folder import Folder
from models.errors import BadSettings
from service.ask import answer_question
from service.library import Library
from service.narrator import check_sentence, narrate, split_sentences
from service.present import write_answer
from service.settings import Settings, load_settings

QUOTES = [
    "Det mangler kapital til nye fabrikker i hele fylket.",
    "Hver tredje finmekaniker går av innen 2032.",
]
ROWS = [(QUOTES[0], ["barrier"], ["finance"]), (QUOTES[1], ["barrier"], ["labour"])]
KEY = "sk-very-secret-0042"


@contextmanager
def serve(reply):
    """A server that speaks /v1/chat/completions; `reply(request)` gives (status, body or pieces)."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((self.path, dict(self.headers), body))
            status, pieces = reply(body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            try:
                for piece in [pieces] if isinstance(pieces, bytes) else pieces:
                    self.wfile.write(piece)
                    self.wfile.flush()
            except OSError:
                pass

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def speak(text):
    body = {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": "small",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }  # fmt: skip
    return lambda _request: (200, json.dumps(body).encode())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("data")
    keep(path, build("a", ["Viken"], ROWS, year=2024), build("b", ["Norrbotten"], ROWS[:1])).close()
    return Folder(path)


@contextmanager
def library(folder, **settings):
    held = Library(Settings(data=folder.root, **settings), Catalogue.open(folder), writes=False)
    try:
        yield held
    finally:
        held.close()


def ask(folder, question="Hvilke barrierer nevner Viken?", **settings):
    with library(folder, **settings) as held:
        return answer_question(held, question)


def test_without_an_address_nothing_is_told(folder):
    plain = ask(folder)
    assert plain["answered"] and "narration" not in plain


def test_only_sentences_that_quotes_bear_out_are_kept(folder):
    text = (
        "Viken mangler kapital til nye fabrikker [1]. Fylket er rikt. Alt er bra [99].\n"
        "- Én av tre finmekanikere går av innen 2032. [2]\n"
        "Hver fjerde går av innen 2041 [2]. De sier at «fylket mangler tomter» [1]."
        " «Det mangler kapital» sies det rett ut [1, 2]."
    )
    with serve(speak(text)) as (url, seen):
        record = ask(folder, narrator_url=url, narrator_model="small", narrator_key=KEY)
    told = record["narration"]
    assert [one["text"] for one in told["sentences"]] == [
        "Viken mangler kapital til nye fabrikker.",
        "Én av tre finmekanikere går av innen 2032.",
        "«Det mangler kapital» sies det rett ut.",
    ]
    assert (told["dropped"], told["error"], told["model"]) == (4, None, "small")
    assert all(one["citations"] and one["citations"][0]["quote"] in QUOTES for one in told["sentences"])
    assert {key: value for key, value in record.items() if key != "narration"} == ask(folder)
    path, headers, request = seen[0]
    assert path == "/v1/chat/completions" and headers["Authorization"] == f"Bearer {KEY}"
    assert request["model"] == "small" and [one["role"] for one in request["messages"]] == ["system", "user"]
    assert all(quote in request["messages"][1]["content"] for quote in QUOTES)
    assert "Told by small" in "\n".join(write_answer(record))


SLOW = 0.6


def drip(_request):
    def pieces():
        for _ in range(40):
            time.sleep(0.1)
            yield b" "

    return 200, pieces()


@pytest.mark.parametrize(
    "reply,error",
    [
        (lambda _: (500, b"oops"), "status 500"),
        (lambda _: (401, KEY.encode()), "status 401"),
        (lambda _: (200, b"<html>"), "no answer that can be read"),
        (lambda _: (200, b'{"choices": []}'), "no answer that can be read"),
        (lambda _: (200, b'{"choices": [{"message": {"content": 3}}]}'), "no answer that can be read"),
        (lambda _: (200, b"[" * 150_000), "no answer that can be read"),
        (lambda _: (200, b"x" * 300_000), "too long"),
        (lambda _: (200, b"\xff\xfe"), "no answer that can be read"),
        (drip, "too slow"),
    ],
)
def test_a_failing_or_slow_server_leaves_the_plain_answer(folder, reply, error):
    with serve(reply) as (url, _):
        start = time.monotonic()
        record = ask(folder, narrator_url=url, narrator_seconds=SLOW)
        assert time.monotonic() - start < 20 * SLOW
    told = record.pop("narration")
    assert (told["sentences"], told["error"]) == ([], error)
    assert record == ask(folder)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/v1", "http://[::bad/v1", "http://127.0.0.1:99999/v1"])
def test_an_address_that_nobody_answers_leaves_the_plain_answer(folder, url):
    record = ask(folder, narrator_url=url, narrator_seconds=SLOW)
    assert record["narration"]["error"] == "not reached" and record["answer"]
    assert "The narrator gave nothing" in "\n".join(write_answer(record))


def test_the_key_is_never_shown_or_logged(folder, caplog):
    settings = Settings(data=folder.root, narrator_key=KEY)
    assert KEY not in repr(settings) and KEY not in settings.model_dump_json()
    with caplog.at_level(logging.DEBUG), serve(lambda _: (500, b"")) as (url, _):
        record = ask(folder, narrator_url=url, narrator_key=KEY)
    assert KEY not in caplog.text and KEY not in json.dumps(record)


def test_settings_come_from_the_environment_and_are_checked(tmp_path, monkeypatch):
    monkeypatch.setenv("STRATEGI_NARRATOR_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("STRATEGI_NARRATOR_KEY", KEY)
    settings = load_settings(tmp_path)
    assert (
        settings.narrator_url == "http://127.0.0.1:1/v1" and settings.narrator_key.get_secret_value() == KEY
    )
    monkeypatch.setenv("STRATEGI_NARRATOR_URL", "file:///etc/passwd")
    with pytest.raises(BadSettings, match="narrator_url"):
        load_settings(tmp_path)


def test_a_question_that_is_refused_is_not_sent(folder):
    with serve(speak("Alt er bra [1].")) as (url, seen):
        record = ask(folder, "Hvilke barrierer nevner Nordland?", narrator_url=url)
    assert not record["answered"] and "narration" not in record and seen == []


def test_numbers_after_the_stop_belong_to_the_sentence_before():
    assert split_sentences("Ett. [1] To [2]! Tre\n[3]") == ["Ett [1].", "To [2]!", "Tre", "[3]"]
    assert check_sentence("[1]", QUOTES) == () and check_sentence("Ja [2][1].", QUOTES) == (2, 1)


@given(st.text(max_size=300))
def test_whatever_a_model_writes_is_answered(text):
    quotes = [{"quote": one} for one in QUOTES]
    for one in split_sentences(text):
        numbers = check_sentence(one, [quote["quote"] for quote in quotes])
        assert all(1 <= number <= len(quotes) for number in numbers)
    assert narrate(Settings(), text, [{"citations": []}]) is None
