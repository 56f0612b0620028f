/** Where something is tested: a file, and a part of a test's title in it. */
export type Place = readonly [file: string, title: string];

/** The laws that a library of continuous flows has to keep, and the tests that hold this one to them. */
export const laws: { readonly [law: string]: readonly Place[] } = {
  'T1 observed order of every method': [
    ['ode/order.test.ts', 'is of order ${order} on'],
    ['conformance/solvers.test.ts', 'T1'],
  ],
  'T2 order conditions of every tableau and its embedded pair, first same as last': [
    ['ode/tableau.test.ts', 'every rooted-tree condition of order'],
    ['ode/tableau.test.ts', 'the embedded pair is of order'],
    ['ode/tableau.test.ts', 'the last stage is the step'],
    ['ode/rosenbrock.test.ts', 'the order conditions of a Rosenbrock method'],
  ],
  'T3 dense output: order, end values and end slopes': [
    ['ode/tableau.test.ts', 'dense output meets its order'],
    ['conformance/solvers.test.ts', 'saved states and dense output'],
  ],
  'T4 error in proportion to the tolerance, and cost falling with it': [
    ['ode/solve.test.ts', 'the error stays within a factor 20'],
    ['ode/detest.test.ts', 'as accurate as SciPy'],
    ['conformance/solvers.test.ts', 'T4'],
  ],
  'T5 there and back; reversible methods to rounding': [
    ['ode/solve.test.ts', 'there and back again'],
    ['ode/reversible.test.ts', 'a solve is undone to'],
    ['conformance/solvers.test.ts', 'T5'],
  ],
  'T6 a row alone, among others, in any order, beside a stiff one': [
    ['ode/rows.test.ts', 'a row alone, in a batch and in any order'],
    ['flow/cnf.test.ts', 'a stiff batch mate does not change a point'],
    ['conformance/flow-laws.ts', 'alone, among others and in any order'],
  ],
  'T7 linear flows: the Gaussian in closed form': [['flow/cnf.test.ts', 'those of the Gaussian in closed form']],
  'T8 nonlinear flows with known solutions; rotations leave the density': [
    ['flow/cnf.test.ts', 'a rotation preserves density'],
    ['flow/solver-error.test.ts', 'the log-density is that in closed form'],
  ],
  'T9 divergence against the dense Jacobian': [
    ['flow/divergence.test.ts', 'the exact divergence is the trace of the Jacobian'],
    ['field/fields.test.ts', 'velocityAndJvp against the Jacobian by reverse mode'],
    ['conformance/flow-laws.ts', 'the divergence is the trace of the velocity’s Jacobian'],
  ],
  'T10 Hutchinson without bias on both sides, with the variance of theory; Hutch++ below it': [
    ['flow/divergence.test.ts', 'unbiased on both sides, with the variance that theory gives'],
    ['flow/trace-estimators.test.ts', 'of less variance than Hutchinson'],
  ],
  'T11 probes frozen for a whole solve, rejected steps and the way back included': [
    ['flow/trace-estimators.test.ts', 'a solve sees the same probes at every evaluation'],
  ],
  'T12 gradients in weights, points and both times': [
    ['flow/gradient.test.ts', 'log p and every gradient agree with float64 finite differences'],
    ['ode/gradient/solve-with-gradient.test.ts', 'both times and a parameter are those of central differences'],
  ],
  'T13 ways to differentiate agree; the adjoint approaches with the tolerance': [
    ['ode/gradient/solve-with-gradient.test.ts', 'gives the same bits'],
    ['ode/gradient/solve-with-gradient.test.ts', 'as the tolerance shrinks'],
  ],
  'T14 densities integrate to 1, after training too': [
    ['train/likelihood-toy.test.ts', 'the density integrates to 1'],
    ['field/sequence.test.ts', 'the density adds up to 1'],
    ['evaluate/audit.test.ts', 'sound flows pass'],
    ['conformance/flow-laws.ts', 'the density adds up to 1'],
    ['conformance/page.test.ts', 'the laws see a density that is too large'],
  ],
  'T15 never below the entropy': [
    ['train/toy.test.ts', 'and not below it'],
    ['train/likelihood-toy.test.ts', 'not below it'],
  ],
  'T16 closed forms of flow matching: Gaussians, finite data, bridges': [
    ['objective/path.test.ts', 'Gaussian to Gaussian'],
    ['objective/path.test.ts', 'finite data'],
    ['objective/path.test.ts', 'the points of a bridge have its mean and variance'],
  ],
  'T17 optimal transport: brute force, marginals, permutations': [
    ['transport/assignment.test.ts', 'the best of all permutations'],
    ['transport/sinkhorn.test.ts', 'has its marginals to 1e-6'],
    ['objective/coupling.test.ts', 'a hidden permutation of near pairs is recovered'],
    ['evaluate/distances.test.ts', 'agree with POT and SciPy'],
  ],
  'T18 bits per dimension': [['evaluate/calibration.test.ts', 'T18']],
  'T19 guidance of scale 1 and 0 is no guidance': [['flow/guidance.test.ts', 'a scale of 1 is the conditional flow']],
  'T20 mean flow: its identity, and one step on linear flows': [['objective/mean-flow.test.ts', 'one step is exact']],
  'T21 no tensor is left by training, solving and failing': [
    ['conformance/memory.test.ts', 'T21'],
    ['conformance/flows.test.ts', 'a tensor is left'],
    ['flow/leaks.test.ts', 'leaves no tensor and a working engine'],
  ],
  'T22 a resumed run is the uninterrupted one to the bit': [['train/train.test.ts', 'bit for bit the run that never stopped']],
  'T23 every failure is a typed result with the state so far': [
    ['ode/failure.test.ts', 'a field that turns NaN'],
    ['ode/failure.test.ts', 'blows up'],
    ['ode/failure.test.ts', 'a stiff field at the step limit'],
    ['conformance/solvers.test.ts', 'T23'],
  ],
  'T24 manifolds: norms, geodesics, normalised densities': [
    ['manifold/manifold.test.ts', 'geodesics run at constant speed'],
    ['manifold/manifold.test.ts', 'normalises by quadrature to 1e-3'],
  ],
};

