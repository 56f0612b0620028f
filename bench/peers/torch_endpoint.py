"""The field `endpoint` over a `transformerNetwork` in PyTorch: weights by the same names."""
import math

import torch
from torch import nn
from torch.nn import functional as F


class Endpoint(nn.Module):
    """
    Logits of codes for each slot: the evidence of the state, and what the transformer adds to it. Sizes are read off the weights;
    heads, tokens, octaves, σ and how much of the condition belongs to each token come with them.
    """

    def __init__(self, weights, codebook, settings):
        super().__init__()
        self.p = nn.ParameterDict({name.replace("/", "_"): nn.Parameter(torch.from_numpy(w)) for name, w in weights.items()})
        self.register_buffer("codebook", torch.from_numpy(codebook))
        self.register_buffer("squares", (self.codebook**2).sum(1))
        self.heads, self.octaves, self.sigma, self.own = settings
        self.tokens = weights["position"].shape[0]
        self.layers = len({name.split("/")[0] for name in weights if name.startswith("block")})
        distances = torch.arange(self.tokens)
        self.register_buffer("distance", distances[None, :] - distances[:, None] + self.tokens - 1)
        self.register_buffer("frequencies", math.pi * 2.0 ** torch.arange(self.octaves))
        if "phase" in weights:
            self.register_buffer("place", torch.arange(self.tokens) % weights["phase"].shape[0])

    def get(self, name):
        return self.p[name.replace("/", "_")]

    def dense(self, name, x):
        return x @ self.get(f"{name}/weight") + self.get(f"{name}/bias")

    def norm(self, name, x, side):
        normed = x * torch.rsqrt((x**2).mean(-1, keepdim=True) + 1e-5)
        return normed * (1 + self.dense(f"{name}/scale", side)[:, None]) + self.dense(f"{name}/shift", side)[:, None]

    def attention(self, name, x):
        batch, tokens, width = x.shape
        query, key, value = (
            self.dense(f"{name}/{part}", x).view(batch, tokens, self.heads, -1).transpose(1, 2) for part in ("query", "key", "value")
        )
        table = f"{name}/distance".replace("/", "_")
        bias = self.p[table][:, self.distance][None] if table in self.p else None
        read = F.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        return self.dense(f"{name}/mix", read.transpose(1, 2).reshape(batch, tokens, width))

    def forward(self, t, x, condition):
        """t a number, x [batch, tokens, width], condition [batch, n] -> logits [batch, slots, codes]"""
        batch, size, width = x.shape[0], *self.codebook.shape
        variance = (1 - t) ** 2 + (t * self.sigma) ** 2
        overlap = x.reshape(batch, -1, width) @ self.codebook.T
        evidence = t / variance * (overlap - t / 2 * self.squares)
        read = torch.cat([x, evidence.softmax(-1).reshape(batch, self.tokens, -1)], -1)
        time = t * self.frequencies
        features = torch.cat([torch.tensor([t]), torch.sin(time), torch.cos(time)]).expand(batch, -1)
        told = self.tokens * self.own
        side = F.silu(self.dense("side", torch.cat([features, condition[:, told:]], 1)))
        h = self.dense("input", read) + self.get("position")
        if hasattr(self, "place"):
            h = h + self.get("phase")[self.place]
        if told:
            h = h + condition[:, :told].view(batch, self.tokens, self.own) @ self.get("own/weight")
        for i in range(self.layers):
            h = h + self.attention(f"block{i}/attention", self.norm(f"block{i}/attention/norm", h, side))
            hidden = F.silu(self.dense(f"block{i}/net/in", self.norm(f"block{i}/net/norm", h, side)))
            h = h + self.dense(f"block{i}/net/out", hidden)
        return evidence + self.dense("output", self.norm("output/norm", h, side)).reshape(batch, -1, size)


def endpoint_sampling(weights, inputs):
    """`sampleCodes` without churn: equal steps, each along the closed form for the mean code at that time."""
    condition, noise = torch.from_numpy(inputs["condition"]), torch.from_numpy(inputs["x"])
    heads, octaves, sigma, own, steps = (float(v) for v in inputs["settings"])
    net = Endpoint(weights, inputs["codebook"], (int(heads), int(octaves), sigma, int(own)))
    steps = int(steps)
    spread = lambda t: math.sqrt((1 - t) ** 2 + (t * sigma) ** 2)

    @torch.inference_mode()
    def run():
        x = noise
        for step in range(steps):
            t, after = step / steps, (step + 1) / steps
            end = (net(t, x, condition).softmax(-1) @ net.codebook).reshape(x.shape)
            x = after * end + spread(after) / spread(t) * (x - t * end)
        confidence = net(1.0, x, condition).log_softmax(-1).max(-1).values
        return x.abs().mean().item() + confidence.mean().item(), steps + 1

    return run
