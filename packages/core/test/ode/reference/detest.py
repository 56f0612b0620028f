"""Reference solutions of the DETEST problems at t = 20 (Hull, Enright, Fellen, Sedgwick, SIAM J. Numer. Anal. 9, 1972).

Closed form (50 digits) where there is one, otherwise SciPy's DOP853 at rtol 1e-13. Where both exist their largest
relative difference is stored as evidence of what DOP853 reaches.

    pip install scipy==1.17.1 numpy==2.4.6 mpmath==1.4.1
    python detest.py > detest.json
"""

import json

import mpmath as mp
import numpy as np
import scipy
from scipy.integrate import solve_ivp

mp.mp.dps = 50
END = 20


def banded(n, below, diagonal, above):
    return np.diag(diagonal) + np.diag(below, -1) + np.diag([above] * (n - 1), 1)


C = {
    "C1": banded(10, [1] * 9, [-1] * 9 + [0], 0),
    "C2": banded(10, list(range(1, 10)), [-i for i in range(1, 10)] + [0], 0),
    "C3": banded(10, [1] * 9, [-2] * 10, 1),
    "C4": banded(51, [1] * 50, [-2] * 51, 1),
}
B2 = np.array([[-1, 1, 0], [1, -2, 1], [0, 1, -1]])

K2, SUN = 2.95912208286, 1.00000597682
MASS = np.array([0.000954786104043, 0.000285583733151, 0.0000437273164546, 0.0000517759138449, 0.00000277777777778])
POSITIONS = [3.42947415189, 3.35386959711, 1.35494901715, 6.64145542550, 5.97156957878, 2.18231499728, 11.2630437207,
             14.6952576794, 6.27960525067, -30.1552268759, 1.65699966404, 1.43785752721, -21.1238353380, 28.4465098142,
             15.3882659679]
VELOCITIES = [-.557160570446, .505696783289, .230578543901, -.415570776342, .365682722812, .169143213293,
              -.325325669158, .189706021964, .0877265322780, -.0240476254170, -.287659532608, -.117219543175,
              -.176860753121, -.216393453025, -.0148647893090]


def planets(t, state):
    y, v = state[:15].reshape(5, 3), state[15:]
    r3 = np.sum(y**2, axis=1) ** 1.5
    force = -(SUN + MASS)[:, None] * y / r3[:, None]
    for j in range(5):
        for k in range(5):
            if k != j:
                d = y[k] - y[j]
                force[j] += MASS[k] * (d / np.sum(d**2) ** 1.5 - y[k] / r3[k])
    return np.concatenate([v, K2 * force.ravel()])


def kepler(t, y):
    r3 = (y[0] ** 2 + y[1] ** 2) ** 1.5
    return [y[2], y[3], -y[0] / r3, -y[1] / r3]


def b4(t, y):
    r = np.hypot(y[0], y[1])
    return [-y[1] - y[0] * y[2] / r, y[0] - y[1] * y[2] / r, y[0] / r]


def unit(n):
    return [1.0] + [0.0] * (n - 1)


E1_START = [0.671396707141803, 0.09540051444747446]
PROBLEMS = {
    "A1": (lambda t, y: -y, [1]),
    "A2": (lambda t, y: -(y**3) / 2, [1]),
    "A3": (lambda t, y: y * np.cos(t), [1]),
    "A4": (lambda t, y: y / 4 * (1 - y / 20), [1]),
    "A5": (lambda t, y: (y - t) / (y + t), [4]),
    "B1": (lambda t, y: [2 * (y[0] - y[0] * y[1]), -(y[1] - y[0] * y[1])], [1, 3]),
    "B2": (lambda t, y: B2 @ y, [2, 0, 1]),
    "B3": (lambda t, y: [-y[0], y[0] - y[1] ** 2, y[1] ** 2], [1, 0, 0]),
    "B4": (b4, [3, 0, 0]),
    "B5": (lambda t, y: [y[1] * y[2], -y[0] * y[2], -0.51 * y[0] * y[1]], [0, 1, 1]),
    **{name: ((lambda a: lambda t, y: a @ y)(a), unit(len(a))) for name, a in C.items()},
    "C5": (planets, POSITIONS + VELOCITIES),
    **{f"D{i + 1}": (kepler, [1 - e, 0, 0, np.sqrt((1 + e) / (1 - e))]) for i, e in enumerate([0.1, 0.3, 0.5, 0.7, 0.9])},
    "E1": (lambda t, y: [y[1], -(y[1] / (t + 1) + (1 - 0.25 / (t + 1) ** 2) * y[0])], E1_START),
    "E2": (lambda t, y: [y[1], (1 - y[0] ** 2) * y[1] - y[0]], [2, 0]),
    "E3": (lambda t, y: [y[1], y[0] ** 3 / 6 - y[0] + 2 * np.sin(2.78535 * t)], [0, 0]),
    "E4": (lambda t, y: [y[1], 0.032 - 0.4 * y[1] ** 2], [30, 0]),
    "E5": (lambda t, y: [y[1], np.sqrt(1 + y[1] ** 2) / (25 - t)], [0, 0]),
}


