import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportOnnx } from '#src/onnx/index.js';
import { casesOf } from '../cases.js';

/** Writes every case as a file into the folder named on the command line, for check.py. */
const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
for (const { name, graph } of casesOf(5)) writeFileSync(join(folder, `${name.replaceAll(' ', '-')}.onnx`), exportOnnx(graph));
