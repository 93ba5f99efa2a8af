"""docs/python.md does what it says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT

PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")


@pytest.mark.skipif(
    "ANYGIVEN_COMMAND" not in os.environ, reason="ANYGIVEN_COMMAND names no program anygiven: run npm run build"
)
def test_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    shell = re.search(r"^anygiven (export .*?)(?:  +#.*)?$", PAGE, re.MULTILINE)
    assert shell
    words = [*shlex.split(os.environ["ANYGIVEN_COMMAND"]), *shlex.split(shell[1])]
    subprocess.run(words, check=True, cwd=tmp_path, capture_output=True)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        exec(compile(block, "docs/python.md", "exec"), names)
    printed = capsys.readouterr().out
    for part in ("teff_q05", "teff_q95", "\nb "):
        assert part in printed
