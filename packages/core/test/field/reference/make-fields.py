"""Velocities, divergences and log-densities of the reference codes for fields.test's twins: writes fields.json beside it.

    git clone https://github.com/rtqichen/ffjord
    git clone https://github.com/atong01/conditional-flow-matching
    git clone https://github.com/facebookresearch/DiT
    python make-fields.py ffjord conditional-flow-matching DiT        (torch 2, torchdiffeq 0.2)

Weights are not stored: each number is a formula of its name in this library and of its index there, `number` below.
"""
import json
import math
import sys
import types
from pathlib import Path

import torch
from torch import nn

ffjord, torchcfm, dit = (Path(p).resolve() for p in sys.argv[1:4])
torch.set_default_dtype(torch.float64)


def numbers(name, shape):
    """Our weight `name` of our shape: 1 + small for scales, else spread like a layer's of that many inputs."""
    phase = sum(ord(c) for c in name)
    count = math.prod(shape)
    waves = [math.sin(phase + 2.3 * i) for i in range(count)]
    if name.endswith("/scale"):
        return torch.tensor([1 + 0.3 * w for w in waves]).reshape(shape)
    spread = math.sqrt(2 * shape[-1] / count) if len(shape) > 1 else 0.3
    return torch.tensor([spread * w for w in waves]).reshape(shape)


def fill(parameter, value):
    assert parameter.shape == value.shape, (parameter.shape, value.shape)
    parameter.data.copy_(value)


def dense(module, name):
    fill(module.weight, numbers(f"{name}/weight", list(module.weight.T.shape)).T)
    if module.bias is not None:
        fill(module.bias, numbers(f"{name}/bias", list(module.bias.shape)))


def convolution(module, name):
    out, inputs, height, width = module.weight.shape
    fill(module.weight, numbers(f"{name}/weight", [height, width, inputs, out]).permute(3, 2, 0, 1))
    fill(module.bias, numbers(f"{name}/bias", list(module.bias.shape)))


def norm(module, name):
    fill(module.weight, numbers(f"{name}/scale", list(module.weight.shape)))
    fill(module.bias, numbers(f"{name}/shift", list(module.bias.shape)))


def waves(shape, step):
    """A state: sines of the index in our layout, [batch, height, width, channels], turned to PyTorch's."""
    x = torch.tensor([math.sin(1 + step * i) for i in range(math.prod(shape))]).reshape(shape)
    return x if len(shape) == 2 else x.permute(0, 3, 1, 2).contiguous()


def ours(u):
    return u if u.ndim == 2 else u.permute(0, 2, 3, 1)


def listed(v):
    return [round(x, 9) for x in v.flatten().tolist()]


def trace(u, x):
    """The divergence of u at x, row by row."""
    flat = u.reshape(len(x), -1)
    columns = [torch.autograd.grad(flat[:, i].sum(), x, retain_graph=True)[0].reshape(len(x), -1)[:, i] for i in range(flat.shape[1])]
    return sum(columns).detach()


def answer(f, x):
    """u in our layout and its divergence."""
    x = x.clone().requires_grad_(True)
    u = f(x)
    return {"u": listed(ours(u.detach())), "divergence": listed(trace(u, x))}


# ---- torchcfm's UNetModel

sys.path.insert(0, str(torchcfm / "torchcfm" / "models"))
from unet import nn as unet_nn  # noqa: E402
from unet import unet as unet_code  # noqa: E402

unet_code.normalization = lambda channels: unet_nn.GroupNorm32(4, channels)
unet_nn.GroupNorm32.forward = nn.GroupNorm.forward  # in float64 throughout


def fill_block(module, name):
    norm(module.in_layers[0], f"{name}/norm0")
    convolution(module.in_layers[2], f"{name}/convolution0")
    dense(module.emb_layers[1], f"{name}/time")
    norm(module.out_layers[0], f"{name}/norm1")
    convolution(module.out_layers[3], f"{name}/convolution1")
    if not isinstance(module.skip_connection, nn.Identity):
        convolution(module.skip_connection, f"{name}/skip")


def fill_attention(module, name):
    norm(module.norm, f"{name}/norm")
    channels, heads = module.channels, module.num_heads
    parts = [numbers(f"{name}/{part}/weight", [channels, channels]).T.reshape(heads, -1, channels) for part in ("query", "key", "value")]
    fill(module.qkv.weight, torch.stack(parts, 1).reshape(3 * channels, channels, 1))
    biases = [numbers(f"{name}/{part}/bias", [channels]).reshape(heads, -1) for part in ("query", "key", "value")]
    fill(module.qkv.bias, torch.stack(biases, 1).reshape(-1))
    fill(module.proj_out.weight, numbers(f"{name}/mix/weight", [channels, channels]).T[:, :, None])
    fill(module.proj_out.bias, numbers(f"{name}/mix/bias", [channels]))