/** Defects of other libraries, read in their code or measured, and the test here that such a defect would fail. */
export const defects: { readonly [defect: string]: readonly Place[] } = {
  'torchdiffeq, development version: tsit5 advances with the embedded solution and is of order 4': [
    ['ode/order.test.ts', 'is of order ${order} on'],
  ],
  'torchdiffeq: rk4 is the 3/8 rule': [['conformance/references.test.ts', 'rk4 is the classical method']],
  'torchdiffeq: the end of an adaptive solve is interpolated, at the order of the interpolant': [['ode/solve.test.ts', 'land on the end']],
  'FFJORD: two kinds of layers crash when they are built': [['field/construction.test.ts', 'config: JSON that rebuilds the same field']],
  'FFJORD: the multi-scale net ignores the kind of layers and the strides asked for': [
    ['conformance/defects.test.ts', 'every setting of a field matters'],
  ],
  'FFJORD: toy data come from two global generators': [['data/distributions.test.ts', 'point i of a seed can be made again alone']],
  'FFJORD: the kinetic penalty couples the samples of a batch': [['objective/likelihood.test.ts', 'per sample and dimension']],
  'RNODE: evaluates at the centres of bins, which bounds nothing': [['flow/transforms.test.ts', 'fills its cell evenly']],
  'RNODE: the evaluation in two dimensions uses a penalty that was never computed': [
    ['objective/likelihood.test.ts', 'gradients of a penalised likelihood'],
  ],
  'RNODE: samples are not shuffled on one device': [['train/train.test.ts', 'in an order of its own']],
  'flow_matching: the exact divergence is right for flat samples only': [
    ['conformance/flow-laws.ts', 'the divergence is the trace of the velocity’s Jacobian'],
  ],
  'flow_matching: the Riemannian solver starts at 0 whatever it is told': [
    ['manifold/manifold.test.ts', 'encoding and decoding is the identity'],
  ],
  'flow_matching: acos of a rounded product is NaN on the sphere': [['manifold/manifold.test.ts', 'exp and log are inverse']],
  'zuko: the gradient in the first time has the wrong sign': [
    ['flow/gradient.test.ts', 'log p and every gradient agree'],
    ['ode/gradient/solve-with-gradient.test.ts', 'both times'],
  ],
  'DiffEqFlux and the torchcfm notebook: new probes at every evaluation': [
    ['flow/trace-estimators.test.ts', 'a solve sees the same probes'],
  ],
  'DiffEqFlux: penalties are picked along the axis of the batch': [['objective/likelihood.test.ts', 'per sample and dimension']],
  'DiffEqFlux: the field does not see the time': [['conformance/defects.test.ts', 'every field sees the time']],
  'torchdyn: a setting of the adjoint (seminorm) is ignored': [['ode/gradient/solve-with-gradient.test.ts', 'by mode']],
  'torchdyn: the trace estimator is tested from one side': [['flow/divergence.test.ts', 'unbiased on both sides']],
  'torchdyn: Gaussians in more than two dimensions are wrong': [['flow/base.test.ts', 'the density integrates to 1']],
  'torchcfm: the variance of its eight Gaussians is the root of what is asked for': [
    ['data/distributions.test.ts', 'samples fall where the density says'],
  ],
  'torchcfm: the augmentation ignores the estimator asked for': [['flow/augment.test.ts', 'many draws']],
  'torchcfm: pairs are drawn from the plan with replacement, from a generator of its own': [
    ['objective/coupling.test.ts', 'uses every noise sample once'],
  ],
  'torchcfm: labels do not follow the coupling': [['train/train.test.ts', 'labels stay with their samples']],
  'torchcfm: attention at 28 × 28 where 16 × 16 was meant': [['conformance/defects.test.ts', 'attention stands where it is asked for']],
  'score_sde: one error norm over the whole batch, so that a log-density depends on its mates': [
    ['conformance/flow-laws.ts', 'alone, among others and in any order'],
  ],
  'score_sde: no noise on whole numbers at evaluation': [['flow/transforms.test.ts', 'a uniform model over dequantised bytes']],
  'ContinuousNormalizingFlows.jl: the joint density of augmented samples is called that of the samples': [
    ['flow/augment.test.ts', 'adds up to 1 by its bound'],
  ],
  'ContinuousNormalizingFlows.jl: a regression test that asserts nothing': [
    ['conformance/index.test.ts', 'no test is without an assertion'],
  ],
};

