// The whole idea in a hundred lines, without a library: a small net learns the velocity that carries noise into two moons,
// then samples them and says how probable a point is. packages/core does the same, in general, fast and checked.
const random = (seed) => () => {
  seed = (seed + 0x9e3779b9) | 0;
  let x = Math.imul(seed ^ (seed >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
};
const uniform = random(1);
const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

// The net: z = W h + b + t v in every layer, tanh in between. Layer l maps sizes[l] numbers to sizes[l + 1].
const sizes = [2, 48, 48, 2];
export const layers = sizes.slice(1).map((out, l) => ({
  W: Array.from({ length: out }, () => Float64Array.from({ length: sizes[l] }, () => (l < 2 ? normal() / Math.sqrt(sizes[l]) : 0))),
  b: new Float64Array(out),
  v: Float64Array.from({ length: out }, () => (l < 2 ? normal() : 0)),
}));
const arraysOf = (layer) => [...layer.W, layer.b, layer.v];

function forward(x, t) {
  const h = [Float64Array.from(x)];
  layers.forEach(({ W, b, v }, l) => {
    h.push(
      b.map((bias, i) => {
        const z = W[i].reduce((sum, w, j) => sum + w * h[l][j], bias + t * v[i]);
        return l < layers.length - 1 ? Math.tanh(z) : z;
      }),
    );
  });
  return h;
}
export const velocity = (x, t) => forward(x, t).at(-1);

// ∂(g · u)/∂weights is added to `gradient`; ∂(g · u)/∂x is returned.
function backward(h, t, g, gradient) {
  for (let l = layers.length - 1; l >= 0; l--) {
    const dz = l < layers.length - 1 ? g.map((v, i) => v * (1 - h[l + 1][i] ** 2)) : g;
    const into = gradient?.[l];
    const dh = new Float64Array(sizes[l]);
    dz.forEach((d, i) => {
      for (let j = 0; j < sizes[l]; j++) {
        dh[j] += layers[l].W[i][j] * d;
        if (into) into.W[i][j] += d * h[l][j];
      }
      if (into) [into.b[i], into.v[i]] = [into.b[i] + d, into.v[i] + d * t];
    });
    g = dh;
  }
  return g;
}

export function moons() {
  const a = Math.PI * uniform();
  const [x, y] = uniform() < 0.5 ? [Math.cos(a), Math.sin(a)] : [1 - Math.cos(a), 0.5 - Math.sin(a)];
  return [2 * x - 1 + 0.2 * normal(), 2 * y - 0.2 + 0.2 * normal()];
}

// Flow matching: at a random point of the straight line from noise to data, the velocity should be data − noise.
export function train(steps, batch = 64, rate = 0.01) {
  const zero = () => layers.map(({ W, b, v }) => ({ W: W.map((row) => row.map(() => 0)), b: b.map(() => 0), v: v.map(() => 0) }));
  const [m, s] = [zero(), zero()];
  let smoothed;
  for (let step = 1; step <= steps; step++) {
    const gradient = zero();
    let loss = 0;
    for (let n = 0; n < batch; n++) {
      const [x0, x1, t] = [[normal(), normal()], moons(), uniform()];
      const h = forward(
        x0.map((v, i) => (1 - t) * v + t * x1[i]),
        t,
      );
      const error = h.at(-1).map((u, i) => u - (x1[i] - x0[i]));
      loss += (error[0] ** 2 + error[1] ** 2) / (2 * batch);
      backward(
        h,
        t,
        error.map((e) => e / batch),
        gradient,
      );
    }
    smoothed = smoothed === undefined ? loss : 0.99 * smoothed + 0.01 * loss;
    const now = rate * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
    layers.forEach((layer, l) =>
      arraysOf(layer).forEach((weights, k) => {
        // Adam
        const [g, m1, m2] = [gradient, m, s].map((record) => arraysOf(record[l])[k]);
        weights.forEach((_, i) => {
          m1[i] = 0.9 * m1[i] + 0.1 * g[i];
          m2[i] = 0.99 * m2[i] + 0.01 * g[i] ** 2;
          weights[i] -= (now * m1[i]) / (1 - 0.9 ** step) / (Math.sqrt(m2[i] / (1 - 0.99 ** step)) + 1e-8);
        });
      }),
    );
  }
  return smoothed;
}

// One solver for both ways: classic Runge–Kutta of dy/dt = f(y, t).
function solve(f, y, from, to, steps = 40) {
  const h = (to - from) / steps;
  const move = (k, c) => y.map((v, i) => v + c * k[i]);
  for (let n = 0, t = from; n < steps; n++, t = from + n * h) {
    const k1 = f(y, t),
      k2 = f(move(k1, h / 2), t + h / 2),
      k3 = f(move(k2, h / 2), t + h / 2),
      k4 = f(move(k3, h), t + h);
    y = y.map((v, i) => v + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
  }
  return y;
}
export const sample = () => solve(velocity, [normal(), normal()], 0, 1);

// log p(x) = log p₀(z) + ∫₁⁰ div u dt, z being where x came from: position and integral travel together.
export function logProb(x) {
  const divergence = (h, t) => [0, 1].reduce((sum, i) => sum + backward(h, t, Float64Array.of(1 - i, i))[i], 0);
  const [z0, z1, integral] = solve(
    ([a, b], t) => {
      const h = forward([a, b], t);
      return [...h.at(-1), divergence(h, t)];
    },
    [...x, 0],
    1,
    0,
  );
  return integral - (z0 ** 2 + z1 ** 2) / 2 - Math.log(2 * Math.PI);
}

if (import.meta.url === `file://${process.argv[1]}`) {
  console.log(`loss ${train(1500).toFixed(2)}`);
  const points = Array.from({ length: 1000 }, moons);
  console.log(`log p of real moons ${(points.reduce((sum, x) => sum + logProb(x), 0) / 1000).toFixed(2)} nats; −entropy is −2.39`);
  console.log(
    'samples',
    Array.from({ length: 3 }, () =>
      sample()
        .map((v) => v.toFixed(2))
        .join(', '),
    ).join('; '),
  );
}
