"""The works of bench/pytorch.mjs in PyTorch and torchdiffeq, as their users write them: python torch_peer.py THREADS"""
import sys

import torch
import torchdiffeq
from protocol import serve
from torch import nn
from torch.nn import functional as F
from torch_endpoint import endpoint_sampling
from torch_unet import UNet

THREADS = int(sys.argv[1])
torch.set_num_threads(THREADS)


class ConcatSquash(nn.Module):
    """FFJORD's layer: (W x + b) * sigmoid(g t + h) + s t."""

    def __init__(self, weights, name):
        super().__init__()
        p = lambda part: nn.Parameter(torch.from_numpy(weights[f"{name}/{part}"]))
        self.weight = nn.Parameter(p("weight").data.T.contiguous())
        self.bias, self.shift = p("bias"), p("shift/weight")
        self.gate, self.gate_bias = p("gate/weight"), p("gate/bias")

    def forward(self, t, x):
        return F.linear(x, self.weight, self.bias) * torch.sigmoid(t * self.gate + self.gate_bias) + t * self.shift


class Field(nn.Module):
    def __init__(self, weights):
        super().__init__()
        names = [f"hidden{i}" for i in range(sum(name.endswith("/weight") and name.count("/") == 1 for name in weights) - 1)]
        self.layers = nn.ModuleList(ConcatSquash(weights, name) for name in [*names, "output"])
        self.evaluations = 0

    def forward(self, t, x):
        self.evaluations += 1
        t = t.reshape(-1, 1)
        for i, layer in enumerate(self.layers):
            x = layer(t, x)
            if i + 1 < len(self.layers):
                x = torch.tanh(x)
        return x


class Dynamics(nn.Module):
    """(u, -div u) as in FFJORD: a gradient for each dimension, or one with a probe."""

    def __init__(self, field, probe):
        super().__init__()
        self.field, self.probe = field, probe

    def forward(self, t, state):
        x = state[0]
        with torch.enable_grad():
            x = x.requires_grad_(True)
            u = self.field(t, x)
            if self.probe is None:
                columns = [torch.autograd.grad(u[:, d].sum(), x, create_graph=True)[0][:, d] for d in range(x.shape[1])]
                divergence = torch.stack(columns).sum(0)
            else:
                divergence = (torch.autograd.grad(u, x, self.probe, create_graph=True)[0] * self.probe).sum(1)
        return u, -divergence.reshape(-1, 1)


def log_density(field, x, probe, solver, adjoint):
    dynamics = Dynamics(field, probe)
    ends = torch.tensor([1.0, 0.0])
    solve = torchdiffeq.odeint_adjoint if adjoint else torchdiffeq.odeint
    z, change = solve(dynamics, (x, torch.zeros(x.shape[0], 1)), ends, **solver)
    base = -0.5 * (z[-1] ** 2).sum(1) - 0.5 * x.shape[1] * torch.log(torch.tensor(2 * torch.pi))
    return base - change[-1][:, 0]


DOPRI5 = {"method": "dopri5", "rtol": 1e-5, "atol": 1e-5}
RK4 = {"method": "rk4", "options": {"step_size": 1 / 8}}


def likelihood(hutchinson, solver):
    def prepare(weights, inputs):
        field = Field(weights)
        optimizer = torch.optim.Adam(field.parameters(), lr=1e-7)
        x = torch.from_numpy(inputs["x"])
        probe = torch.from_numpy(inputs["probe"]) if hutchinson else None

        def run():
            field.evaluations = 0
            optimizer.zero_grad()
            loss = -log_density(field, x, probe, solver, adjoint=True).mean()
            loss.backward()
            optimizer.step()
            return loss.item(), field.evaluations

        return run

    return prepare


def log_prob(weights, inputs):
    field, x = Field(weights), torch.from_numpy(inputs["x"])
    for p in field.parameters():
        p.requires_grad_(False)

    def run():
        field.evaluations = 0
        total = log_density(field, x, None, DOPRI5, adjoint=False).detach()
        return total.mean().item(), field.evaluations

    return run


def sample(weights, inputs):
    field, z = Field(weights), torch.from_numpy(inputs["x"])

    @torch.no_grad()
    def run():
        field.evaluations = 0
        x = torchdiffeq.odeint(field, z, torch.tensor([0.0, 1.0]), **DOPRI5)[-1]
        return x.abs().mean().item(), field.evaluations

    return run


def flow_matching(make):
    def prepare(weights, inputs):
        field = make(weights)
        optimizer = torch.optim.Adam(field.parameters(), lr=1e-7)
        x1 = torch.from_numpy(inputs["x"])
        rows = [-1] + [1] * (x1.dim() - 1)

        def run():
            x0, t = torch.randn_like(x1), torch.rand(x1.shape[0])
            s = t.reshape(rows)
            optimizer.zero_grad()
            loss = ((field(t, (1 - s) * x0 + s * x1) - (x1 - x0)) ** 2).mean()
            loss.backward()
            optimizer.step()
            return loss.item(), None

        return run

    return prepare


def unet_forward(weights, inputs):
    net, x, t = UNet(weights), torch.from_numpy(inputs["x"]), torch.from_numpy(inputs["t"])

    @torch.no_grad()
    def run():
        return net(t, x).abs().mean().item(), None

    return run


def unet_sampling(memory_format):
    """Equal midpoint steps from noise to data; pictures come with channels last, as ours do."""

    def prepare(weights, inputs):
        net = UNet(weights).to(memory_format=memory_format)
        noise = torch.from_numpy(inputs["x"]).permute(0, 3, 1, 2).contiguous(memory_format=memory_format)
        condition, steps = torch.from_numpy(inputs["condition"]), int(inputs["steps"][0])

        @torch.inference_mode()
        def run():
            x, h = noise, 1 / steps
            for step in range(steps):
                t = torch.full((1,), step * h)
                half = x + h / 2 * net(t, x, condition)
                x = x + h * net(t + h / 2, half, condition)
            return x.abs().mean().item(), 2 * steps

        return run

    return prepare


serve(
    {
        "ffjord-hutchinson": likelihood(True, DOPRI5),
        "ffjord-exact": likelihood(False, DOPRI5),
        "ffjord-rk4": likelihood(True, RK4),
        "log-prob": log_prob,
        "sample": sample,
        "flow-matching": flow_matching(Field),
        "unet-forward": unet_forward,
        "unet-training": flow_matching(UNet),
        "unet-sampling": unet_sampling(torch.contiguous_format),
        "unet-sampling-channels-last": unet_sampling(torch.channels_last),
        "endpoint-sampling": endpoint_sampling,
    },
    {"peer": f"PyTorch {torch.__version__}", "threads": THREADS},
)