/** What the library promises about its results, its files and its failures, and the tests that hold it to that. */
export const promises: { readonly [promise: string]: readonly Place[] } = {
  'a solve ends within five times its tolerance, on Hull’s problems, in both directions, at a cost that is stored': [
    ['ode/detest.test.ts', 'within five times the tolerance'],
    ['ode/detest.test.ts', 'towards negative times, gives the same bits'],
    ['ode/detest.test.ts', 'costs the stored number of evaluations'],
  ],
  'every method shows its order': [['ode/order.test.ts', 'is of order ${order} on']],
  'logProb is the closed form for linear fields, and the divergence the trace of the Jacobian': [
    ['flow/cnf.test.ts', 'those of the Gaussian in closed form'],
    ['conformance/flow-laws.ts', 'the divergence is the trace of the velocity’s Jacobian'],
  ],
  'densities integrate to one': [['evaluate/audit.test.ts', 'sound flows pass']],
  'every layer and activation has right derivatives, and one without a case fails': [
    ['nn/derivatives.test.ts', 'every activation has a case'],
    ['nn/derivatives.test.ts', 'every layer that nn exports has a case'],
  ],
  'one seed, one executor, one version: the same bytes': [
    ['flow/cnf.test.ts', 'the same seed gives the same bytes'],
    ['train/train.test.ts', 'the same seed gives the same bytes'],
    ['train/threads.test.ts', 'each at the same bits again'],
  ],
  'one seed on WebAssembly, ONNX Runtime, TensorFlow.js and WebGL: the same noise, samples within a derived bound': [
    ['browser/backends.test.ts', 'WebAssembly with one and two threads, ONNX Runtime and TensorFlow.js in Node'],
    ['browser/backends.test.ts', 'WebAssembly and WebGL in Chromium'],
  ],
  'another number of threads changes no more than the order of a sum can': [
    ['train/threads.test.ts', 'differs by no more than the order of a sum can make it'],
  ],
  'stopped anywhere and resumed, a training is bit for bit the uninterrupted one': [
    ['train/train.test.ts', 'bit for bit the run that never stopped'],
    ['../../node/test/run/kill.test.ts', 'resumed it ends as if nobody had touched it'],
  ],
  'killed at any moment, the last whole checkpoint loads': [
    ['../../node/test/run/kill.test.ts', 'leaves whole checkpoints only'],
    ['../../node/test/files.test.ts', 'a writer that is killed leaves the old file or the new one'],
  ],
  'any bytes given to a reader are read or end in an AdvectError, within 100 ms and 64 MB beyond the file': [
    ['fuzz/fuzz.test.ts', 'promise: any byte string'],
    ['../../node/test/fuzz/fuzz.test.ts', 'promise: any byte string'],
    ['../../../apps/music/test/fuzz/fuzz.test.ts', 'promise: any byte string'],
    ['../../../apps/image/test/fuzz/fuzz.test.ts', 'promise: any byte string'],
  ],
  'no verb leaves a tensor, also when it throws': [
    ['conformance/memory.test.ts', 'T21'],
    ['flow/cnf.test.ts', 'no verb leaves a tensor behind'],
  ],
  'NaN and infinity never pass silently': [
    ['train/train.test.ts', 'a loss that is not finite stops the run'],
    ['ode/failure.test.ts', 'a field that turns NaN'],
    ['io/safetensors.test.ts', 'a NaN is refused where finite numbers are required'],
  ],
  'a full disk, a read-only file and a vanished folder are said, and lose nothing that was whole': [
    ['../../node/test/faults.test.ts', 'a disk that fails at any call'],
    ['../../node/test/run/faults.test.ts', 'a disk that is full for a while'],
    ['../../node/test/run/faults.test.ts', 'a run whose folder is taken away'],
  ],
  'safetensors: lengths, offsets, gaps, overlaps, names, types and shapes are checked before anything is read': [
    ['io/safetensors.test.ts', 'a forged file is refused at once'],
    ['io/safetensors.test.ts', 'a tensor called __proto__ is a tensor like any other'],
    ['io/safetensors.test.ts', 'a file cut off at any byte is refused'],
  ],
  'model.json is what its published JSON Schema says': [['io/schema.test.ts', 'the published JSON Schema and the reader agree']],
  'a model file can not run code': [
    ['model/no-code.test.ts', 'nothing in the sources makes code of text'],
    ['model/no-code.test.ts', 'are text like any other'],
    ['../../node/test/model-source.test.ts', 'an installed package, whose code is not run'],
  ],
  'no settings in a model file make a flow larger than its weights': [['model/model.test.ts', 'make a field larger than its weights']],
  'sizes are held to before anything is read, from a folder, an address and chosen files': [
    ['../../node/test/files.test.ts', 'a file over the limit is refused before it is read'],
    ['io/model-sources.test.ts', 'refused by its announced length, before it is read'],
    ['io/model-sources.test.ts', 'are refused before they are read'],
  ],
  'pictures: decode gives the very levels that encode took, from a file as well': [
    ['../../../apps/image/test/model/codes.test.ts', 'digits come back from their noise to the very level'],
    ['../../../apps/image/test/verbs.test.ts', 'encode and decode: the very pixels'],
  ],
  'pictures: bits of pixels add up to those of the picture': [
    ['flow/entry-surprise.test.ts', 'parts add up to −log p'],
    ['../../../apps/image/test/model/surprise.test.ts', 'bits of pixels add up to those of the picture'],
  ],
  'pictures: known pixels stay, completions follow the conditional distribution': [
    ['flow/inpaint.test.ts', 'completions of a Gaussian follow its conditional distribution'],
    ['../../../apps/image/test/model/inpaint.test.ts', 'known pixels stay'],
  ],
  'pictures: p-values of held-out ones are uniform': [['../../../apps/image/test/model/typicality.test.ts', 'are uniform']],
  'pictures: a small file that claims to be huge, an SVG and a truncated PNG are refused': [
    ['../../../apps/image/test/codec/decode.test.ts', 'a small file that claims to be huge'],
    ['../../../apps/image/test/codec/decode.test.ts', 'what is no picture that is read here is refused by name'],
    ['../../../apps/image/test/codec/decode.test.ts', 'a PNG cut off anywhere'],
    ['../../../apps/image/test/format/png-text.test.ts', 'texts that unpack to more than a megabyte'],
  ],
  'MIDI: lengths, counts, tempi and notes out of bounds are refused': [['../../../apps/music/test/codec/midi.test.ts', 'forged: ${name}']],
  'a page needs no more than a strict content security policy with wasm-unsafe-eval': [
    ['../../compiler/test/browser/browser.test.ts', 'under a strict policy'],
  ],
  'programs write where they are told to, and overwrite only when asked': [
    ['../../node/test/files.test.ts', 'names that leave the folder are refused'],
    ['../../node/test/files.test.ts', 'a file that exists stays as it is without force'],
    ['../../node/test/files.test.ts', 'a folder that is no model never'],
  ],
};
