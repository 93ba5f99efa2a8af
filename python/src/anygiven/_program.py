"""The program `anygiven`, which trains: where it is, how it is told options and rows, and what it says when it refuses."""

from __future__ import annotations

import csv
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np


def write_rows(path: str, columns: Mapping[str, np.ndarray]) -> None:
    """A CSV with a column for each, cells without a value empty."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*(_texts(each) for each in columns.values()), strict=True))


def _texts(values: np.ndarray) -> Iterator[str]:
    for value in values.tolist() if values.dtype.kind in "fiub" else values:
        is_missing = value is None or value != value or type(value).__name__ in ("NAType", "NaTType")
        yield "" if is_missing else str(value).lower() if isinstance(value, (bool, np.bool_)) else str(value)


def program(command: str | Sequence[str] | None = None) -> list[str]:
    """The command line's words: as named, or ANYGIVEN_COMMAND, or `anygiven` on the PATH.

    Raises ValueError, saying how to install it, where there is none.
    """
    named = command or os.environ.get("ANYGIVEN_COMMAND")
    if named:
        return shlex.split(named) if isinstance(named, str) else list(named)
    found = shutil.which("anygiven")
    if found:
        return [found]
    raise ValueError(
        "Training needs the program anygiven, which is not on the PATH: install Node.js 20 or newer, then "
        "`npm install -g anygiven`, or name it in ANYGIVEN_COMMAND."
    )


def flags_of(options: Mapping[str, Any]) -> list[str]:
    """{"batch_size": 32} as --batch-size 32; True is the flag alone."""
    made: list[str] = []
    for name, value in options.items():
        flag = f"--{name.replace('_', '-')}"
        made.extend([flag] if value is True else [] if value is False or value is None else [flag, str(value)])
    return made


def run(words: Sequence[str]) -> None:
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ValueError(f"The program {words[0]} does not start: {error}.") from error
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.startswith("anygiven: ")]
        last = (said or done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise ValueError(last.removeprefix("anygiven: "))