def fill_step(step, name, block="block"):
    for i, module in enumerate(step):
        if isinstance(module, nn.Conv2d):
            convolution(module, f"{name}/convolution")
        elif isinstance(module, unet_code.ResBlock):
            fill_block(module, f"{name}/resize" if module.updown else f"{name}/{block}{i // 2 if block == 'block' and name == 'middle' else ''}")
        elif isinstance(module, unet_code.AttentionBlock):
            fill_attention(module, f"{name}/attention")
        elif isinstance(module, unet_code.Downsample):
            convolution(module.op, f"{name}/resize")
        elif isinstance(module, unet_code.Upsample):
            convolution(module.conv, f"{name}/resize")


def unet(**settings):
    net = unet_code.UNetModel(8, 2, 8, 2, 1, (2,), channel_mult=(1, 2), num_classes=3, num_heads=2, **settings)
    dense(net.time_embed[0], "time/in")
    dense(net.time_embed[2], "time/out")
    fill(net.label_emb.weight, numbers("label/weight", [3, 32]))
    for i, step in enumerate(net.input_blocks):
        fill_step(step, f"down{i}")
    fill_step(net.middle_block, "middle")
    for i, step in enumerate(net.output_blocks):
        fill_step(step, f"up{i}")
    norm(net.out[0], "output/norm")
    convolution(net.out[2], "output/convolution")
    net.eval()
    net.dtype = torch.float64
    labels = torch.tensor([2, 0])
    # The embedding of time is made in float32 there; ours is exact, so it is given in float64.
    unet_code.timestep_embedding = lambda t, width: torch.cat(
        [f(t[:, None] * 10000 ** (-torch.arange(width // 2) / (width // 2))) for f in (torch.cos, torch.sin)], 1
    )
    return answer(lambda x: net(torch.tensor([0.3, 0.8]), x, labels), waves([2, 4, 4, 2], 0.7))


def unet_by_names(**settings):
    """The same with each weight a formula of the original's name and of its index there, to be imported."""
    net = unet_code.UNetModel(8, 2, 8, 2, 1, (2,), channel_mult=(1, 2), num_classes=3, num_heads=2, **settings)
    net.eval()
    net.dtype = torch.float64
    for name, p in net.named_parameters():
        last = [math.sin(sum(map(ord, name)) + 2.3 * i) for i in range(p.numel())]
        around = 1 if p.ndim == 1 and name.endswith(".weight") else 0
        spread = math.sqrt(2 * p.shape[0] / p.numel()) if p.ndim > 1 else 0.3
        p.data.copy_(around + spread * torch.tensor(last).reshape(p.shape))
    labels = torch.tensor([2, 0])
    found = answer(lambda x: net(torch.tensor([0.3, 0.8]), x, labels), waves([2, 4, 4, 2], 0.7))
    return {**found, "shapes": {name: list(p.shape) for name, p in net.named_parameters()}}


# ---- FFJORD's ODEnet and ODENVP

sys.path.insert(0, str(ffjord))
from lib.layers import odefunc  # noqa: E402
from lib.layers.diffeq_layers import basic  # noqa: E402


def fill_time_layer(module, name):
    """The layers that take a time, by their class; HyperConv2d, linear in time, is our `blend`."""
    side = lambda width, outputs: numbers(f"{name}/shift/weight", [width, outputs])
    plain = getattr(module, "_layer", None)
    kind = type(module)
    if kind is basic.ConcatLinear:
        inputs, outputs = plain.weight.shape[1] - 1, plain.weight.shape[0]
        fill(plain.weight, torch.cat([side(1, outputs), numbers(f"{name}/weight", [inputs, outputs])]).T)
        fill(plain.bias, numbers(f"{name}/bias", [outputs]))
    elif kind is basic.BlendLinear or kind is basic.BlendConv2d:
        lay = dense if kind is basic.BlendLinear else convolution
        lay(module._layer0, name)
        lay(module._layer1, f"{name}/modes")
        for part in ("weight", "bias"):
            change, start = getattr(module._layer1, part), getattr(module._layer0, part)
            change.data += start.data
    elif kind is basic.HyperLinear:
        first, last = module._hypernet[0], module._hypernet[2]
        dense(first, f"{name}/hyper")
        inputs, outputs, units = module.dim_in, module.dim_out, first.out_features
        modes = numbers(f"{name}/modes/weight", [inputs, units * outputs]).reshape(inputs, units, outputs)
        weights = torch.cat([numbers(f"{name}/modes/bias", [units * outputs]).reshape(units, outputs), modes.permute(1, 2, 0).reshape(units, -1)], 1)
        fill(last.weight, weights.T)
        fill(last.bias, torch.cat([numbers(f"{name}/bias", [outputs]), numbers(f"{name}/weight", [inputs, outputs]).T.reshape(-1)]))
    elif kind in (basic.ConcatConv2d, basic.ConcatCoordConv2d):
        transposed = isinstance(plain, nn.ConvTranspose2d)
        size = plain.kernel_size[0]
        coordinates = kind is basic.ConcatCoordConv2d
        extra = 3 if coordinates else 1
        inputs, outputs = plain.in_channels - extra, plain.out_channels
        if transposed:
            shift = numbers(f"{name}/shift/weight", [size, size, outputs, extra])
            both = torch.cat([shift, numbers(f"{name}/weight", [size, size, outputs, inputs])], 3)
            fill(plain.weight, both.permute(3, 2, 0, 1))
        else:
            shift = numbers(f"{name}/shift/weight", [size, size, extra, outputs])
            own = numbers(f"{name}/weight", [size, size, inputs, outputs])
            # There t comes first; with coordinates it comes, then row and column, after the channels.
            fill(plain.weight, torch.cat([own, shift] if coordinates else [shift, own], 2).permute(3, 2, 0, 1))
        fill(plain.bias, numbers(f"{name}/bias", [outputs]))
    else:
        conv = isinstance(plain, nn.Conv2d)
        (convolution if conv else dense)(plain, name)
        if hasattr(module, "_hyper_gate") or hasattr(module, "_hyper"):
            dense(getattr(module, "_hyper_gate", None) or module._hyper, f"{name}/gate")
        if hasattr(module, "_hyper_bias"):
            dense(module._hyper_bias, f"{name}/shift")


def fill_net(net, prefix=""):
    for i, layer in enumerate(net.layers):
        fill_time_layer(layer, f"{prefix}{f'hidden{i}' if i + 1 < len(net.layers) else 'output'}")


def flat(layer):
    net = odefunc.ODEnet((5, 4), (3,), None, False, layer_type=layer, nonlinearity="tanh")
    fill_net(net)
    return answer(lambda x: net(torch.tensor(0.6), x), waves([2, 3], 0.7))


def picture(layer, strides=(1, 1, 1), squeezes=0):
    depth = 4**squeezes
    net = odefunc.ODEnet((4, 3), (depth, 4, 4), strides, True, layer_type=layer, nonlinearity="softplus", num_squeeze=squeezes)
    fill_net(net)
    return answer(lambda x: net(torch.tensor(0.6), x), waves([2, 4, 4, 1], 0.7))


def image_flow():
    """log p of two 8 × 8 pictures: two scales, as the reference code cuts them. Data are at its time 0, ours at 1."""
    from lib.odenvp import ODENVP

    net = ODENVP((2, 1, 8, 8), n_blocks=1, intermediate_dims=(4,), squash_input=False, cnf_kwargs={"T": 1.0, "atol": 1e-9, "rtol": 1e-9})
    cnfs = [m for m in net.modules() if type(m).__name__ == "CNF"]
    for i, cnf in enumerate(cnfs):
        fill_net(cnf.odefunc.diffeq, f"field{i}/")
        cnf.odefunc.before_odeint = lambda e=None: None
        cnf.odefunc.forward = types.MethodType(one_evaluation, cnf.odefunc)
        cnf.eval()
        cnf.test_atol = cnf.test_rtol = 1e-9
    x = waves([2, 8, 8, 1], 0.7)
    z, change = net(x, torch.zeros(2, 1))
    log_base = (-0.5 * z.detach() ** 2 - 0.5 * math.log(2 * math.pi)).sum(1)
    return {"logProb": listed(log_base - change.detach()[:, 0]), "squares": listed((z.detach() ** 2).sum(1)), "fields": len(cnfs)}


def one_evaluation(self, t, states):
    """As in the reference, with the exact trace of pictures, which it lacks, and with time run the other way."""
    y = states[0]
    with torch.enable_grad():
        y = y.detach().requires_grad_(True)
        dy = self.diffeq(1 - t, y)
        return -dy.detach(), trace(dy, y)[:, None]


# ---- DiT

timm = types.ModuleType("timm.models.vision_transformer")


class PatchEmbed(nn.Module):
    def __init__(self, size, patch, inputs, width, bias=True):
        super().__init__()
        self.num_patches, self.patch_size = (size // patch) ** 2, (patch, patch)
        self.proj = nn.Conv2d(inputs, width, patch, patch, bias=bias)

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class Attention(nn.Module):
    def __init__(self, width, num_heads, qkv_bias):
        super().__init__()
        self.heads = num_heads
        self.qkv, self.proj = nn.Linear(width, 3 * width, bias=qkv_bias), nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        q, k, v = self.qkv(x).reshape(batch, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        return self.proj(nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(batch, tokens, width))


class Mlp(nn.Module):
    def __init__(self, in_features, hidden_features, act_layer, drop):
        super().__init__()
        self.fc1, self.act, self.fc2 = nn.Linear(in_features, hidden_features), act_layer(), nn.Linear(hidden_features, in_features)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


timm.PatchEmbed, timm.Attention, timm.Mlp = PatchEmbed, Attention, Mlp
for path in ("timm", "timm.models", "timm.models.vision_transformer"):
    sys.modules[path] = timm


def diffusion_transformer():
    sys.path.insert(0, str(dit))
    import models

    width = 8
    net = models.DiT(4, 2, 1, width, 2, 2, 2.0, class_dropout_prob=0, num_classes=3, learn_sigma=False)
    net.t_embedder.frequency_embedding_size = width
    net.t_embedder.mlp[0] = nn.Linear(width, width)
    models.TimestepEmbedder.timestep_embedding = staticmethod(
        lambda t, d, max_period=10000: torch.cat([f(t[:, None] * max_period ** (-torch.arange(d // 2) / (d // 2))) for f in (torch.cos, torch.sin)], 1)
    )
    fill(net.x_embedder.proj.weight, numbers("input/weight", [4, width]).reshape(2, 2, 1, width).permute(3, 2, 0, 1))
    fill(net.x_embedder.proj.bias, numbers("input/bias", [width]))
    net.pos_embed.data = torch.from_numpy(models.get_2d_sincos_pos_embed(width, 2))[None]
    dense(net.t_embedder.mlp[0], "time/in")
    dense(net.t_embedder.mlp[2], "time/out")
    fill(net.y_embedder.embedding_table.weight, numbers("label/weight", [3, width]))

    def together(module, names):
        fill(module.weight, torch.cat([numbers(f"{name}/weight", [width, width]).T for name in names]))
        fill(module.bias, torch.cat([numbers(f"{name}/bias", [width]) for name in names]))

    for i, block in enumerate(net.blocks):
        at = f"block{i}"
        together(block.attn.qkv, [f"{at}/attention/{part}" for part in ("query", "key", "value")])
        dense(block.attn.proj, f"{at}/attention/mix")
        dense(block.mlp.fc1, f"{at}/net/in")
        dense(block.mlp.fc2, f"{at}/net/out")
        order = ("attention/norm/shift", "attention/norm/scale", "attention/gate", "net/norm/shift", "net/norm/scale", "net/gate")
        together(block.adaLN_modulation[1], [f"{at}/{part}" for part in order])
    together(net.final_layer.adaLN_modulation[1], ["output/norm/shift", "output/norm/scale"])
    dense(net.final_layer.linear, "output")
    net.eval()
    return answer(lambda x: net(x, torch.tensor([0.3, 0.8]), torch.tensor([2, 0])), waves([2, 4, 4, 1], 0.7))


def parameters(module):
    return sum(p.numel() for p in module.parameters())


def counts():
    """Numbers of weights at the sizes that the papers use."""
    cifar = unet_code.UNetModel(32, 3, 128, 3, 2, (2,), channel_mult=(1, 2, 2, 2), num_heads=4, num_head_channels=64)
    mnist = unet_code.UNetModel(28, 1, 32, 1, 1, (1,), channel_mult=(1, 2, 2), num_classes=10)
    return {"torchcfm CIFAR-10": parameters(cifar), "torchcfm MNIST": parameters(mnist)}


result = {
    "unet": unet(),
    "unet, scaled and shifted, resized in blocks": unet(use_scale_shift_norm=True, resblock_updown=True),
    "unet by names": unet_by_names(),
    "unet by names, new attention order, scaled and shifted": unet_by_names(use_new_attention_order=True, use_scale_shift_norm=True),
    **{f"mlp {layer}": flat(layer) for layer in ("ignore", "concat", "squash", "concatsquash", "blend", "hyper")},
    **{f"conv {layer}": picture(layer) for layer in ("ignore", "concat", "concatsquash", "blend", "concatcoord")},
    "conv concat, half the size": picture("concat", (2, 1, -2)),
    "conv concatsquash, squeezed": picture("concatsquash", squeezes=1),
    "multiscale": image_flow(),
    "dit": diffusion_transformer(),
    "parameters": counts(),
}
Path(__file__).with_name("fields.json").write_text(json.dumps(result).replace("}, ", "},\n") + "\n")
