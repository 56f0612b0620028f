"""Mann-Whitney statistics of small samples with ties, by SciPy.

    pip install scipy==1.17.1 numpy==2.4.6
    python mann-whitney.py > mann-whitney.json
"""

import json

import numpy as np
import scipy
from scipy.stats import mannwhitneyu, norm

rng = np.random.default_rng(2)
cases = []
for n, m, levels, shift in [(8, 12, 1000, 0), (30, 20, 6, 1), (50, 80, 3, 0), (200, 150, 100, 30)]:
    a = rng.integers(0, levels, n).tolist()
    b = (rng.integers(0, levels, m) + shift).tolist()
    # U of b counts the pairs in which b's value is above; alternative "less": a below b.
    found = mannwhitneyu(a, b, alternative="less", method="asymptotic", use_continuity=False)
    cases.append({"a": a, "b": b, "chanceBelow": 1 - found.statistic / (n * m), "score": float(norm.isf(found.pvalue))})
print(json.dumps({"made with": {"scipy": scipy.__version__}, "cases": cases}))
