"""The published network (Leung & Bovy 2024, arXiv 2407.15703) in plain PyTorch: the benchmarks' peer.

Parameters carry the names of the published checkpoints, so that their state dicts load as they are.
Shapes: B rows, L context tokens, D embedding width, M width of the diffusion head, T diffusion steps,
V columns in the vocabulary.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class NetworkShape:
    """The sizes of one network; the defaults of `ALGORITHM.md` where it has any."""

    vocabulary: int
    embedding: int
    heads: int
    feedforward: int
    dropout: float
    head_width: int
    head_layers: int
    diffusion_steps: int
    encoder_layers: int = 2
    beta_start: float = 1e-5
    beta_end: float = 0.1


CALIFORNIA = NetworkShape(
    vocabulary=9, embedding=32, heads=4, feedforward=128, dropout=0.1,
    head_width=64, head_layers=2, diffusion_steps=100,
)
STELLAR = NetworkShape(
    vocabulary=118, embedding=192, heads=24, feedforward=2048, dropout=0.2,
    head_width=512, head_layers=5, diffusion_steps=120,
)
SHAPES = {"california": CALIFORNIA, "stellar": STELLAR}


class ColumnEmbedding(nn.Module):
    """One vector and one bias per column; row 0, the padding's, starts at zero."""

    def __init__(self, vocabulary: int, width: int) -> None:
        super().__init__()
        self.embeddings = nn.Parameter(torch.empty(vocabulary + 1, width))
        self.bias = nn.Parameter(torch.empty(vocabulary + 1, width))
        for table in (self.embeddings, self.bias):
            nn.init.xavier_uniform_(table)
            with torch.no_grad():
                table[0].zero_()

    def context(self, token: Tensor, value: Tensor) -> Tensor:
        """Tokens (B, L) and values (B, L) to (B, L, D): gelu(W[token] * value + b[token])."""
        weight = F.embedding(token, self.embeddings)
        return F.gelu(weight * value.unsqueeze(-1) + F.embedding(token, self.bias))

    def request(self, token: Tensor) -> Tensor:
        """Requested tokens (B, 1) to (B, 1, D): the bare vector."""
        return F.embedding(token, self.embeddings)


class DiffusionLayer(nn.Module):
    """h <- gelu(lin(h) + embed[t] + cond_lin(c))."""

    def __init__(self, inputs: int, outputs: int, condition: int, steps: int) -> None:
        super().__init__()
        # The original loses the condition where its width equals the layer's; ALGORITHM.md asks for the identity.
        self.cond_lin = nn.Identity() if condition == outputs else nn.Linear(condition, outputs)
        self.lin = nn.Linear(inputs, outputs)
        self.embed = nn.Embedding(steps, outputs)
        nn.init.uniform_(self.embed.weight)

    def forward(self, hidden: Tensor, step: Tensor, condition: Tensor) -> Tensor:
        return F.gelu(self.lin(hidden) + self.embed(step) + self.cond_lin(condition))


def sigmoid_betas(steps: int, start: float, end: float) -> Tensor:
    """Noise variances (T,) of the published `sigmoid` schedule, in float64."""
    return torch.sigmoid(torch.linspace(-6, 6, steps, dtype=torch.float64)) * (end - start) + start


class DiffusionHead(nn.Module):
    """Predicts the noise in a scalar, and draws scalars by ancestral sampling."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        width = shape.head_width
        self.steps = shape.diffusion_steps
        self.lin_layers = nn.ModuleList(
            DiffusionLayer(1 if k == 0 else width, width, shape.embedding, self.steps) for k in range(shape.head_layers)
        )
        self.lin_out = nn.Linear(width, 1)
        beta = sigmoid_betas(self.steps, shape.beta_start, shape.beta_end)
        alpha_bar = torch.cumprod(1 - beta, dim=0)
        # Not persistent: the published state dicts hold no schedule.
        for name, values in (("beta", beta), ("alpha_bar", alpha_bar)):
            self.register_buffer(name, values.to(torch.get_default_dtype()), persistent=False)

    def forward(self, x: Tensor, step: Tensor, condition: Tensor) -> Tensor:
        """Noisy values (B, 1), steps (B,) and conditions (B, D) to the predicted noise (B, 1)."""
        for layer in self.lin_layers:
            x = layer(x, step, condition)
        return self.lin_out(x)

    def draw_steps(self, rows: int, device: torch.device | None = None) -> Tensor:
        """Diffusion steps (B,): uniform for the first half, mirrored as T-1-t for the rest."""
        first = torch.randint(0, self.steps, (rows // 2 + 1,), device=device)
        return torch.cat([first, self.steps - 1 - first])[:rows]

    def loss(self, target: Tensor, condition: Tensor, step: Tensor, noise: Tensor) -> Tensor:
        """Mean squared error between the predicted and the true noise; all but `condition` are (B,)."""
        kept = self.alpha_bar[step]
        noisy = kept.sqrt() * target + (1 - kept).sqrt() * noise
        return F.mse_loss(self(noisy.unsqueeze(-1), step, condition).squeeze(-1), noise)

    @torch.no_grad()
    def sample(self, condition: Tensor) -> Tensor:
        """One ancestral sample for each condition (B, D), as (B,), in standardised units.

        As the original does it: every step runs the whole head, so the condition is projected anew for every sample
        and step, and noise is added after the last step too.
        """
        x = torch.randn(len(condition), 1, dtype=condition.dtype)
        for t in range(self.steps - 1, -1, -1):
            beta, alpha_bar = self.beta[t], self.alpha_bar[t]
            noise = self(x, torch.full((len(x),), t), condition)
            mean = (x - beta / (1 - alpha_bar).sqrt() * noise) / (1 - beta).sqrt()
            x = mean + beta.sqrt() * torch.randn_like(x)
        return x.squeeze(-1)


class DensityNetwork(nn.Module):
    """Embedding, post-norm Transformer encoder and diffusion head."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.embedding_layer = ColumnEmbedding(shape.vocabulary, shape.embedding)
        self.encoder_transformer_blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(
                shape.embedding, shape.heads, shape.feedforward, shape.dropout, activation="gelu", batch_first=True
            )
            for _ in range(shape.encoder_layers)
        )
        self.diffusion_head = DiffusionHead(shape)

    def condition(self, token: Tensor, value: Tensor, request: Tensor) -> Tensor:
        """Context tokens and values (B, L) and requested tokens (B,) to conditions (B, D)."""
        request = request.unsqueeze(-1)
        sequence = torch.cat([self.embedding_layer.request(request), self.embedding_layer.context(token, value)], dim=1)
        padding = torch.cat([request, token], dim=1) == 0
        for block in self.encoder_transformer_blocks:
            sequence = block(sequence, src_key_padding_mask=padding)
        return sequence[:, 0]

    def loss(self, token: Tensor, value: Tensor, request: Tensor, target: Tensor) -> Tensor:
        """Training loss of one batch: fresh diffusion steps and noise for the targets (B,)."""
        step = self.diffusion_head.draw_steps(len(target), target.device)
        noise = torch.randn_like(target)
        return self.diffusion_head.loss(target, self.condition(token, value, request), step, noise)
