"""Trains the field of a model folder under PyTorch's DistributedDataParallel, by flow matching on two moons.

    torchrun --nproc-per-node 2 examples/pytorch/train.py START TRAINED

START is what export.mjs wrote. TRAINED gets weights.safetensors, with the names and layouts of START, and check.json: the
log-density of some points in float64, for import.mjs to compare with. The same script trains on several machines; torchrun
is told of them by --nnodes and --rdzv-endpoint. It needs torch, NumPy and safetensors.
"""

import hashlib
import json
import math
import pathlib
import sys

import torch
import torch.distributed as dist
from safetensors.torch import load_file, save_file
from torch.nn.parallel import DistributedDataParallel

STEPS, BATCH, RATE = 1500, 256, 2e-3


class Field(torch.nn.Module):
    """u(x, t) of an `mlp` with time: 'concat': z = h W + b + t v in every layer, tanh in between."""

    def __init__(self, config, weights):
        super().__init__()
        wanted = {"kind": "mlp", "activation": "tanh", "time": "concat", "octaves": 0, "residual": False}
        differing = {name: config.get(name) for name, value in wanted.items() if config.get(name) != value}
        if differing:
            raise SystemExit(f"this script has no field with {differing}")
        self.names = [f"hidden{i}" for i in range(len(config["hidden"]))] + ["output"]
        self.weights = torch.nn.ParameterDict({name: torch.nn.Parameter(value) for name, value in weights.items()})

    def forward(self, x, t):
        for name in self.names:
            part = lambda end: self.weights[f"{name}/{end}"]
            x = x @ part("weight") + part("bias") + t @ part("shift/weight")
            x = x if name == "output" else torch.tanh(x)
        return x


def moons(count, generator):
    """Points of two half circles with a little noise, about the origin."""
    angle = math.pi * torch.rand(count, generator=generator)
    upper = torch.rand(count, generator=generator) < 0.5
    x = torch.where(upper, torch.cos(angle), 1 - torch.cos(angle)) - 0.5
    y = torch.where(upper, torch.sin(angle), 0.5 - torch.sin(angle)) - 0.25
    return 2 * torch.stack([x, y], 1) + 0.1 * torch.randn(count, 2, generator=generator)


def train(field, rank, world):
    """Flow matching along straight lines (Lipman et al. 2023). Every process draws its part of the batch; DDP averages gradients."""
    generator = torch.Generator().manual_seed(1000 + rank)
    parallel = DistributedDataParallel(field)
    optimizer = torch.optim.Adam(parallel.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for step in range(STEPS):
        x1 = moons(BATCH // world, generator)
        x0 = torch.randn(x1.shape, generator=generator)
        t = torch.rand(len(x1), 1, generator=generator)
        loss = ((parallel((1 - t) * x0 + t * x1, t) - (x1 - x0)) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if rank == 0 and (step + 1) % 500 == 0:
            print(f"step {step + 1}: loss {loss.item():.3f}")


def log_density(field, x, steps=200):
    """log p(x) by the classical Runge-Kutta method from t = 1 to 0, with the exact divergence: [rows], nats."""

    def slope(t, x):
        x = x.detach().requires_grad_()
        u = field(x, torch.full((len(x), 1), t, dtype=x.dtype))
        trace = sum(torch.autograd.grad(u[:, d].sum(), x, retain_graph=True)[0][:, d] for d in range(x.shape[1]))
        return u.detach(), trace

    total, h = torch.zeros(len(x), dtype=x.dtype), -1 / steps
    for n in range(steps):
        t = 1 + n * h
        u1, d1 = slope(t, x)
        u2, d2 = slope(t + h / 2, x + h / 2 * u1)
        u3, d3 = slope(t + h / 2, x + h / 2 * u2)
        u4, d4 = slope(t + h, x + h * u3)
        x = x + h / 6 * (u1 + 2 * u2 + 2 * u3 + u4)
        total = total + h / 6 * (d1 + 2 * d2 + 2 * d3 + d4)
    return total - 0.5 * (x**2).sum(1) - 0.5 * x.shape[1] * math.log(2 * math.pi)


def main(start, trained):
    dist.init_process_group("gloo")
    rank, world = dist.get_rank(), dist.get_world_size()
    manifest = json.loads((start / "model.json").read_text())
    field = Field(manifest["field"], load_file(start / "weights.safetensors"))
    train(field, rank, world)
    if rank == 0:
        trained.mkdir(parents=True, exist_ok=True)
        weights = {name: value.detach().contiguous() for name, value in field.weights.items()}
        save_file(weights, trained / "weights.safetensors")
        x = moons(16, torch.Generator().manual_seed(7)).double()
        check = {
            "made with": {"torch": torch.__version__, "processes": world, "steps": STEPS, "batch": BATCH},
            "start": hashlib.sha256((start / "weights.safetensors").read_bytes()).hexdigest(),
            "x": x.tolist(),
            "logProb": log_density(field.double(), x).tolist(),
        }
        (trained / "check.json").write_text(json.dumps(check, indent=1) + "\n")
    dist.barrier()
    dist.destroy_process_group()


if __name__ == "__main__":
    main(*map(pathlib.Path, sys.argv[1:]))
