"""Times one training step: forward, loss, backward and AdamW, with dropout on. One JSON line per context length.

    venv/bin/python bench_step.py --config california --context 8
    venv/bin/python bench_step.py --config stellar --context 32 64
    venv/bin/python bench_step.py --config stellar --context 32 --padded-to 64    (as the original pads)
"""

import argparse
import json
import statistics
import time

import numpy as np
import torch
from torch import Tensor

from model import SHAPES, DensityNetwork, NetworkShape

# ALGORITHM.md, "Published models" and the training script's defaults: batch and learning rate.
RECIPES = {"california": (128, 5e-3), "stellar": (1024, 1e-3)}
DEFAULT_CONTEXTS = {"california": [8], "stellar": [32, 64]}
# Different data in every step, without an epoch's memory.
BATCHES = 4

Batch = tuple[Tensor, Tensor, Tensor, Tensor]


def random_batch(shape: NetworkShape, rows: int, context: int, padded_to: int, generator: np.random.Generator) -> Batch:
    """Tokens and values (B, padded_to), requests (B,) and targets (B,); every row holds `context` distinct columns."""
    token = np.zeros((rows, padded_to), dtype=np.int64)
    token[:, :context] = generator.random((rows, shape.vocabulary)).argsort(axis=1)[:, :context] + 1
    value = np.where(token > 0, generator.standard_normal(token.shape), 0).astype(np.float32)
    request = generator.integers(1, shape.vocabulary + 1, rows)
    target = generator.standard_normal(rows).astype(np.float32)
    return tuple(torch.from_numpy(column) for column in (token, value, request, target))


def step_seconds(shape: NetworkShape, learning_rate: float, batches: list[Batch], steps: int, warmup: int) -> list[float]:
    """Wall seconds of each of `steps` training steps, after `warmup` untimed ones."""
    network = DensityNetwork(shape).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=learning_rate, weight_decay=0.01)
    seconds = []
    for k in range(warmup + steps):
        batch = batches[k % len(batches)]
        start = time.perf_counter()
        optimizer.zero_grad()
        loss = network.loss(*batch)
        loss.backward()
        optimizer.step()
        # Training reads its loss in every step, to stop at a NaN.
        if not np.isfinite(loss.item()):
            raise SystemExit(f"step {k}: the loss is {loss.item()}")
        seconds.append(time.perf_counter() - start)
    return seconds[warmup:]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", choices=SHAPES, default="california")
    parser.add_argument("--batch", type=int, help="rows a step (california 128, stellar 1024)")
    parser.add_argument("--context", type=int, nargs="+", help="columns given in each row (california 8, stellar 32 64)")
    parser.add_argument("--padded-to", type=int, help="pad every row to this many context tokens (default: no padding)")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--warmup", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    arguments.context = arguments.context or DEFAULT_CONTEXTS[arguments.config]
    vocabulary = SHAPES[arguments.config].vocabulary
    if max(arguments.context) > (arguments.padded_to or vocabulary) or max(arguments.context) > vocabulary:
        parser.error("--context is above --padded-to or above the number of columns")
    return arguments


def main() -> None:
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    shape = SHAPES[arguments.config]
    default_rows, learning_rate = RECIPES[arguments.config]
    rows = arguments.batch or default_rows
    for context in arguments.context:
        torch.manual_seed(arguments.seed)
        generator = np.random.default_rng(arguments.seed)
        padded_to = arguments.padded_to or context
        batches = [random_batch(shape, rows, context, padded_to, generator) for _ in range(BATCHES)]
        seconds = step_seconds(shape, learning_rate, batches, arguments.steps, arguments.warmup)
        milliseconds = [round(1e3 * s, 3) for s in seconds]
        print(json.dumps({
            "bench": "step", "peer": f"torch {torch.__version__}", "config": arguments.config, "batch": rows,
            "context": context, "paddedTo": padded_to, "threads": torch.get_num_threads(), "seed": arguments.seed,
            "medianMilliseconds": round(statistics.median(milliseconds), 3), "milliseconds": milliseconds,
        }), flush=True)


if __name__ == "__main__":
    main()
