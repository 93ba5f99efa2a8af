"""Says which PyTorch this Python has: one JSON line with version, threads and BLAS; torch is null where there is none."""

import argparse
import importlib.util
import json
import re
from pathlib import Path


def blas_name(config: str) -> str:
    """The library that a matrix product has just run in: MKL is linked into PyTorch, OpenBLAS is loaded."""
    mkl = re.search(r"Math Kernel Library Version ([\d.]+)", config)
    if mkl:
        return f"oneMKL {mkl.group(1)}"
    maps = Path("/proc/self/maps").read_text().splitlines()
    loaded = {Path(line.split()[-1]).resolve().name for line in maps if "blas" in line}
    # libblas.so.3 is only the door to OpenBLAS where that is loaded too.
    return ", ".join(sorted(name for name in loaded if "openblas" in name) or sorted(loaded)) or "unknown BLAS"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("numpy") is None:
        print(json.dumps({"torch": None}))
        return
    import torch

    torch.set_num_threads(arguments.threads)
    torch.randn(64, 64) @ torch.randn(64, 64)
    print(json.dumps({
        "torch": torch.__version__, "threads": torch.get_num_threads(),
        "blas": blas_name(torch.__config__.show()),
    }))


if __name__ == "__main__":
    main()
