"""The field `unet` in PyTorch: weights by the same names, convolution filters turned from HWIO to OIHW."""
import torch
from torch import nn
from torch.nn import functional as F


class UNet(nn.Module):
    """28 x 28 pictures, widths 32-64-128, two residual blocks a level (three on the way up), no attention."""

    def __init__(self, weights):
        super().__init__()
        turned = {name: torch.from_numpy(w).permute(3, 2, 0, 1).contiguous() if w.ndim == 4 else torch.from_numpy(w) for name, w in weights.items()}
        self.p = nn.ParameterDict({name.replace("/", "_"): nn.Parameter(w) for name, w in turned.items()})
        self.levels = 3
        self.blocks = 2

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
        h = h + self.dense(f"{name}/time", side)[:, :, None, None]
        h = self.conv(f"{name}/convolution1", F.silu(self.norm(f"{name}/norm1", h)))
        return h + (self.conv(f"{name}/skip", x) if self.has(f"{name}/skip/weight") else x)

    def forward(self, t, x):
        waves = t[:, None] * (30 * 10000 ** (-torch.arange(16) / 16))
        features = torch.cat([torch.cos(waves), torch.sin(waves)], 1)
        side = F.silu(self.dense("time/out", F.silu(self.dense("time/in", features))))
        h = self.conv("down0/convolution", x)
        kept = [h]
        for level in range(self.levels):
            for _ in range(self.blocks):
                h = self.block(f"down{len(kept)}/block", h, side)
                kept.append(h)
            if level + 1 < self.levels:
                h = self.conv(f"down{len(kept)}/resize", h, stride=2)
                kept.append(h)
        for i in range(2):
            h = self.block(f"middle/block{i}", h, side)
        step = 0
        for level in reversed(range(self.levels)):
            for _ in range(self.blocks + 1):
                h = self.block(f"up{step}/block", torch.cat([h, kept.pop()], 1), side)
                step += 1
            if level > 0:
                h = self.conv(f"up{step - 1}/resize", F.interpolate(h, scale_factor=2, mode="nearest"))
        return self.conv("output/convolution", F.silu(self.norm("output/norm", h)))
