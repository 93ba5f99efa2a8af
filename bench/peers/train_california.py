"""Trains the published California recipe from scratch and prints epoch,train_loss,validation_loss,seconds as CSV.

AdamW 5e-3, batch 128, context 0..9, cosine warm restarts (T_0 64, eta_min 1e-5), 10 % of the rows held out,
dropout 0.1. The validation loss is over batches drawn from the held-out rows as the training batches are, dropout off.
The seconds are those of the epoch's batches and steps, without validation. With --json the last line is JSON.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from model import CALIFORNIA, DensityNetwork

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "california_housing" / "california_housing.csv"
BATCH_ROWS = 128
MAXIMUM_CONTEXT = 9
HELD_OUT = 0.1
# 1 / Phi^-1(3/4): makes the median absolute deviation of a normal sample its standard deviation.
MAD_SCALE = 1.482602218505602

Batch = tuple[Tensor, Tensor, Tensor, Tensor]


def read_standardised(path: Path) -> np.ndarray:
    """The table (N, V) as float32, each column centred by its median and scaled by 1.4826 * MAD."""
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    if table.shape[1] != CALIFORNIA.vocabulary or not np.isfinite(table).all():
        raise SystemExit(f"{path}: expected {CALIFORNIA.vocabulary} columns without missing cells")
    centre = np.median(table, axis=0)
    scale = MAD_SCALE * np.median(np.abs(table - centre), axis=0)
    return ((table - centre) / scale).astype(np.float32)


def epoch_batches(table: np.ndarray, generator: np.random.Generator) -> list[Batch]:
    """One epoch's batches: tokens and values (B, 9), requests (B,) and targets (B,); the remainder is dropped.

    Rows shuffled; a uniform target column and an own column order per row; one context length per batch. The target
    may be among its own context.
    """
    rows, columns = table.shape
    shuffled = generator.permutation(table)
    request = generator.integers(0, columns, rows)
    target = shuffled[np.arange(rows), request]
    order = generator.random((rows, columns)).argsort(axis=1)[:, :MAXIMUM_CONTEXT]
    value = np.take_along_axis(shuffled, order, axis=1)
    token = order + 1
    batches = []
    for start in range(0, rows - BATCH_ROWS + 1, BATCH_ROWS):
        part = slice(start, start + BATCH_ROWS)
        length = generator.integers(0, MAXIMUM_CONTEXT, endpoint=True)
        token[part, length:] = 0
        value[part, length:] = 0
        batches.append(tuple(torch.from_numpy(a[part]) for a in (token, value, request + 1, target)))
    return batches


def train_epoch(network: DensityNetwork, optimizer: torch.optim.Optimizer, batches: list[Batch]) -> float:
    """One step for every batch; the mean loss."""
    network.train()
    losses = []
    for batch in batches:
        optimizer.zero_grad()
        loss = network.loss(*batch)
        if not torch.isfinite(loss):
            raise SystemExit(f"batch {len(losses) + 1}: the loss is {loss.item()}")
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return float(np.mean(losses))


@torch.no_grad()
def validate(network: DensityNetwork, batches: list[Batch]) -> float:
    """The mean loss with dropout off."""
    network.eval()
    return float(np.mean([network.loss(*batch).item() for batch in batches]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="california_housing.csv (%(default)s)")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="a last line of JSON: the median of the epochs' seconds")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    generator = np.random.default_rng(arguments.seed)

    table = generator.permutation(read_standardised(arguments.data))
    held_out = round(HELD_OUT * len(table))
    network = DensityNetwork(CALIFORNIA)
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=64, eta_min=1e-5)

    print("epoch,train_loss,validation_loss,seconds")
    epoch_seconds = []
    for epoch in range(1, arguments.epochs + 1):
        start = time.perf_counter()
        train_loss = train_epoch(network, optimizer, epoch_batches(table[held_out:], generator))
        epoch_seconds.append(time.perf_counter() - start)
        schedule.step()
        validation_loss = validate(network, epoch_batches(table[:held_out], generator))
        print(f"{epoch},{train_loss:.6f},{validation_loss:.6f},{epoch_seconds[-1]:.3f}")
        sys.stdout.flush()
    if arguments.json:
        print(json.dumps({
            "bench": "epoch", "peer": f"torch {torch.__version__}", "epochs": arguments.epochs,
            "threads": torch.get_num_threads(), "seed": arguments.seed,
            "secondsPerEpoch": statistics.median(epoch_seconds), "trainLoss": train_loss, "validationLoss": validation_loss,
        }))


if __name__ == "__main__":
    main()
