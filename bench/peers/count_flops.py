"""Counts a training step's floating-point operations with PyTorch's own counter; one JSON line.

    venv/bin/python count_flops.py --config stellar --context 32
    venv/bin/python count_flops.py --config stellar --context 32 --last-layer first-place    (what ours must do)

The independent count for bench/suite/floating-point-work.ts. Needs PyTorch 2 (torch.utils.flop_counter).
"""

import argparse
import json

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from model import SHAPES, DensityNetwork


def first_place_condition(network: DensityNetwork, token: Tensor, value: Tensor, request: Tensor) -> Tensor:
    """`DensityNetwork.condition` with the last block worked out for the request's place alone."""
    layer = network.embedding_layer
    sequence = torch.cat([layer.request(request.unsqueeze(-1)), layer.context(token, value)], dim=1)
    *blocks, last = network.encoder_transformer_blocks
    for block in blocks:
        sequence = block(sequence)
    # PyTorch's own attention projects queries, keys and values each from what it is given.
    first = sequence[:, :1]
    attended = last.self_attn(first, sequence, sequence, need_weights=False)[0]
    middle = last.norm1(first + last.dropout1(attended))
    fed = last.linear2(last.dropout(F.gelu(last.linear1(middle))))
    return last.norm2(middle + last.dropout2(fed))[:, 0]


def count(config: str, context: int, rows: int, last_layer: str) -> int:
    """Operations of forward and backward of `rows` rows without padding."""
    shape = SHAPES[config]
    network = DensityNetwork(shape).train()
    token = torch.rand(rows, shape.vocabulary).argsort(dim=1)[:, :context] + 1
    value, target = torch.randn(rows, context), torch.randn(rows)
    request = torch.randint(1, shape.vocabulary + 1, (rows,))
    with FlopCounterMode(display=False) as counter:
        if last_layer == "first-place":
            condition = first_place_condition(network, token, value, request)
        else:
            condition = network.condition(token, value, request)
        step = network.diffusion_head.draw_steps(rows)
        network.diffusion_head.loss(target, condition, step, torch.randn(rows)).backward()
    return counter.get_total_flops()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", choices=SHAPES, default="stellar")
    parser.add_argument("--context", type=int, default=32)
    parser.add_argument("--rows", type=int, default=4)
    parser.add_argument("--last-layer", choices=["all-places", "first-place"], default="all-places")
    arguments = parser.parse_args()
    flops = count(arguments.config, arguments.context, arguments.rows, arguments.last_layer)
    print(json.dumps({
        "bench": "flops", "peer": f"torch {torch.__version__}", "config": arguments.config,
        "context": arguments.context, "rows": arguments.rows, "lastLayer": arguments.last_layer,
        "flopsOfRow": flops / arguments.rows,
    }))


if __name__ == "__main__":
    main()
