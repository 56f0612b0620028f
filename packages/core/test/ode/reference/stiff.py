"""Ends of the stiff problems of rosenbrock.test.ts by SciPy's Radau at tight tolerances: python stiff.py"""
import numpy as np
from scipy.integrate import solve_ivp

mu = 1000.0
vdp = solve_ivp(lambda t, y: [y[1], mu * (1 - y[0] ** 2) * y[1] - y[0]], (0, 2000), [2.0, 0.0], method="Radau",
                jac=lambda t, y: [[0, 1], [-2 * mu * y[0] * y[1] - 1, mu * (1 - y[0] ** 2)]], rtol=1e-12, atol=1e-14)
rob = solve_ivp(lambda t, y: [-0.04 * y[0] + 1e4 * y[1] * y[2], 0.04 * y[0] - 1e4 * y[1] * y[2] - 3e7 * y[1] ** 2, 3e7 * y[1] ** 2],
                (0, 1e4), [1.0, 0.0, 0.0], method="Radau", rtol=1e-12, atol=1e-16)
for name, solution in (("van der Pol", vdp), ("Robertson", rob)):
    print(name, [float(np.format_float_scientific(v, 11)) for v in solution.y[:, -1]], solution.nfev)
