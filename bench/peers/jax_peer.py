"""The works in the plane of bench/pytorch.mjs in JAX and diffrax, jitted as a whole: python jax_peer.py THREADS"""
import os
import sys

THREADS = int(sys.argv[1])
os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={'true' if THREADS > 1 else 'false'} intra_op_parallelism_threads={THREADS}"

import diffrax
import jax
import jax.numpy as jnp
from protocol import serve

TOLERANCE = diffrax.PIDController(rtol=1e-5, atol=1e-5)


def velocity(p, t, x):
    names = sorted(name[: -len("/weight")] for name in p if name.endswith("/weight") and name.count("/") == 1 and name.startswith("hidden"))
    for name in [*names, "output"]:
        gate = jax.nn.sigmoid(t * p[f"{name}/gate/weight"] + p[f"{name}/gate/bias"])
        x = (x @ p[f"{name}/weight"] + p[f"{name}/bias"]) * gate + t * p[f"{name}/shift/weight"]
        if name != "output":
            x = jnp.tanh(x)
    return x


def with_divergence(t, state, args):
    p, probe = args
    x = state[0]
    u, pull = jax.vjp(lambda x: velocity(p, t, x), x)
    if probe is None:
        dims = x.shape[1]
        divergence = sum(pull(jnp.zeros_like(x).at[:, d].set(1))[0][:, d] for d in range(dims))
    else:
        divergence = (pull(probe)[0] * probe).sum(1)
    return u, divergence


def solve(term, y0, t0, t1, args, adjoint):
    return diffrax.diffeqsolve(
        diffrax.ODETerm(term), diffrax.Dopri5(), t0, t1, dt0=None, y0=y0, args=args, stepsize_controller=TOLERANCE, adjoint=adjoint, max_steps=1000
    )


def log_density(p, x, probe, adjoint):
    solution = solve(with_divergence, (x, jnp.zeros(x.shape[0])), 1.0, 0.0, (p, probe), adjoint)
    z, integral = (part[-1] for part in solution.ys)
    return -0.5 * (z**2).sum(1) - 0.5 * x.shape[1] * jnp.log(2 * jnp.pi) + integral


def adam(p, gradients, state, step, rate=1e-7):
    m, v = state
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradients)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradients)
    bias1, bias2 = 1 - 0.9**step, 1 - 0.999**step
    return jax.tree.map(lambda p, m, v: p - rate * (m / bias1) / (jnp.sqrt(v / bias2) + 1e-8), p, m, v), (m, v)


def training(loss):
    """A jitted step of `loss(p, inputs, key)` with Adam."""

    def prepare(weights, inputs):
        p = {name: jnp.asarray(w) for name, w in weights.items()}
        zero = jax.tree.map(jnp.zeros_like, p)
        inputs = {name: jnp.asarray(a) for name, a in inputs.items()}

        @jax.jit
        def step(p, state, count, key):
            value, gradients = jax.value_and_grad(loss)(p, inputs, key)
            return *adam(p, gradients, state, count), value

        live = {"p": p, "state": (zero, zero), "count": 0}

        def run():
            live["count"] += 1
            live["p"], live["state"], value = step(live["p"], live["state"], live["count"], jax.random.key(live["count"]))
            return float(value), None

        return run

    return prepare


def likelihood(hutchinson):
    return training(lambda p, inputs, _: -log_density(p, inputs["x"], inputs["probe"] if hutchinson else None, diffrax.BacksolveAdjoint()).mean())


def matching(p, inputs, key):
    x1 = inputs["x"]
    t, x0 = jax.random.uniform(key, (x1.shape[0], 1)), jax.random.normal(jax.random.fold_in(key, 1), x1.shape)
    return ((velocity(p, t, (1 - t) * x0 + t * x1) - (x1 - x0)) ** 2).mean()


def verb(compute):
    def prepare(weights, inputs):
        p = {name: jnp.asarray(w) for name, w in weights.items()}
        x = jnp.asarray(inputs["x"])
        call = jax.jit(lambda x: compute(p, x))
        return lambda: (float(call(x).block_until_ready()), None)

    return prepare


direct = diffrax.DirectAdjoint()
serve(
    {
        "ffjord-hutchinson": likelihood(True),
        "ffjord-exact": likelihood(False),
        "log-prob": verb(lambda p, x: log_density(p, x, None, direct).mean()),
        "sample": verb(lambda p, x: jnp.abs(solve(lambda t, x, p: velocity(p, t, x), x, 0.0, 1.0, p, direct).ys[-1]).mean()),
        "flow-matching": training(matching),
    },
    {"peer": f"JAX {jax.__version__}, diffrax {diffrax.__version__}", "threads": THREADS},
)
