"""docs/scale.md does what it says, in every engine that is here."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pandas
import pytest
from conftest import ROOT

BLOCKS = re.findall(
    r"^```python\n(.*?)^```", (ROOT / "docs" / "scale.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if "ANYGIVEN_COMMAND" not in os.environ:
        pytest.skip("ANYGIVEN_COMMAND names no program anygiven: run npm run build")
    made = tmp_path_factory.mktemp("scale")
    words = [*shlex.split(os.environ["ANYGIVEN_COMMAND"]), "export", "survey", "--out", "survey.onnx"]
    subprocess.run(words, check=True, cwd=made, capture_output=True)
    (made / "asked.py").write_text(BLOCKS[0], encoding="utf-8")
    return made


@pytest.mark.parametrize("engine", ["dask.dataframe", "duckdb", "ray.data", "pyspark"])
def test_engine(folder: Path, engine: str) -> None:
    name = engine.split(".")[0]
    pytest.importorskip(engine, reason=f"{name} is not installed: pip install it to test it")
    example = next(block for block in BLOCKS if block.startswith(f"# {name}\n"))
    compare = """
found = found.sort_values("id").reset_index(drop=True)
pandas.testing.assert_frame_equal(found, expected, check_dtype=False, atol=1e-6)
print("as expected")
"""
    # In a process of its own: engines leave threads and processes behind.
    path = os.pathsep.join([str(folder), str(Path(importlib.import_module("anygiven").__file__ or "").parents[1])])
    environment = {**os.environ, "PYTHONPATH": path, "MODEL": str(folder / "survey.onnx"), "PYSPARK_PYTHON": sys.executable}
    done = subprocess.run(
        [sys.executable, "-c", "\n".join([BLOCKS[1], example, compare])],
        cwd=folder, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert "as expected" in done.stdout, done.stderr[-3000:]
    assert isinstance(pandas.read_parquet(folder / "stars"), pandas.DataFrame)
