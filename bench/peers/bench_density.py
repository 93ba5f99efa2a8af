"""Times the original's summary of one column for many rows: 10,000 ancestral samples a row, their median and MAD.

    venv/bin/python bench_density.py --rows 3

One JSON line with rows per second. Every row has its own context of all other columns; one request a call, as the
original's predict_summary makes them: the row's condition once, then its samples.
"""

import argparse
import json
import statistics
import time

import torch
from torch import Tensor

from model import SHAPES, DensityNetwork

# 1 / Phi^-1(3/4): makes the median absolute deviation of a normal sample its standard deviation.
MAD_SCALE = 1.482602218505602


@torch.no_grad()
def summary(network: DensityNetwork, token: Tensor, value: Tensor, request: Tensor, size: int) -> tuple[float, float]:
    """Median and scaled MAD of `size` samples of one row: tokens and values (1, L), request (1,)."""
    condition = network.condition(token, value, request)
    samples = network.diffusion_head.sample(condition.repeat(size, 1))
    median = samples.median()
    return median.item(), (MAD_SCALE * (samples - median).abs().median()).item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", choices=SHAPES, default="california")
    parser.add_argument("--rows", type=int, default=3)
    parser.add_argument("--size", type=int, default=10_000, help="samples of a row (%(default)s)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    shape = SHAPES[arguments.config]
    network = DensityNetwork(shape).eval()
    # The first column is asked, all others are given.
    token = torch.arange(2, shape.vocabulary + 1).unsqueeze(0)
    request = torch.ones(1, dtype=torch.long)
    values = torch.randn(arguments.rows + 1, 1, shape.vocabulary - 1)
    summary(network, token, values[0], request, min(arguments.size, 100))
    seconds, summaries = [], []
    for value in values[1:]:
        start = time.perf_counter()
        summaries.append(summary(network, token, value, request, arguments.size))
        seconds.append(time.perf_counter() - start)
    if not all(-1e6 < median < 1e6 and 0 < mad < 1e6 for median, mad in summaries):
        raise SystemExit(f"the summaries are not finite and spread: {summaries}")
    print(json.dumps({
        "bench": "density", "peer": f"torch {torch.__version__}", "config": arguments.config, "rows": arguments.rows,
        "size": arguments.size, "threads": torch.get_num_threads(), "seed": arguments.seed,
        "rowsPerSecond": 1 / statistics.median(seconds), "seconds": [round(s, 4) for s in seconds],
    }))


if __name__ == "__main__":
    main()
