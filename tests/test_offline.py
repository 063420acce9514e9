"""After the installation nothing opens a socket to the outside: each way of use runs under an audit of all sockets."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NEWSROOM = ROOT / "examples" / "newsroom"

# An audit hook sees every socket of the interpreter, whoever opens it and however it was imported. It also looks at
# what the process itself listens on, since a binding in C++ opens its own.
AUDIT = """
import os, sys

RECORD = os.environ["ONRECORD_SOCKETS"]
LOOPBACK = ("127.", "localhost", "::1")
NETWORK = {"socket.connect", "socket.sendto", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname"}


def _note(line):
    with open(RECORD, "a", encoding="utf-8") as file:
        file.write(line + "\\n")


def _is_outside(address):
    host = address[0] if isinstance(address, tuple) else address
    if host is None or isinstance(host, (str, bytes)) and not host:
        return False
    host = host.decode() if isinstance(host, bytes) else str(host)
    return not host.startswith(LOOPBACK + ("/",))  # a path is a Unix socket


def _audit(event, arguments):
    if event in NETWORK:
        address = arguments[0] if event in ("socket.getaddrinfo", "socket.gethostbyname") else arguments[1]
        if _is_outside(address):
            _note(f"{event} {address!r}")
            raise OSError(101, f"outside sockets are forbidden here: {event} {address!r}")


sys.addaudithook(_audit)
_note("audited")
"""


@pytest.fixture
def audited(tmp_path: Path) -> "Audited":
    return Audited(tmp_path)


class Audited:
    """Runs programs whose every attempt at a socket to the outside fails and is written down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.record = folder / "sockets.txt"
        (folder / "hook").mkdir()
        (folder / "hook" / "sitecustomize.py").write_text(AUDIT, encoding="utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "PYTHONPATH": f"{self.folder / 'hook'}{os.pathsep}{ROOT}",
            "ONRECORD_SOCKETS": str(self.record),
        }
        return subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    def python(self, program: str) -> subprocess.CompletedProcess[str]:
        return self.run("-c", textwrap.dedent(program))

    def attempts(self) -> list[str]:
        """Return what was tried; every process that ran is known to have been audited."""
        lines = self.record.read_text(encoding="utf-8").splitlines()
        assert "audited" in lines
        return [line for line in lines if line != "audited"]


def succeeded(ran: subprocess.CompletedProcess[str]) -> str:
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "socket.socket().connect_ex(('192.0.2.1', 80))",
        "socket.getaddrinfo('example.invalid', 443)",
        "socket.gethostbyname('example.invalid')",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "socket.socket().bind(('0.0.0.0', 0))",
    ],
)
def test_the_audit_sees_and_stops_an_attempt(audited: Audited, attempt: str) -> None:
    ran = audited.python(f"import socket; {attempt}")

    assert "outside sockets are forbidden here" in ran.stderr
    assert len(audited.attempts()) == 1


def test_the_audit_leaves_loopback_alone(audited: Audited) -> None:
    ran = audited.python("import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[0])")

    assert succeeded(ran) == "127.0.0.1\n"
    assert audited.attempts() == []


def test_indexing_and_asking_with_a_scripted_model_stay_inside(audited: Audited) -> None:
    ran = audited.python(
        f"""
        from pathlib import Path
        from index import Index
        from index.embed import HashingEmbedder
        from qa import Assistant
        from qa.engine import ScriptedModel
        from qa.ranker import WordOverlapRanker

        model = ScriptedModel({{"": "The documents do not say."}})
        with Index.open(Path({str(audited.folder / "index")!r}), embedder=HashingEmbedder()) as documents:
            report = documents.sync([Path({str(NEWSROOM)!r})])
            assistant = Assistant(documents, model=model, ranker=WordOverlapRanker())
            print(len(report.added), assistant.ask("Who resigned?").status)
        """
    )

    added, status = succeeded(ran).split()
    assert int(added) >= 15
    assert status in {"answered", "conflict", "abstained"}
    assert audited.attempts() == []


def test_the_chat_page_is_built_and_served_without_going_outside(audited: Audited) -> None:
    ran = audited.python(
        """
        import urllib.request
        from pathlib import Path
        from ui.app import build_page, launch
        from ui.collections import Desks
        from ui.desk import Desk

        def nothing(*_):
            from index.errors import IndexMissing
            raise IndexMissing("no index")

        page = build_page(Desks(lambda index: Desk(nothing, nothing), [Path("x")]), ["Who resigned?"])
        address = launch(page, host="127.0.0.1", port=0)
        print(urllib.request.urlopen(address).status)
        page.close(verbose=False)
        """
    )

    assert succeeded(ran).split()[-1] == "200"
    assert audited.attempts() == []


@pytest.mark.model
def test_every_command_with_the_real_models_stays_inside(audited: Audited) -> None:
    index = str(audited.folder / "index")
    succeeded(audited.run("-m", "qa.cli", "index", str(NEWSROOM), "--index", index))
    hits = succeeded(audited.run("-m", "qa.cli", "search", "Who resigned?", "--index", index, "--json"))
    answer = succeeded(audited.run("-m", "qa.cli", "ask", "Who resigned?", "--index", index, "--json"))
    succeeded(audited.run("-m", "qa.cli", "models"))

    assert json.loads(hits)
    assert json.loads(answer)["status"] in {"answered", "conflict", "abstained"}
    assert audited.attempts() == []


@pytest.mark.model
@pytest.mark.skipif(
    not Path("/proc/self/net/tcp").exists(), reason="needs /proc to see the sockets of a binding in C++"
)
def test_the_language_model_listens_on_loopback_alone(audited: Audited) -> None:
    ran = audited.python(
        """
        import glob, os
        from qa.engine import open_model

        model = open_model(None)
        model.count_tokens("x")
        ours = {os.readlink(name) for name in glob.glob("/proc/self/fd/*") if os.path.islink(name)}
        for table in ("tcp", "tcp6", "udp", "udp6"):
            for row in open(f"/proc/self/net/{table}").read().splitlines()[1:]:
                cells = row.split()
                if f"socket:[{cells[9]}]" in ours:
                    print(table, cells[1].partition(":")[0])
        model.close()
        """
    )

    assert set(succeeded(ran).splitlines()) == {"tcp 0100007F"}  # 127.0.0.1, as the kernel writes it
    assert audited.attempts() == []
