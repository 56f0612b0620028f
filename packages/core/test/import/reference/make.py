"""Weights of nets of other libraries with their log-densities and gradients, in float64 with tight tolerances.

zuko and torchcfm are run themselves. FFJORD's code needs a PyTorch of 2019: its net, flow and moving batch norm are written
out here from the paper (Grathwohl et al. 2019, eq. 4 and appendix B.1) under the names that its checkpoints have.

    pip install torch==2.15.0 torchdiffeq==0.2.5 zuko==1.6.0 torchcfm==1.0.7 safetensors==0.8.0
    python make.py ffjord | zuko | torchcfm | unet > NAME.json
"""

import base64
import json
import math
import sys

import torch
from safetensors.torch import save
from torch import nn
from torchdiffeq import odeint

TIGHT = dict(method="dopri5", rtol=1e-9, atol=1e-9)


def rounded(module, scale=1.0):
    """Makes every number one of float32, so that the file holds exactly what is computed with."""
    with torch.no_grad():
        for p in module.parameters():
            p.copy_((p * scale).float().double())


def standard_normal(z):
    return -0.5 * (z.flatten(1) ** 2 + math.log(2 * math.pi)).sum(1)


def with_divergence(f, t, y, condition=None):
    y = y.requires_grad_(True)
    dy = f(t, y) if condition is None else f(t, y, condition)
    flat = dy.flatten(1)
    divergence = torch.zeros(len(y), dtype=y.dtype)
    for d in range(flat.shape[1]):
        divergence = divergence + torch.autograd.grad(flat[:, d].sum(), y, create_graph=True)[0].flatten(1)[:, d]
    return dy, divergence


def case(log_prob, state, x, weights, to_differentiate=None, **more):
    """weights: {name in the file: parameter} whose gradients of the mean log-density are stored."""
    x = x.float().double().requires_grad_(True)
    logp = log_prob(x)
    grads = torch.autograd.grad((to_differentiate or log_prob)(x).mean(), [x, *weights.values()])
    as_file = {k: (v.float() if v.is_floating_point() else v).contiguous() for k, v in state.items()}
    return {
        "file": base64.b64encode(save(as_file)).decode(),
        "x": x.tolist(), "logProb": logp.tolist(), "gradientOfX": grads[0].tolist(),
        "gradients": {k: g.tolist() for k, g in zip(weights, grads[1:])}, **more,
    }


# ---- FFJORD

