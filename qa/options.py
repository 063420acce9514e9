"""Options that more than one command line has: those of `onrecord` and of `onrecord eval`."""

from __future__ import annotations

import argparse


def add_risk(command: argparse.ArgumentParser) -> None:
    """Add `--risk`: the share of questions that may get an unsupported answer, a float in (0, 1), or None."""
    command.add_argument(
        "--risk",
        metavar="SHARE",
        type=_share,
        help="share of questions that may get an unsupported answer (0.1; 0.15 where the model is not asked about it)",
    )


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0.0 < share < 1.0:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a share; expected a number between 0 and 1, for example 0.05"
        )
    return share
