"""Proves that the peer is the published network: its numbers against the recorded ones, in float64.

Reads the published California checkpoint, `predictions.json` (conditions and predicted noise) and
`training-step.json` (loss, gradients and one AdamW update, fresh and resumed). Prints the greatest relative error of
each and exits with 1 when one is above the tolerance.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

import torch
from torch import Tensor

from model import CALIFORNIA, STELLAR, DensityNetwork

SHARED = Path(__file__).resolve().parents[3] / "shared"
# ALGORITHM.md, "Published models": parameters, and of which in the head.
PUBLISHED_SIZES = {"california": (CALIFORNIA, 47_425, 21_377), "stellar": (STELLAR, 3_774_465, 1_853_441)}


def relative_error(found: Tensor, recorded: list | float, scale: float | None = None) -> float:
    """Greatest absolute difference over `scale`, by default the recorded numbers' greatest magnitude."""
    expected = torch.as_tensor(recorded, dtype=torch.float64)
    scale = expected.abs().max().item() if scale is None else scale
    return ((found - expected).abs().max() / scale).item()


def greatest(errors: Iterable[float]) -> float:
    """The greatest error; NaN when one is NaN, which Python's own `max` would hide."""
    return torch.tensor(list(errors)).max().item()


def check_sizes() -> float:
    """The parameter counts; 0 when they are the published ones."""
    wrong = 0
    for shape, whole, head in PUBLISHED_SIZES.values():
        network = DensityNetwork(shape)
        counts = [sum(p.numel() for p in part.parameters()) for part in (network, network.diffusion_head)]
        wrong += counts != [whole, head]
    return float(wrong)


def check_predictions(network: DensityNetwork, config: dict, recorded: dict) -> dict[str, float]:
    """Errors of the conditions and of the predicted noise over all the recorded cases."""
    token_of = dict(zip(config["tokenizer_config"]["vocabs"], config["tokenizer_config"]["vocab_tokens"]))
    centre, scale = config["norm_config"]["_input_mean"], config["norm_config"]["_input_std"]
    errors = {"condition": [], "noise prediction": []}
    for case in recorded["cases"]:
        tokens = [token_of[name] for name in case["given"]]
        values = [(x - centre[k]) / scale[k] for k, x in zip(tokens, case["given"].values())]
        # Nothing given is a single padding token.
        token, value = torch.tensor([tokens or [0]]), torch.tensor([values or [0.0]])
        condition = network.condition(token, value, torch.tensor([token_of[case["request"]]]))
        errors["condition"].append(relative_error(condition[0], case["condition"]))

        noise = case["noisePrediction"]
        x = torch.tensor(noise["x"]).unsqueeze(-1)
        for t, expected in zip(noise["t"], noise["eps"]):
            found = network.diffusion_head(x, torch.full((len(x),), t), condition.expand(len(x), -1))
            errors["noise prediction"].append(relative_error(found.squeeze(-1), expected))
    return {name: greatest(found) for name, found in errors.items()}


def tensor_error(found: Tensor, recorded: dict) -> float:
    """Error of a tensor's norm and of its first numbers, both relative to the norm."""
    first = recorded["first"]
    norm_error = relative_error(found.norm(), recorded["norm"])
    return greatest([norm_error, relative_error(found.flatten()[: len(first)], first, recorded["norm"])])


def check_step(network: DensityNetwork, optimizer: torch.optim.Optimizer, batch: dict, recorded: dict) -> dict[str, float]:
    """Errors of one step's loss, gradients and parameter changes. Changes the network."""
    numbers = {name: torch.tensor(column) for name, column in batch.items()}
    condition = network.condition(numbers["token"], numbers["value"], numbers["request"])
    loss = network.diffusion_head.loss(numbers["target"], condition, numbers["t"], numbers["noise"])
    optimizer.zero_grad()
    loss.backward()
    parameters = dict(network.named_parameters())
    if parameters.keys() != recorded["gradient"].keys():
        raise SystemExit("training-step.json names other parameters than the network has")
    before = {name: p.detach().clone() for name, p in parameters.items()}
    optimizer.step()
    return {
        "loss": relative_error(loss.detach(), recorded["loss"]),
        "gradient": greatest(tensor_error(p.grad, recorded["gradient"][name]) for name, p in parameters.items()),
        "update": greatest(
            tensor_error(p.detach() - before[name], recorded["update"][name]) for name, p in parameters.items()
        ),
    }


def load_network(checkpoint: dict) -> DensityNetwork:
    """The California network with the checkpoint's parameters, dropout off."""
    network = DensityNetwork(CALIFORNIA)
    network.load_state_dict(checkpoint["model_state_dict"])
    return network.eval()


def all_errors(folder: Path) -> dict[str, float]:
    """Every compared quantity's greatest relative error."""
    # PyTorch 1.13's restricted reader does not know plain floats yet; the file is our own reference.
    restricted = int(torch.__version__.split(".")[0]) >= 2
    checkpoint = torch.load(folder / "checkpoints" / "epoch_512.pt", map_location="cpu", weights_only=restricted)
    config = json.loads((folder / "config.json").read_text())
    predictions = json.loads((folder / "predictions.json").read_text())
    training = json.loads((folder / "training-step.json").read_text())

    errors = {"parameter counts": check_sizes()}
    with torch.no_grad():
        errors |= check_predictions(load_network(checkpoint), config, predictions)
    for start in ("fresh", "resumed"):
        network = load_network(checkpoint)
        # AdamW's rate and decay as training-step.json's note has them.
        optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0.01)
        if start == "resumed":
            optimizer.load_state_dict(checkpoint["optimizer_state_dict"])
            # The recorded step was taken at 1e-3; the checkpoint brings its own rate with it.
            optimizer.param_groups[0]["lr"] = 1e-3
        for name, error in check_step(network, optimizer, training["batch"], training[start]).items():
            errors[f"{start} {name}"] = error
    return errors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder with reference/california (%(default)s)")
    parser.add_argument("--tolerance", type=float, default=1e-9, help="greatest relative error allowed (%(default)s)")
    arguments = parser.parse_args()
    torch.set_default_dtype(torch.float64)
    print(f"torch {torch.__version__}, float64")
    errors = all_errors(arguments.shared / "reference" / "california")
    for name, error in errors.items():
        print(f"{name:20s} {error:.2e}")
    # "not <=" so that a NaN fails too.
    sys.exit(any(not error <= arguments.tolerance for error in errors.values()))


if __name__ == "__main__":
    main()