def linear(a, y0):
    return list(mp.expm(mp.matrix(a.tolist()) * END) * mp.matrix(y0))


def ellipse(e):
    """Position and velocity at time t from the eccentric anomaly E of Kepler's equation t = E - e sin E."""
    e = mp.mpf(str(e))
    anomaly = mp.findroot(lambda x: x - e * mp.sin(x) - END, mp.mpf(END))
    root, speed = mp.sqrt(1 - e**2), 1 / (1 - e * mp.cos(anomaly))
    return [mp.cos(anomaly) - e, root * mp.sin(anomaly), -mp.sin(anomaly) * speed, root * mp.cos(anomaly) * speed]


def bessel():
    """J_1/2(t + 1) and its derivative; the start is its value at t = 0."""
    return [mp.besselj(mp.mpf(1) / 2, END + 1), mp.besselj(mp.mpf(1) / 2, END + 1, derivative=1)]


def e4():
    """v' = a - b v^2 from rest: v = sqrt(a/b) tanh(sqrt(ab) t), y = 30 + log cosh(sqrt(ab) t) / b."""
    a, b = mp.mpf("0.032"), mp.mpf("0.4")
    s = mp.sqrt(a * b) * END
    return [30 + mp.log(mp.cosh(s)) / b, mp.sqrt(a / b) * mp.tanh(s)]


def e5():
    """v = sinh(log(25 / (25 - t))), and y its integral."""
    s = mp.mpf(25 - END)
    return [(25 * mp.log(25 / s)) / 2 - (625 - s**2) / 100, (25 / s - s / 25) / 2]


CLOSED = {
    "A1": lambda: [mp.exp(-END)],
    "A2": lambda: [1 / mp.sqrt(1 + END)],
    "A3": lambda: [mp.exp(mp.sin(END))],
    "A4": lambda: [20 / (1 + 19 * mp.exp(-mp.mpf(END) / 4))],
    "B2": lambda: linear(B2, [2, 0, 1]),
    **{name: (lambda a: lambda: linear(a, unit(len(a))))(a) for name, a in C.items()},
    **{f"D{i + 1}": (lambda e: lambda: ellipse(e))(e) for i, e in enumerate([0.1, 0.3, 0.5, 0.7, 0.9])},
    "E1": bessel,
    "E4": e4,
    "E5": e5,
}


def solve(name, method, rtol, atol):
    field, y0 = PROBLEMS[name]
    solution = solve_ivp(field, (0, END), np.array(y0, dtype=float), method=method, rtol=rtol, atol=atol)
    return solution.y[:, -1], solution.nfev


def allowance_ratio(y, expected, tolerance):
    return float(np.sqrt(np.mean(((y - expected) / (tolerance + tolerance * np.abs(expected))) ** 2)))


out = {"scipy": scipy.__version__, "end": END, "problems": {}}
for name in PROBLEMS:
    y, _ = solve(name, "DOP853", 1e-13, 1e-15)
    entry = {"source": "DOP853"}
    if name in CLOSED:
        exact = np.array([float(v) for v in CLOSED[name]()])
        entry = {"source": "closed form", "dop853Difference": float(np.max(np.abs(y - exact) / (1 + np.abs(exact))))}
        y = exact
    entry["y"] = y.tolist()
    peers = {}
    for method in ["RK23", "RK45"]:
        for tolerance in [1e-3, 1e-6, 1e-9]:
            if method == "RK23" and tolerance == 1e-9:
                continue
            peer, evaluations = solve(name, method, tolerance, tolerance)
            peers[f"{method} {tolerance:g}"] = {"error": allowance_ratio(peer, y, tolerance), "evaluations": evaluations}
    entry["scipy"] = peers
    out["problems"][name] = entry
print(json.dumps(out, indent=1))
