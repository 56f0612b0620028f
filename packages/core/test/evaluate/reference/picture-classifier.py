"""The net of pictureClassifier in PyTorch: weights and pictures drawn at random, what it makes of them, and the gradient of its loss.

    pip install torch==2.15.0 numpy==2.4.6
    python picture-classifier.py > picture-classifier.json
"""

import json

import torch
from torch.nn import functional as F

torch.manual_seed(3)
height, width, depth, first, second, features, classes, count = 9, 8, 2, 3, 4, 5, 3, 6


def drawn(*shape, scale=0.4):
    return (torch.round(torch.randn(*shape) * scale * 1000) / 1000).requires_grad_(True)


flat = (height // 2 // 2) * (width // 2 // 2) * second
weights = {
    "convolution0/weight": drawn(4, 4, depth, first),
    "convolution0/bias": drawn(first),
    "residual0/weight": drawn(3, 3, first, first),
    "residual0/bias": drawn(first),
    "convolution1/weight": drawn(4, 4, first, second),
    "convolution1/bias": drawn(second),
    "residual1/weight": drawn(3, 3, second, second),
    "residual1/bias": drawn(second),
    "features/weight": drawn(flat, features),
    "features/bias": drawn(features),
    "classes/weight": drawn(features, classes),
    "classes/bias": drawn(classes),
}
x = torch.randint(0, 17, (count, height, width, depth))
labels = torch.randint(0, classes, (count,))


def conv(name, h, stride):
    weight = weights[f"{name}/weight"].permute(3, 2, 0, 1)
    return F.relu(F.conv2d(h, weight, weights[f"{name}/bias"], stride=stride, padding=1))


h = (x.float() * (2 / 16) - 1).permute(0, 3, 1, 2)
for stage in (0, 1):
    h = conv(f"convolution{stage}", h, 2)
    h = h + conv(f"residual{stage}", h, 1)
# Channels last, as the pictures come.
made = F.relu(h.permute(0, 2, 3, 1).reshape(count, -1) @ weights["features/weight"] + weights["features/bias"])
logits = made @ weights["classes/weight"] + weights["classes/bias"]
F.cross_entropy(logits, labels).backward()

rows = lambda t: {"shape": list(t.shape), "data": [float(f"{v:.7g}") for v in t.detach().flatten().tolist()]}
print(json.dumps({
    "made with": {"torch": torch.__version__},
    "config": {"event": [height, width, depth], "classes": classes, "levels": 17, "channels": [first, second], "features": features},
    "weights": {name: rows(w) for name, w in weights.items()},
    "x": rows(x.float()),
    "labels": labels.tolist(),
    "features": rows(made),
    "logits": rows(logits),
    "gradients": {name: rows(w.grad) for name, w in weights.items()},
}))
