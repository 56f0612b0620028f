"""Squared Fréchet distances between Gaussians fitted to small samples, with SciPy's matrix square root.

    pip install scipy==1.17.1 numpy==2.4.6
    python frechet.py > frechet.json
"""

import json

import numpy as np
import scipy
from scipy.linalg import sqrtm

rng = np.random.default_rng(11)
cases = []
# The last one has fewer samples than dimensions: covariances without full rank.
for n, m, dim in [(5, 9, 1), (30, 40, 3), (60, 50, 8), (12, 10, 16)]:
    x = np.round(rng.normal(size=(n, dim)) @ rng.normal(size=(dim, dim)), 6)
    y = np.round(rng.normal(size=(m, dim)) @ rng.normal(size=(dim, dim)) + rng.normal(size=dim), 6)
    first, second = (np.atleast_2d(np.cov(z, rowvar=False)) for z in (x, y))
    root = sqrtm(first @ second)
    of_means = float(((x.mean(0) - y.mean(0)) ** 2).sum())
    of_covariances = float((np.trace(first) + np.trace(second) - 2 * np.trace(root)).real)
    cases.append({"x": x.tolist(), "y": y.tolist(), "ofMeans": of_means, "ofCovariances": of_covariances, "rank": min(n, m) > dim})
print(json.dumps({"made with": {"scipy": scipy.__version__, "numpy": np.__version__}, "cases": cases}))
