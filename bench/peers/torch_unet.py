"""bench/unet.mjs in PyTorch: weights by the same names, convolution filters turned from HWIO to OIHW."""
import torch
from torch import nn
from torch.nn import functional as F


class UNet(nn.Module):
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

    def conv(self, name, x, stride=1):
        filter = self.get(f"{name}/filter")
        return F.conv2d(x, filter, self.get(f"{name}/bias"), stride=stride, padding=filter.shape[2] // 2)

    def norm(self, name, x):
        return F.group_norm(x, 8, self.get(f"{name}/scale"), self.get(f"{name}/shift"))

    def block(self, name, x, side):
        h = self.conv(f"{name}/conv0", F.silu(self.norm(f"{name}/norm0", x)))
        h = h + (side @ self.get(f"{name}/time/weight") + self.get(f"{name}/time/bias"))[:, :, None, None]
        h = self.conv(f"{name}/conv1", F.silu(self.norm(f"{name}/norm1", h)))
        return h + (self.conv(f"{name}/skip", x) if self.has(f"{name}/skip/filter") else x)

    def forward(self, t, x):
        waves = t[:, None] * torch.exp(torch.linspace(0, 6, 16))
        features = torch.cat([torch.sin(waves), torch.cos(waves)], 1)
        side = F.silu(features @ self.get("time0/weight") + self.get("time0/bias"))
        side = F.silu(side @ self.get("time1/weight") + self.get("time1/bias"))
        h = self.conv("in", x)
        kept = [h]
        for level in range(self.levels):
            for i in range(self.blocks):
                h = self.block(f"down{level}/block{i}", h, side)
                kept.append(h)
            if level + 1 < self.levels:
                h = self.conv(f"down{level}/shrink", h, stride=2)
                kept.append(h)
        for i in range(2):
            h = self.block(f"middle{i}", h, side)
        for level in reversed(range(self.levels)):
            for i in range(self.blocks + 1):
                h = self.block(f"up{level}/block{i}", torch.cat([h, kept.pop()], 1), side)
            if level > 0:
                h = self.conv(f"up{level}/grow", F.interpolate(h, scale_factor=2, mode="nearest"))
        return self.conv("out", F.silu(self.norm("out/norm", h)))
