import { AdvectError, throwIfAborted } from '@advect/base/errors';
import { loadModel } from '@advect/core';
import { readModelManifest } from '@advect/core/io';
import type { OpenedModel } from '@advect/web';
import { cardOf, type Handlers, type Job, modelFilesOf, type ModelSource, type Received } from '@advect/web/worker';
import { grooveDefaults } from '../../../model/defaults.js';
import { grooveBits } from '../../../model/groove-bits.js';
import { patternDraft } from '../../../model/groove-draft.js';
import { fillGrooves } from '../../../model/groove-fill.js';
import { isGrooveFlow } from '../../../model/groove-flow.js';
import { beatStandingOf, heldOutBeatsOf } from '../../../model/held-out.js';
import { touchBits } from '../../../model/groove-touch.js';
import type { Bench, Opened } from '../../worker/bench.js';
import { readBeatFile, writeBeatFile } from './beat-file.js';
import type { GrooveVerbs, MeasureBeatRequest, MeasuredBeat, PlayBeatRequest, PlayedBeat } from '../groove-verbs.js';

/** The worker's side of the groove tab. */
export const grooveHandlers = (bench: Bench): Handlers<GrooveVerbs> => ({
  openBeats: (source, job) => openBeats(bench, source, job),
  playBeat: (request, job) => playBeat(bench, request, job),
  measureBeat: (request, job) => measureBeat(bench, request, job),
  readBeat: ({ file }) => readBeatFile(file),
  writeBeat: async (request, { signal, progress, give }) =>
    give(await writeBeatFile(request, { signal, onProgress: (share) => progress(() => share) })),
});

/** Opens a model of grooves, beside that of chorales. */
async function openBeats(bench: Bench, source: ModelSource, job: Job<Received>): Promise<OpenedModel> {
  const files = await modelFilesOf(source, job);
  const manifest = readModelManifest(files);
  const flow = await loadModel(files);
  if (!isGrooveFlow(flow))
    throw new AdvectError('invalid-file', `the model '${manifest.name}' plays no drums`, 'Open one that music train grooves has written.');
  const card = await cardOf(source, job.signal);
  throwIfAborted(job.signal, 'opening the model');
  bench.beats = { flow, manifest };
  const { name, description, metrics, weights } = manifest;
  return { name, description, metrics, hash: weights.sha256, bytes: weights.bytes, card };
}

/** Plays what is open of a draft, once. */
async function playBeat(bench: Bench, request: PlayBeatRequest, { signal, progress }: Job<number>): Promise<PlayedBeat> {
  const { flow } = beatsOn(bench);
  const began = performance.now();
  const { draft, ...settings } = request;
  const onProgress = (done: number, total: number): void => progress(() => done / total);
  const [groove] = await bench.engines.run((engine) => fillGrooves(flow, draft, { ...settings, ...engine, count: 1, signal, onProgress }));
  return { groove, milliseconds: performance.now() - began };
}

/** Draws by which the touch of strokes is measured, and shown as clouds; and draws of the noise for the bits, unless what they are compared with took more. */
const [touchDraws, bitDraws] = [16, 4];

/** Measures a beat of whole bars beside how the model would play the same pattern. */
async function measureBeat(bench: Bench, request: MeasureBeatRequest, { signal, progress }: Job<number>): Promise<MeasuredBeat> {
  const { flow, manifest } = beatsOn(bench);
  const heldOut = heldOutBeatsOf(manifest);
  const { groove, ...about } = request;
  const half = (first: number) => (done: number, total: number) => progress(() => first + done / total / 2);
  return bench.engines.run(async (engine) => {
    const how = { ...about, ...engine, signal };
    const drawn = await fillGrooves(flow, patternDraft(groove), {
      ...how,
      index: 0,
      count: touchDraws,
      ...grooveDefaults,
      onProgress: half(0),
    });
    const bits = await grooveBits(flow, groove, { ...how, draws: Math.max(bitDraws, heldOut?.draws ?? 0), onProgress: half(0.5) });
    const standings = heldOut ? bits.windows.map((each) => beatStandingOf(each, about.style !== undefined, heldOut)) : [];
    return { drawn, touch: touchBits(groove, drawn), bits, standings };
  });
}

function beatsOn({ beats }: Bench): Opened {
  if (!beats) throw new AdvectError('not-found', 'no model of grooves is open', 'Wait until it is there, or open one.');
  return beats;
}
