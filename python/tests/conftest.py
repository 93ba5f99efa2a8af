"""Models for the tests, trained in seconds by anygiven itself, with its own answers beside them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = os.environ.get("ANYGIVEN_FIXTURES")
    if made:
        return Path(made)
    folder = tmp_path_factory.mktemp("models")
    tsx = ROOT / "node_modules" / ".bin" / "tsx"
    subprocess.run([str(tsx), str(ROOT / "test" / "python-fixtures.ts"), str(folder)], check=True, cwd=ROOT)
    return folder


@pytest.fixture(scope="session")
def cases(fixtures: Path) -> list[dict[str, Any]]:
    return json.loads((fixtures / "answers.json").read_text())


def numbers(told: Any) -> np.ndarray:
    """Numbers of a JSON, in which infinite ones and NaN are words."""
    convert = {"Infinity": np.inf, "-Infinity": -np.inf, "NaN": np.nan, None: np.nan}
    return np.array([[convert[each] if isinstance(each, str) else each for each in row] for row in told], float)
