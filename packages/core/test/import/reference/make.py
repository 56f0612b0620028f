"""Weights of nets of other libraries with their log-densities and gradients, in float64 with tight tolerances.

zuko, torchcfm and the nets of FFJORD's own code (Grathwohl et al. 2019) are run themselves; the solves are torchdiffeq's.

    git clone https://github.com/rtqichen/ffjord                       (commit 994864a)
    pip install torch==2.15.0 torchdiffeq==0.2.5 zuko==1.6.0 torchcfm==1.0.7 safetensors==0.8.0
    python make.py ffjord FFJORD | zuko | torchcfm | unet > NAME.json

The gradient of the mean log-density with respect to each tensor of the file is kept by its norm and its products with the
directions cos(1.7·(k + 1)·i + k), k = 0, 1, 2, over the tensor's entries i.
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
        for p in [*module.parameters(), *module.buffers()]:
            p.copy_((p * (scale if isinstance(p, nn.Parameter) else 1)).float().double())


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


def digits(v, n=8):
    return json.loads(json.dumps(v), parse_float=lambda s: float(f"%.{n}g" % float(s)))


def ours(x):
    """Pictures have their channels last here."""
    return x if x.ndim == 2 else x.permute(0, 2, 3, 1)


def along(gradient):
    flat = gradient.flatten()
    i = torch.arange(len(flat), dtype=flat.dtype)
    return {"norm": flat.norm().item(), "along": [(flat * torch.cos(1.7 * (k + 1) * i + k)).sum().item() for k in range(3)]}


def answers(log_prob, x, weights, to_differentiate=None):
    """weights: {name in the file: parameter} whose gradients of the mean log-density are stored."""
    x = x.float().double().requires_grad_(True)
    logp = log_prob(x)
    grads = torch.autograd.grad((to_differentiate or log_prob)(x).mean(), [x, *weights.values()])
    return {
        "x": digits(ours(x).tolist(), 9), "logProb": digits(logp.tolist(), 9), "gradientOfX": digits(ours(grads[0]).tolist()),
        "gradients": digits({k: along(g) for k, g in zip(weights, grads[1:])}),
    }


def case(log_prob, state, x, weights, to_differentiate=None, **more):
    as_file = {k: (v.float() if v.is_floating_point() else v).contiguous() for k, v in state.items()}
    return {"file": base64.b64encode(save(as_file)).decode(), **answers(log_prob, x, weights, to_differentiate), **more}


# ---- FFJORD

def ffjord():
    sys.path.insert(0, sys.argv[2])
    import lib.layers as layers
    from lib.layers import odefunc
    from lib.layers.diffeq_layers import basic
    from lib.odenvp import ODENVP

    class Right:
        """The constructors of the layers concat_v2 name another class, so that they fail; within this block it is theirs."""

        def __enter__(self):
            self.kept = basic.ConcatLinear, basic.ConcatConv2d
            basic.ConcatLinear, basic.ConcatConv2d = basic.ConcatLinear_v2, basic.ConcatConv2d_v2

        def __exit__(self, *_):
            basic.ConcatLinear, basic.ConcatConv2d = self.kept

    def net(layer, shape, hidden, strides, nonlinearity):
        made = lambda: odefunc.ODEnet(hidden, shape, strides, strides is not None, layer_type=layer, nonlinearity=nonlinearity)
        if layer != "concat_v2":
            return made()
        with Right():
            return made()

    def end_of(block):
        return block.sqrt_end_time ** 2 if hasattr(block, "sqrt_end_time") else torch.tensor(block.without, dtype=torch.double)

    def through(part, x):
        """From data to noise, with the gain of log-density."""
        none = torch.zeros(len(x), 1, dtype=x.dtype)
        if isinstance(part, layers.SequentialFlow):
            return chained(part.chain, x)
        if not isinstance(part, layers.CNF):
            x, change = part(x, none)
            return x, -change[:, 0]
        end = end_of(part)

        def moving(s, state):
            dy, divergence = with_divergence(part.odefunc.diffeq, s * end, state[0])
            return dy * end, divergence * end

        y, gained = odeint(moving, (x, none[:, 0]), torch.tensor([0.0, 1.0], dtype=x.dtype), **TIGHT)
        return y[-1], gained[-1]

    def chained(parts, x):
        total = 0.0
        for part in parts:
            x, gained = through(part, x)
            total = total + gained
        return x, total

    def log_prob(model, x):
        if not isinstance(model, ODENVP):
            z, gained = through(model, x)
            return standard_normal(z) + gained
        total, left = 0.0, []
        for i, scale in enumerate(model.transforms):
            x, gained = through(scale, x)
            total = total + gained
            if i + 1 < len(model.transforms):
                x, out = x.chunk(2, 1)
                left.append(out)
        return standard_normal(torch.cat([v.flatten(1) for v in [*left, x]], 1)) + total

    def finished(model, rows, shape, name, nonlinearity, unit=False, **more):
        model = model.double().eval()
        rounded(model, 1.6)
        with torch.no_grad():
            for key, p in model.named_parameters():
                if "_hypernet" in key or "beta" in key:
                    p.copy_((0.4 * torch.randn_like(p) + (1.5 if "beta" in key else 0)).float().double())
                if key.endswith("sqrt_end_time"):
                    p.copy_((p / 1.6).float().double())
        # Norms of flat data become a transform here, and end times settings, neither of which is a weight.
        mine = lambda key: "sqrt_end_time" not in key and "beta" not in key and (len(shape) == 3 or "diffeq" in key)
        weights = {key: p for key, p in model.named_parameters() if mine(key)}
        x = torch.rand(rows, *shape, dtype=torch.double) if unit else 0.9 * torch.randn(rows, *shape, dtype=torch.double)
        event = {"event": [*shape[1:], shape[0]]} if len(shape) == 3 else {}
        return case(lambda v: log_prob(model, v), model.state_dict(), x, weights, layer=name, activation=nonlinearity, **event, **more)

    def norm(kind, n):
        made = kind(n)
        made.step.fill_(11.0)
        made.running_mean.copy_(0.4 * torch.randn(n))
        made.running_var.copy_(torch.rand(n) + 0.3)
        with torch.no_grad():
            made.weight.copy_(0.2 * torch.randn(n))
            made.bias.copy_(0.15 * torch.randn(n))
        return made

    torch.manual_seed(3)
    cases = []
    for layer, hidden, nonlinearity, dim, blocks, norms, end in [
        ("concatsquash", (8, 8), "tanh", 2, 1, False, 0.5),
        ("concat", (6, 7), "softplus", 3, 2, True, 0.8),
        ("concatsquash", (6,), "tanh", 2, 2, True, 0.6),
        ("ignore", (5,), "tanh", 2, 1, False, None),
        ("squash", (5,), "elu", 2, 1, False, 1.0),
        ("blend", (5,), "tanh", 2, 1, True, 0.7),
        ("hyper", (5,), "tanh", 2, 1, True, 0.7),
        ("hyper", (4, 3), "softplus", 3, 1, False, 0.6),
        ("concat_v2", (5,), "swish", 2, 1, False, 0.8),
    ]:
        parts = [norm(layers.MovingBatchNorm1d, dim)] if norms else []
        for b in range(blocks):
            cnf = layers.CNF(layers.ODEfunc(net(layer, (dim,), hidden, None, nonlinearity)), T=(end or 0.9) + 0.3 * b, train_T=end is not None)
            if end is None:  # as in the code's earlier versions
                del cnf.sqrt_end_time
                cnf.without = 0.9
            parts.append(cnf)
            if norms:
                parts.append(norm(layers.MovingBatchNorm1d, dim))
        more = {"endTime": 0.9} if end is None else {}
        cases.append(finished(layers.SequentialFlow(parts), 5, (dim,), layer, nonlinearity, **more, **({"flat": [dim]} if layer == "hyper" else {})))

    for layer, hidden, strides, nonlinearity, shape, blocks, norms, alpha in [
        ("ignore", (3,), (1, 1), "tanh", (2, 2, 4), 1, False, 0),
        ("concat", (3, 4), (2, 1, -2), "softplus", (1, 4, 4), 1, False, 0),
        ("concat_v2", (3,), (1, 1), "tanh", (1, 4, 4), 1, False, 0),
        ("concatsquash", (3,), (1, 1), "softplus", (2, 2, 4), 2, True, 0.05),
        ("blend", (3,), (2, -2), "tanh", (1, 4, 4), 1, False, 0),
        ("concatcoord", (3,), (1, 1), "softplus", (1, 3, 4), 1, False, 0),
        ("hyper", (2, 3), (2, 1, -2), "tanh", (1, 4, 4), 1, False, 0),
    ]:
        parts = [layers.LogitTransform(alpha)] if alpha else []
        for b in range(blocks):
            parts.append(layers.CNF(layers.ODEfunc(net(layer, shape, hidden, strides, nonlinearity)), T=0.7 + 0.2 * b, train_T=True))
        if norms:
            parts.append(norm(layers.MovingBatchNorm2d, shape[0]))
        more = {"strides": strides, "alpha": alpha}
        cases.append(finished(layers.SequentialFlow(parts), 2, shape, f"{layer} convolution", nonlinearity, alpha > 0, **more))

    model = ODENVP((2, 1, 8, 8), n_blocks=1, intermediate_dims=(3,), nonlinearity="softplus", alpha=0.05, cnf_kwargs=dict(T=0.8, train_T=True))
    cases.append(finished(model, 2, (1, 8, 8), "multiscale", "softplus", True, alpha=0.05))
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
        rounded(flow, 2.0)
        flow.transform.freqs.copy_(math.pi * torch.arange(1, freqs + 1))
        state = {**flow.state_dict(), "transform.freqs": state["transform.freqs"]}
        x = torch.randn(5, features, dtype=torch.double)
        c = torch.randn(5, context, dtype=torch.double).float().double() if context else None
        weights = {name: p for name, p in flow.named_parameters() if ".ode." in name}
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
        # SELU's kinks: what backpropagation makes of them depends on the steps, and settles for many equal ones.
        many = dict(method="midpoint", options=dict(step_size=1 / 2000))
        cases.append(case(matching_log_prob(velocity), net.state_dict(), torch.randn(5, dim, dtype=torch.double), dict(net.named_parameters()),
                          matching_log_prob(velocity, many)))
    return cases


def unets():
    """Two steps of the midpoint rule. Each weight is a formula of the original's name and of its index there."""
    from torchcfm.models.unet import nn as unet_nn
    from torchcfm.models.unet import unet as unet_code

    unet_code.normalization = lambda channels: unet_nn.GroupNorm32(4, channels)
    unet_nn.GroupNorm32.forward = nn.GroupNorm.forward  # in float64 throughout
    unet_code.timestep_embedding = lambda t, width: torch.cat(
        [f(t[:, None] * 10000 ** (-torch.arange(width // 2, dtype=t.dtype) / (width // 2))) for f in (torch.cos, torch.sin)], 1
    )
    cases = []
    for settings in [{}, dict(use_new_attention_order=True, use_scale_shift_norm=True)]:
        net = unet_code.UNetModel(4, 1, 8, 1, 1, (2,), channel_mult=(1, 2), num_classes=3, num_heads=2, **settings).double().eval()
        net.dtype = torch.float64
        for name, p in net.named_parameters():
            last = torch.tensor([math.sin(sum(map(ord, name)) + 2.3 * i) for i in range(p.numel())], dtype=torch.double)
            around = 1 if p.ndim == 1 and name.endswith(".weight") else 0
            spread = math.sqrt(2 * p.shape[0] / p.numel()) if p.ndim > 1 else 0.3
            p.data.copy_((around + spread * last.reshape(p.shape)).float())
        labels = torch.tensor([2, 0])
        velocity = lambda t, x: net(t.expand(len(x)), x, labels)
        x = torch.tensor([math.sin(1 + 0.7 * i) for i in range(32)], dtype=torch.double).reshape(2, 1, 4, 4)
        log_prob = matching_log_prob(velocity, dict(method="midpoint", options=dict(step_size=0.5)))
        cases.append({**answers(log_prob, x, dict(net.named_parameters())), "settings": list(settings),
                      "shapes": {name: list(p.shape) for name, p in net.named_parameters()}})
    return cases


made = {"ffjord": ffjord, "zuko": zuko_flows, "torchcfm": torchcfm_mlps, "unet": unets}
text = json.dumps({"made with": {"torch": torch.__version__}, "cases": made[sys.argv[1]]()})
print(text.replace('}, {"file"', '},\n{"file"'))
