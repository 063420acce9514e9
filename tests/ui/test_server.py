"""The served page: its headers, its assets, its endpoints, and what it says without an index."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

LICENSED = "How many passengers is the Maid of Hethe licensed to carry?"
Connect = Callable[[str], Any]


def test_ask_gives_what_the_command_line_gives(client: Connect, address: str) -> None:
    answer = client(address).predict(LICENSED, api_name="/ask")
    assert answer["status"] == "answered"
    assert "180" in answer["text"]
    assert [citation["source"] for citation in answer["citations"]] == ["ferry.txt"]
    assert "is licensed to carry 180 passengers" in answer["citations"][0]["quote"]
    assert set(answer["timings"]) == {"rewrite", "retrieve", "first_token", "generate", "verify", "total"}


def test_ask_takes_earlier_questions_and_a_day(client: Connect, address: str) -> None:
    ask = client(address)
    question = "How many passengers is it licensed to carry?"
    answer = ask.predict(question, ["Who built the Maid of Hethe?"], "2023-10-16", api_name="/ask")
    assert "Maid of Hethe" in answer["standalone_question"]
    before = ask.predict(LICENSED, None, "2020-01-01", api_name="/ask")
    assert before["status"] == "abstained"


def test_search_gives_passages_best_first(client: Connect, address: str) -> None:
    hits = client(address).predict("licensed to carry 180 passengers", 1, api_name="/search")
    assert [(hit["source"], hit["rank"]) for hit in hits] == [("ferry.txt", 1)]


def test_only_ask_and_search_are_offered(client: Connect, address: str) -> None:
    assert set(client(address).view_api(return_format="dict")["named_endpoints"]) == {"/ask", "/search"}


def test_agents_find_ask_and_search_and_nothing_else(address: str) -> None:
    async def used() -> tuple[set[str], str]:
        from mcp import ClientSession
        from mcp.client.streamable_http import streamable_http_client

        async with streamable_http_client(f"{address}gradio_api/mcp/") as (read, write, _):
            async with ClientSession(read, write) as session:
                await session.initialize()
                tools = {tool.name for tool in (await session.list_tools()).tools}
                return tools, str((await session.call_tool("ask", {"question": LICENSED})).content)

    with ThreadPoolExecutor(1) as thread:  # the browser of other tests leaves an event loop in this one
        tools, told = thread.submit(lambda: asyncio.run(used())).result()
    assert tools == {"ask", "search"}
    assert "is licensed to carry 180 passengers" in told
    assert "ferry.txt" in told


def test_a_question_that_cannot_be_asked_is_one_line_to_a_client(client: Connect, address: str) -> None:
    from gradio_client.exceptions import AppError

    with pytest.raises(AppError, match="the question holds no words"):
        client(address).predict(" ", api_name="/ask")


def test_the_page_names_no_outside_asset(address: str) -> None:
    page = httpx.get(address).text
    loaded = re.findall(r"""<(?:script|link|img|iframe)\b[^>]*?(?:src|href)\s*=\s*["']([^"']+)""", page)
    assert loaded
    assert [each for each in loaded if each.startswith(("http:", "https:", "//"))] == []
    styles = httpx.get(f"{address}theme.css").text
    assert "fonts.googleapis" not in page + styles
    assert "@import" not in styles


def test_every_response_forbids_other_sources_and_evaluated_code(address: str) -> None:
    policy = httpx.get(address).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "img-src 'self' data: blob:" in policy
    assert "unsafe-eval" not in policy
    assert "http:" not in policy


def test_a_page_without_an_index_opens_and_says_what_to_do(client: Connect, address_without_index: str) -> None:
    from gradio_client.exceptions import AppError

    assert httpx.get(address_without_index).status_code == 200
    with pytest.raises(AppError, match="no index at /x; make one"):
        client(address_without_index).predict("ferry", api_name="/search")


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "qa.cli", "chat", "--index", str(tmp_path), "--port", port]
        done = subprocess.run(
            [*command, "--model", "http://127.0.0.1:9/v1"], capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("onrecord: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("folders", "said"),
    [
        (("--index", "a/same", "--index", "b/same"), "are both called same; rename one of the folders"),
        (("--index", "fine", "--index", "odd?"), "“odd?” cannot be the name of a collection; use letters"),
        (("--collections", "file"), "is no folder; give --collections a folder of index folders"),
    ],
)
def test_collections_that_cannot_be_served_are_one_line(tmp_path: Path, folders: tuple[str, ...], said: str) -> None:
    (tmp_path / "file").touch()
    command = [sys.executable, "-m", "qa.cli", "chat", "--port", "0", "--model", "http://127.0.0.1:9/v1"]
    named = [each if each.startswith("--") else str(tmp_path / each) for each in folders]
    done = subprocess.run([*command, *named], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("onrecord: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_page_ships_with_its_style_and_script() -> None:
    import ui

    [folder] = [Path(each) for each in ui.__path__]
    assert (folder / "style.css").is_file()
    assert (folder / "script.js").is_file()
