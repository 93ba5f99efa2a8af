"""Times ancestral sampling as the original does it; one JSON line with samples per second.

The condition of one request is repeated for every sample, and its projection computed anew for every sample and step.

    venv/bin/python bench_sample.py --config california
    venv/bin/python bench_sample.py --config stellar --repeats 1
"""

import argparse
import json
import statistics
import time

import torch

from model import SHAPES, DiffusionHead


def sampling_seconds(head: DiffusionHead, width: int, samples: int, repeats: int) -> list[float]:
    """Wall seconds of each of `repeats` drawings of `samples` samples, after a small untimed one."""
    condition = torch.randn(1, width)
    head.sample(condition.repeat(min(samples, 100), 1))
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        drawn = head.sample(condition.repeat(samples, 1))
        seconds.append(time.perf_counter() - start)
        if not (torch.isfinite(drawn).all() and drawn.std() > 0):
            raise SystemExit("the samples are not finite and spread")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", choices=SHAPES, default="california")
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    shape = SHAPES[arguments.config]
    seconds = sampling_seconds(DiffusionHead(shape).eval(), shape.embedding, arguments.samples, arguments.repeats)
    median = statistics.median(seconds)
    print(json.dumps({
        "bench": "sample", "peer": f"torch {torch.__version__}", "config": arguments.config,
        "samples": arguments.samples, "steps": shape.diffusion_steps, "threads": torch.get_num_threads(),
        "seed": arguments.seed, "samplesPerSecond": round(arguments.samples / median, 1),
        "medianSeconds": round(median, 4), "seconds": [round(s, 4) for s in seconds],
    }))


if __name__ == "__main__":
    main()