class Ignore(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self._layer = nn.Linear(i, o)

    def forward(self, t, x):
        return self._layer(x)


class Concat(Ignore):
    def __init__(self, i, o):
        super().__init__(i + 1, o)

    def forward(self, t, x):
        return self._layer(torch.cat([t.expand(len(x), 1), x], 1))


class Squash(Ignore):
    def __init__(self, i, o):
        super().__init__(i, o)
        self._hyper = nn.Linear(1, o)

    def forward(self, t, x):
        return self._layer(x) * torch.sigmoid(self._hyper(t.view(1, 1)))


class ConcatSquash(Ignore):
    def __init__(self, i, o):
        super().__init__(i, o)
        self._hyper_bias = nn.Linear(1, o, bias=False)
        self._hyper_gate = nn.Linear(1, o)

    def forward(self, t, x):
        s = t.view(1, 1)
        return self._layer(x) * torch.sigmoid(self._hyper_gate(s)) + self._hyper_bias(s)


class Blend(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self._layer0, self._layer1 = nn.Linear(i, o), nn.Linear(i, o)

    def forward(self, t, x):
        return (1 - t) * self._layer0(x) + t * self._layer1(x)


class Net(nn.Module):
    def __init__(self, layer, sizes, nonlinearity):
        super().__init__()
        self.layers = nn.ModuleList(layer(i, o) for i, o in zip(sizes, sizes[1:]))
        self.nonlinearity = nonlinearity

    def forward(self, t, x):
        for layer in self.layers[:-1]:
            x = self.nonlinearity(layer(t, x))
        return self.layers[-1](t, x)


class Block(nn.Module):
    """From data at time 0 to noise at time T; gives the new point and the gain of log-density."""

    def __init__(self, net, end_time):
        super().__init__()
        self.odefunc = nn.Module()
        self.odefunc.diffeq = net
        self.odefunc.register_buffer("_num_evals", torch.tensor(7.0))
        if end_time is not None:
            self.sqrt_end_time = nn.Parameter(torch.tensor(math.sqrt(end_time)))

    def forward(self, x, end_time=None):
        end = self.sqrt_end_time ** 2 if end_time is None else torch.tensor(end_time, dtype=x.dtype)

        def moving(s, state):
            dy, divergence = with_divergence(self.odefunc.diffeq, s * end, state[0])
            return dy * end, divergence * end
        y, gained = odeint(moving, (x, torch.zeros(len(x), dtype=x.dtype)), torch.tensor([0.0, 1.0], dtype=x.dtype), **TIGHT)
        return y[-1], gained[-1]


class MovingBatchNorm(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.weight, self.bias = nn.Parameter(0.3 * torch.randn(n)), nn.Parameter(0.2 * torch.randn(n))
        self.register_buffer("step", torch.tensor([11.0]))
        self.register_buffer("running_mean", (0.4 * torch.randn(n)).float().double())
        self.register_buffer("running_var", torch.rand(n).add(0.3).float().double())

    def forward(self, x):
        log_scale = self.weight - 0.5 * torch.log(self.running_var + 1e-4)
        return (x - self.running_mean) * torch.exp(log_scale) + self.bias, log_scale.sum()


class Chain(nn.Module):
    def __init__(self, parts):
        super().__init__()
        self.chain = nn.ModuleList(parts)

    def log_prob(self, x, end_time=None):
        total = 0.0
        for part in self.chain:
            x, gained = part(x, end_time) if isinstance(part, Block) else part(x)
            total = total + gained
        return standard_normal(x) + total


def ffjord():
    torch.manual_seed(3)
    cases = []
    for name, layer, sizes, nonlinearity, blocks, norms, end in [
        ("concatsquash", ConcatSquash, [2, 8, 8, 2], torch.tanh, 1, False, 0.5),
        ("concat", Concat, [3, 6, 7, 3], nn.functional.softplus, 2, True, 0.8),
        ("concatsquash", ConcatSquash, [2, 6, 2], torch.tanh, 2, True, 0.6),
        ("ignore", Ignore, [2, 5, 2], torch.tanh, 1, False, None),
        ("squash", Squash, [2, 5, 2], nn.functional.elu, 1, False, 1.0),
        ("blend", Blend, [2, 5, 2], torch.tanh, 1, True, 0.7),
    ]:
        parts = []
        if norms:
            parts.append(MovingBatchNorm(sizes[0]))
        for b in range(blocks):
            parts.append(Block(Net(layer, sizes, nonlinearity), end and end + 0.3 * b))
            if norms:
                parts.append(MovingBatchNorm(sizes[0]))
        model = Chain(parts).double()
        rounded(model, 1.6)
        block = 1 if norms else 0
        net = model.chain[block].odefunc.diffeq
        gradients = {}
        if not norms:
            which = "_layer0" if layer is Blend else "_layer"
            gradients = {f"chain.{block}.odefunc.diffeq.layers.{i}.{which}.weight": getattr(net.layers[i], which).weight for i in (0, len(sizes) - 2)}
        x = 0.9 * torch.randn(5, sizes[0], dtype=torch.double)
        end_time = None if end else 0.9
        cases.append(case(lambda v: model.log_prob(v, end_time), model.state_dict(), x, gradients, layer=name, endTime=end_time,
                          nonlinearity={torch.tanh: "tanh", nn.functional.softplus: "softplus", nn.functional.elu: "elu"}[nonlinearity]))
    return cases


# ---- zuko and torchcfm themselves

def zuko_flows():
    import zuko
    torch.manual_seed(4)
    cases = []
    for features, context, freqs, activation, hidden in [(2, 0, 3, nn.ELU, (9, 9)), (3, 2, 2, nn.Tanh, (8,)), (1, 1, 5, nn.Softplus, (6, 6, 6))]:
        flow = zuko.flows.CNF(features, context=context, freqs=freqs, hidden_features=hidden, activation=activation, atol=1e-9, rtol=1e-9)
        state = flow.state_dict()
        flow = flow.double()
        flow.transform.freqs.copy_(math.pi * torch.arange(1, freqs + 1))
        rounded(flow, 2.0)
        state = {**flow.state_dict(), "transform.freqs": state["transform.freqs"]}
        x = torch.randn(5, features, dtype=torch.double)
        c = torch.randn(5, context, dtype=torch.double).float().double() if context else None
        weights = {f"transform.ode.{i}.weight": flow.transform.ode[i].weight for i in (0, len(flow.transform.ode) - 1)}
        cases.append(case(lambda v: flow(c).log_prob(v), state, x, weights, activation=activation.__name__.lower(),
                          condition=c.tolist() if context else None))
    return cases


def matching_log_prob(velocity, solver=TIGHT):
    """Noise at 0, data at 1."""
    def log_prob(x):
        f = lambda t, state: with_divergence(velocity, t, state[0])
        z, gained = odeint(f, (x, torch.zeros(len(x), dtype=x.dtype)), torch.tensor([1.0, 0.0], dtype=x.dtype), **solver)
        return standard_normal(z[-1]) + gained[-1]
    return log_prob


def torchcfm_mlps():
    from torchcfm.models.models import MLP
    torch.manual_seed(5)
    cases = []
    for dim, w in [(2, 10), (4, 6)]:
        net = MLP(dim, w=w, time_varying=True).double()
        rounded(net, 1.5)
        velocity = lambda t, x: net(torch.cat([x, t.expand(len(x), 1)], 1))
        weights = {f"net.{i}.weight": net.net[i].weight for i in (0, 6)}
        # SELU's kinks: what backpropagation makes of them depends on the steps, and settles for many equal ones.
        many = dict(method="midpoint", options=dict(step_size=1 / 2000))
        cases.append(case(matching_log_prob(velocity), net.state_dict(), torch.randn(5, dim, dtype=torch.double), weights,
                          matching_log_prob(velocity, many)))
    return cases


def unets():
    """Velocities alone: a log-density of a picture takes as many derivatives as there are pixels."""
    from torchcfm.models.unet import UNetModel
    torch.manual_seed(6)
    cases = []
    for dim, kwargs in [
        ((1, 4, 4), dict(num_channels=32, num_res_blocks=1, channel_mult=(1,), attention_resolutions="4", num_heads=2)),
    ]:
        net = UNetModel(dim=dim, **kwargs).double()
        rounded(net)
        with torch.no_grad():
            for name, p in net.named_parameters():
                if p.abs().max() == 0 or "norm" in name or name.endswith("layers.0.weight"):
                    p.add_(0.2 * torch.randn_like(p))
        rounded(net)
        x = torch.randn(2, *dim, dtype=torch.double).float().double()
        t = torch.tensor([0.2, 0.7], dtype=torch.double)
        state = {k: v.float().contiguous() for k, v in net.state_dict().items()}
        cases.append({"file": base64.b64encode(save(state)).decode(), "x": x.tolist(), "t": t.tolist(),
                      "velocity": net(t, x).tolist(), "dim": dim})
    return cases


made = {"ffjord": ffjord, "zuko": zuko_flows, "torchcfm": torchcfm_mlps, "unet": unets}
print(json.dumps({"made with": {"torch": torch.__version__}, "cases": made[sys.argv[1]]()}))
