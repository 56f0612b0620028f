"""Optimal transport between small clouds: POT's exact plan, its sliced distance along given directions, and SciPy's assignment.

    pip install POT==0.9.7.post1 scipy==1.17.1 numpy==2.4.6
    python transport.py > transport.json
"""

import json

import numpy as np
import ot
import scipy
from scipy.optimize import linear_sum_assignment

rng = np.random.default_rng(5)


def rounded(x):
    return np.round(x, 6)


cases = []
for n, m, dim in [(1, 1, 2), (7, 7, 1), (40, 40, 2), (64, 64, 5), (30, 20, 3), (17, 40, 2)]:
    x = rounded(rng.normal(size=(n, dim)))
    y = rounded(rng.normal(size=(m, dim)) @ rng.normal(size=(dim, dim)) + 1)
    directions = rounded(rng.normal(size=(5, dim)))
    unit = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    cost = ot.dist(x, y)
    squared = ot.emd2(np.full(n, 1 / n), np.full(m, 1 / m), cost)
    if n == m:
        rows, columns = linear_sum_assignment(cost)
        assert abs(cost[rows, columns].mean() - squared) < 1e-12
    cases.append({
        "x": x.tolist(), "y": y.tolist(), "directions": directions.tolist(), "squared": float(squared),
        "sliced": [float(ot.wasserstein_1d(x @ u, y @ u, p=2)) for u in unit],
    })

print(json.dumps({"made with": {"POT": ot.__version__, "scipy": scipy.__version__}, "cases": cases}))
