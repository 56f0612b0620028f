"""The same equal steps by torchdiffeq and diffrax in float64, and what their adaptive solves cost and reach.

    pip install torch==2.15.0 torchdiffeq==0.2.5 jax diffrax==0.7.2
    python solvers.py > solvers.json
"""

import json
import math
import warnings

import diffrax
import jax
import jax.numpy as jnp
import numpy as np
import torch
import torchdiffeq

warnings.filterwarnings("ignore")
jax.config.update("jax_enable_x64", True)

START, END = 0.25, 2.25
exact = lambda t: [math.exp(math.sin(t)), math.exp(1 - math.cos(t))]


class Torch(torch.nn.Module):
    calls = 0

    def forward(self, t, y):
        self.calls += 1
        return torch.stack([y[0] * torch.cos(t), y[0] * y[1] * torch.sin(t) / torch.exp(torch.sin(t))])


def by_torchdiffeq(method, steps=None, tolerance=None):
    f = Torch()
    kwargs = dict(options=dict(step_size=(END - START) / steps)) if steps else dict(rtol=tolerance, atol=tolerance)
    y0 = torch.tensor(exact(START), dtype=torch.double)
    end = torchdiffeq.odeint(f, y0, torch.tensor([START, END], dtype=torch.double), method=method, **kwargs)[-1]
    return end.tolist(), f.calls


def by_diffrax(solver, steps=None, tolerance=None):
    f = lambda t, y, _: jnp.array([y[0] * jnp.cos(t), y[0] * y[1] * jnp.sin(t) / jnp.exp(jnp.sin(t))])
    more = dict(dt0=(END - START) / steps) if steps else dict(dt0=None, stepsize_controller=diffrax.PIDController(rtol=tolerance, atol=tolerance))
    found = diffrax.diffeqsolve(diffrax.ODETerm(f), solver, START, END, y0=jnp.array(exact(START)), **more)
    return np.asarray(found.ys[-1]).tolist(), int(found.stats["num_steps"])


result = {"made with": {"torchdiffeq": torchdiffeq.__version__, "diffrax": diffrax.__version__}, "fixed": [], "adaptive": []}
for ours, theirs in [("euler", "euler"), ("midpoint", "midpoint"), ("heun", "heun2"), ("rk38", "rk4")]:
    result["fixed"].append({"method": ours, "by": f"torchdiffeq {theirs}", "steps": 20, "y": by_torchdiffeq(theirs, steps=20)[0]})
for ours in ["Euler", "Midpoint", "Heun", "Ralston", "Bosh3", "Dopri5", "Tsit5", "Dopri8"]:
    end, _ = by_diffrax(getattr(diffrax, ours)(), steps=20)
    result["fixed"].append({"method": ours.lower(), "by": f"diffrax {ours}", "steps": 20, "y": end})
for tolerance in [1e-4, 1e-7]:
    for name in ["bosh3", "dopri5", "dopri8"]:
        end, calls = by_torchdiffeq(name, tolerance=tolerance)
        result["adaptive"].append({"method": name, "by": f"torchdiffeq {name}", "tolerance": tolerance, "y": end, "evaluations": calls})
print(json.dumps(result, indent=1))
