"""The field `unet` in PyTorch: weights by the same names, convolution filters turned from HWIO to OIHW."""
import torch
from torch import nn
from torch.nn import functional as F


class UNet(nn.Module):
    """
    Any `unet` with convolutions between its sizes, 8 groups and one attention head: which blocks, sizes and attentions there
    are, whether time scales and shifts, and whether there are classes, is read off the names and shapes of the weights.
    """

    def __init__(self, weights):
        super().__init__()
        turned = {name: torch.from_numpy(w).permute(3, 2, 0, 1).contiguous() if w.ndim == 4 else torch.from_numpy(w) for name, w in weights.items()}
        self.p = nn.ParameterDict({name.replace("/", "_"): nn.Parameter(w) for name, w in turned.items()})
        steps = {name.split("/")[0] for name in weights}
        self.downs = sum(step.startswith("down") for step in steps)
        self.ups = sum(step.startswith("up") for step in steps)

    def get(self, name):
        return self.p[name.replace("/", "_")]

    def has(self, name):
        return name.replace("/", "_") in self.p

    def dense(self, name, x):
        return x @ self.get(f"{name}/weight") + self.get(f"{name}/bias")

    def conv(self, name, x, stride=1):
        filter = self.get(f"{name}/weight")
        return F.conv2d(x, filter, self.get(f"{name}/bias"), stride=stride, padding=filter.shape[2] // 2)

    def norm(self, name, x):
        return F.group_norm(x, 8, self.get(f"{name}/scale"), self.get(f"{name}/shift"))

    def block(self, name, x, side):
        h = self.conv(f"{name}/convolution0", F.silu(self.norm(f"{name}/norm0", x)))
        time = self.dense(f"{name}/time", side)[:, :, None, None]
        if time.shape[1] == 2 * h.shape[1]:
            scale, shift = time.chunk(2, 1)
            h = self.norm(f"{name}/norm1", h) * (1 + scale) + shift
        else:
            h = self.norm(f"{name}/norm1", h + time)
        h = self.conv(f"{name}/convolution1", F.silu(h))
        return h + (self.conv(f"{name}/skip", x) if self.has(f"{name}/skip/weight") else x)

    def attention(self, name, x):
        tokens = self.norm(f"{name}/norm", x).flatten(2).transpose(1, 2)
        query, key, value = (self.dense(f"{name}/{part}", tokens) for part in ("query", "key", "value"))
        read = self.dense(f"{name}/mix", F.scaled_dot_product_attention(query, key, value))
        return x + read.transpose(1, 2).reshape(x.shape)

    def through(self, name, x, side):
        if self.has(f"{name}/block/convolution0/weight"):
            x = self.block(f"{name}/block", x, side)
        return self.attention(f"{name}/attention", x) if self.has(f"{name}/attention/query/weight") else x

    def forward(self, t, x, condition=None):
        half = self.get("time/in/weight").shape[0] // 2
        waves = t[:, None] * (30 * 10000 ** (-torch.arange(half) / half))
        features = torch.cat([torch.cos(waves), torch.sin(waves)], 1)
        side = self.dense("time/out", F.silu(self.dense("time/in", features)))
        side = F.silu(side if condition is None else side + condition @ self.get("label/weight"))
        h = self.conv("down0/convolution", x)
        kept = [h]
        for i in range(1, self.downs):
            h = self.conv(f"down{i}/resize", h, stride=2) if self.has(f"down{i}/resize/weight") else self.through(f"down{i}", h, side)
            kept.append(h)
        h = self.block("middle/block0", h, side)
        if self.has("middle/attention/query/weight"):
            h = self.attention("middle/attention", h)
        h = self.block("middle/block1", h, side)
        for i in range(self.ups):
            h = self.through(f"up{i}", torch.cat([h, kept.pop()], 1), side)
            if self.has(f"up{i}/resize/weight"):
                h = self.conv(f"up{i}/resize", F.interpolate(h, scale_factor=2, mode="nearest"))
        return self.conv("output/convolution", F.silu(self.norm("output/norm", h)))
