import { AdvectError } from '@advect/base/errors';
import { readModelManifest } from '@advect/core/io';
import { openModelFiles, serveCommand } from '@advect/node';
import { shippedModels } from '../files/shipped.js';
import { siteFolder } from '../files/site-folder.js';

export const serve = serveCommand({
  summary: 'Serve the page: compose, harmonise and play in a browser.',
  happens: 'the music is composed and rendered',
  folder: siteFolder,
  async modelFiles(where, signal) {
    const files = await openModelFiles(where, { shipped: shippedModels, signal });
    const { name, application } = readModelManifest(files);
    if (application.kind === 'chorales') return files;
    throw new AdvectError('invalid-file', `the model '${name}' does not compose chorales`, 'Give one that train chorales has written.');
  },
});
