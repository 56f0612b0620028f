"""MAF's preprocessing (Papamakarios et al. 2017) of small made-up tables, in NumPy's words: python maf.py > maf.json."""

import json
import numpy as np


def rounded(x):
    return [float(f"{v:.17g}") for v in np.asarray(x).ravel()]


def parts(x):
    test = int(0.1 * len(x))
    rest, tested = x[:-test], x[-test:]
    validation = int(0.1 * len(rest))
    return rest[:-validation], rest[-validation:], tested


out = {}
state = np.random.RandomState(42)
order = np.arange(20).reshape(20, 1)
state.shuffle(order)
many = np.random.RandomState(7)
long_order = np.arange(1000)[:, None]
many.shuffle(long_order)
out["random"] = {"shuffled": order.ravel().tolist(), "rand": rounded(state.rand(5)), "long": long_order.ravel().tolist(),
                 "rand after": rounded(many.rand(700)[-3:])}

made = np.random.default_rng(0)
power = np.round(made.uniform(0, 10, (40, 8)), 3)
rng = np.random.RandomState(42)
x = power.copy()
rng.shuffle(x)
x = np.delete(np.delete(x, 3, axis=1), 1, axis=1)
voltage, active, meters = 0.01 * rng.rand(40, 1), 0.001 * rng.rand(40, 1), rng.rand(40, 3)
x = x + np.hstack((active, voltage, meters, np.zeros((40, 1))))
train, validation, test = parts(x)
seen = np.vstack((train, validation))
mu, s = seen.mean(0), seen.std(0)
out["power"] = {"x": rounded(power), **{k: rounded((v - mu) / s) for k, v in
                                        {"train": train, "validation": validation, "test": test}.items()}}

base = made.normal(size=(50, 3))
sensors = np.stack([base[:, 0], base[:, 0] + 0.01 * made.normal(size=50), base[:, 1], base[:, 0] - 0.01 * made.normal(size=50),
                    base[:, 2], base[:, 1] * 2 + 0.02 * made.normal(size=50)], 1)
gas = np.hstack((made.normal(size=(50, 3)), sensors))
keep = list(range(6))
while True:
    B = (np.corrcoef(sensors[:, keep].T) > 0.98).sum(1)
    if not np.any(B > 1):
        break
    del keep[np.where(B > 1)[0][0]]
x = sensors[:, keep]
x = (x - x.mean(0)) / x.std(0, ddof=1)
train, validation, test = parts(x)
out["gas"] = {"x": rounded(gas), "columns": [k + 3 for k in keep], "train": rounded(train), "validation": rounded(validation),
              "test": rounded(test)}


def repetitive(x):
    return [i for i, f in enumerate(x.T) if np.sum(f == f.min()) > 5]


def hepmass_rows(n, extra):
    x = made.normal(size=(n, 4 + extra))
    x[:, 2] = np.maximum(x[:, 2], 0)
    return np.hstack((made.integers(0, 2, (n, 1)), x))


a, b = hepmass_rows(60, 0), hepmass_rows(30, 1)
seen, test = a[a[:, 0] == 1][:, 1:], b[b[:, 0] == 1][:, 1:-1]
mu, s = seen.mean(0), seen.std(0, ddof=1)
keep = [i for i in range(4) if i not in repetitive(seen)]
seen, test = ((seen - mu) / s)[:, keep], ((test - mu) / s)[:, keep]
n = int(0.1 * len(seen))
out["hepmass"] = {"x": rounded(a), "y": rounded(b), "columns": [k + 1 for k in keep], "train": rounded(seen[:-n]),
                  "validation": rounded(seen[-n:]), "test": rounded(test)}

mini = made.normal(size=(50, 4))
mini[:, 1] = np.maximum(mini[:, 1], 0.2)
mini[[3, 20], :] = -999
x = mini[mini[:, 0] >= -100]
keep = [i for i in range(4) if i not in repetitive(x)]
x = x[:, keep]
train, validation, test = parts(x)
seen = np.vstack((train, validation))
mu, s = seen.mean(0), seen.std(0)
out["miniboone"] = {"x": rounded(mini), "columns": keep, **{k: rounded((v - mu) / s) for k, v in
                                                            {"train": train, "validation": validation, "test": test}.items()}}
print(json.dumps(out))
