"""Times training steps: forward, loss, backward and AdamW, with dropout on. One JSON line.

    venv/bin/python bench_step.py --config california --context 8
    venv/bin/python bench_step.py --config stellar --context 32,7,57 --steps 3
    venv/bin/python bench_step.py --config stellar --context 32 --padded-to 64    (as the original pads)
    venv/bin/python bench_step.py --config stellar --context 32 --device cuda --precision tf32 --compile
"""

import argparse
import json
import re
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from model import SHAPES, DensityNetwork, NetworkShape

# ALGORITHM.md, "Published models" and the training script's defaults: batch and learning rate.
RECIPES = {"california": (128, 5e-3), "stellar": (1024, 1e-3)}
# A batch's first step costs memory and planning; an eighth of the rows pays for most of that, and stellar steps are long.
WARMUP_PART = {"california": 1, "stellar": 8}

Batch = tuple[Tensor, Tensor, Tensor, Tensor]


def random_batch(shape: NetworkShape, rows: int, context: int, padded_to: int, generator: np.random.Generator) -> Batch:
    """Tokens and values (B, padded_to), requests (B,) and targets (B,); every row holds `context` distinct columns."""
    token = np.zeros((rows, padded_to), dtype=np.int64)
    token[:, :context] = generator.random((rows, shape.vocabulary)).argsort(axis=1)[:, :context] + 1
    value = np.where(token > 0, generator.standard_normal(token.shape), 0).astype(np.float32)
    request = generator.integers(1, shape.vocabulary + 1, rows)
    target = generator.standard_normal(rows).astype(np.float32)
    return tuple(torch.from_numpy(column) for column in (token, value, request, target))


SHORT = {"bfloat16": torch.bfloat16, "float16": torch.float16}


def timed_steps(
    shape: NetworkShape, learning_rate: float, batches: Iterator[Batch], device: str, precision: str, compiled: bool
) -> list[tuple[float, float]]:
    """Wall seconds and loss of each training step; making the batches, and taking them to the device, is not timed."""
    if precision == "tf32":
        torch.set_float32_matmul_precision("high")
    network = DensityNetwork(shape).train().to(device)
    optimizer = torch.optim.AdamW(network.parameters(), lr=learning_rate, weight_decay=0.01)
    loss_of = torch.compile(network.loss) if compiled else network.loss
    scaler = torch.amp.GradScaler(device, enabled=precision == "float16")
    steps = []
    for batch in batches:
        batch = tuple(column.to(device) for column in batch)
        if device == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        optimizer.zero_grad()
        with torch.autocast(device, SHORT.get(precision, torch.bfloat16), enabled=precision in SHORT):
            loss = loss_of(*batch)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        if device == "cuda":
            torch.cuda.synchronize()
        # Training reads its loss in every step, to stop at a NaN.
        value = loss.item()
        if not np.isfinite(value):
            raise SystemExit(f"step {len(steps) + 1}: the loss is {value}")
        steps.append((time.perf_counter() - start, value))
    return steps


def peak_megabytes() -> float:
    """The most memory this process has had so far."""
    return int(re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.M).group(1)) * 1024 / 1e6


def whole_numbers(text: str) -> list[int]:
    """ "3,61" to [3, 61]."""
    return [int(part) for part in text.split(",")]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", choices=SHAPES, default="california")
    parser.add_argument("--batch", type=int, help="rows a step (california 128, stellar 1024)")
    parser.add_argument(
        "--context", type=whole_numbers, default=[8],
        help="columns given, of one step after the other; begun again when there are more steps (8)",
    )
    parser.add_argument("--padded-to", type=int, help="pad every row to this many context tokens (default: no padding)")
    parser.add_argument("--steps", type=int, help="default: one for each context length, at least 20")
    parser.add_argument("--warmup", type=int, default=3, help="steps that are not timed, at the first length (%(default)s)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--precision", choices=["float32", "tf32", "bfloat16", "float16"], default="float32")
    parser.add_argument("--compile", action="store_true", help="torch.compile of the loss; the warm-up pays for it")
    arguments = parser.parse_args()
    vocabulary = SHAPES[arguments.config].vocabulary
    if max(arguments.context) > (arguments.padded_to or vocabulary) or max(arguments.context) > vocabulary:
        parser.error("--context is above --padded-to or above the number of columns")
    if min(arguments.context) < 0:
        parser.error("--context is below 0")
    arguments.steps = arguments.steps or max(20, len(arguments.context))
    return arguments


def main() -> None:
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    generator = np.random.default_rng(arguments.seed)
    shape = SHAPES[arguments.config]
    default_rows, learning_rate = RECIPES[arguments.config]
    rows = arguments.batch or default_rows
    contexts = arguments.context

    def batches() -> Iterator[Batch]:
        for k in range(-arguments.warmup, arguments.steps):
            context = contexts[max(0, k) % len(contexts)]
            # Nothing given is one padding token, as in the original.
            width = arguments.padded_to or max(1, context)
            # What is compiled is compiled for a size.
            part = 1 if arguments.compile else WARMUP_PART[arguments.config]
            size = rows if k >= 0 else rows // part
            yield random_batch(shape, size, context, width, generator)

    how = (arguments.device, arguments.precision, arguments.compile)
    seconds, losses = zip(*timed_steps(shape, learning_rate, batches(), *how))
    milliseconds = [round(1e3 * s, 3) for s in seconds[arguments.warmup:]]
    print(json.dumps({
        "bench": "step", "peer": f"torch {torch.__version__}", "config": arguments.config, "batch": rows,
        "contexts": contexts, "paddedTo": arguments.padded_to, "threads": torch.get_num_threads(), "seed": arguments.seed,
        "medianMilliseconds": round(statistics.median(milliseconds), 3),
        "meanMilliseconds": round(statistics.mean(milliseconds), 3), "firstLoss": losses[0],
        "peakMegabytes": round(peak_megabytes(), 1), "milliseconds": milliseconds,
    }))


if __name__ == "__main__":
    main()
