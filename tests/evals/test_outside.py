"""An outside judge: three words are verdicts, everything else is an error."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from evals.errors import JudgeError
from evals.outside import OutsideJudge, label_in, prompt_for
from qa.errors import VerifierError
from qa.evidence import evidence_from_text

EVIDENCE = evidence_from_text("The mill at Norbury burned in May. Nobody was hurt.")


class Server:
    """A server in the OpenAI shape that says what it was told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.reply = "supported"
        self.status = 200
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.keys.append(self.headers.get("Authorization"))
                outer.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(outer.status)
                self.end_headers()
                if outer.status != 200:
                    self.wfile.write(b'{"error": {"message": "overloaded"}}')
                    return
                for piece in (outer.reply[:4], outer.reply[4:]):
                    event = json.dumps({"choices": [{"delta": {"content": piece}}]})
                    self.wfile.write(f"data: {event}\n\n".encode())
                self.wfile.write(b"data: [DONE]\n\n")

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def judge(server: Server) -> Iterator[OutsideJudge]:
    with OutsideJudge(f"{server.url}#checker", api_key="secret") as made:
        yield made


@pytest.mark.parametrize("reply", ["supported", "Supported.", "**supported**\n", " SUPPORTED "])
def test_the_word_supported_is_a_verdict_without_a_probability(server: Server, judge: OutsideJudge, reply: str) -> None:
    server.reply = reply
    verdict = judge.verify("The mill burned.", EVIDENCE)
    assert (verdict.label, verdict.probability) == ("supported", None)


@pytest.mark.parametrize(
    ("reply", "label"),
    [("contradicted", "contradicted"), ("not_enough", "not_enough"), ("Not enough", "not_enough")],
)
def test_the_other_two_words_are_verdicts_with_a_reason(
    server: Server, judge: OutsideJudge, reply: str, label: str
) -> None:
    server.reply = reply
    verdict = judge.verify("The mill stands.", EVIDENCE)
    assert (verdict.label, verdict.reason) == (label, "the outside judge says so")


@pytest.mark.parametrize("reply", ["", "unsupported", "yes", "supported or contradicted", "The claim is supported"])
def test_any_other_answer_is_an_error_and_no_score(server: Server, judge: OutsideJudge, reply: str) -> None:
    server.reply = reply
    with pytest.raises(VerifierError, match="expected one of supported, contradicted, not_enough"):
        judge.verify("The mill burned.", EVIDENCE)


def test_a_server_that_refuses_is_an_error_with_its_words(server: Server, judge: OutsideJudge) -> None:
    server.status = 500
    with pytest.raises(VerifierError, match=r"gave no verdict: .*status 500: overloaded"):
        judge.verify("The mill burned.", EVIDENCE)


def test_a_server_that_is_not_there_is_an_error(server: Server) -> None:
    url = server.url
    server.close()
    with OutsideJudge(f"{url}#checker") as judge:
        with pytest.raises(VerifierError, match="cannot be reached"):
            judge.verify("The mill burned.", EVIDENCE)


def test_without_evidence_nothing_is_asked(server: Server, judge: OutsideJudge) -> None:
    assert judge.verify("The mill burned.", []).label == "uncited"
    assert server.asked == []


def test_the_server_is_asked_for_one_word_without_sampling(server: Server, judge: OutsideJudge) -> None:
    judge.verify("The mill burned.", EVIDENCE, question="What burned?")
    (asked,) = server.asked
    assert (asked["model"], asked["temperature"], asked["max_tokens"]) == ("checker", 0.0, 16)
    assert asked["messages"][1]["content"] == (
        "<text>\nThe mill at Norbury burned in May.\nNobody was hurt.\n</text>\n"
        "Question that was asked: What burned?\n"
        "Claim: The mill burned.\n"
        "One word (supported, contradicted or not_enough):"
    )
    assert server.keys == ["Bearer secret"]


def test_braces_in_a_document_are_only_text() -> None:
    prompt = prompt_for("A {claim}.", evidence_from_text("A {question} stands here."))
    assert prompt.turns[0].content.startswith("<text>\nA {question} stands here.\n</text>\nClaim: A {claim}.\n")


def test_judges_of_two_models_have_two_fingerprints() -> None:
    first, again, other = (OutsideJudge(f"http://127.0.0.1:9/v1#{model}") for model in ("a", "a", "b"))
    assert first.fingerprint == again.fingerprint != other.fingerprint
    assert len(first.fingerprint) == 16
    for judge in (first, again, other):
        judge.close()


def test_a_password_in_the_address_is_not_part_of_the_name() -> None:
    with OutsideJudge("http://me:secret@127.0.0.1:9/v1#a") as judge:
        assert judge.name == "a at http://127.0.0.1:9/v1"


@pytest.mark.parametrize("spec", ["model.gguf", "ftp://host/v1#a", "http://", ""])
def test_what_is_no_url_is_refused(spec: str) -> None:
    with pytest.raises(JudgeError, match="is no URL; expected http://HOST:PORT/v1#MODEL"):
        OutsideJudge(spec)


def test_a_label_is_the_whole_reply() -> None:
    assert label_in("not-enough") == "not_enough"
    assert label_in("not supported") is None
