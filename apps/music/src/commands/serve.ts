import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { readModelManifest } from '@advect/core/io';
import { type CommandContext, defineCommand, flag, numeric, openBrowser, openModelFiles, serveSite, text } from '@advect/node';
import { shippedModels } from '../files/shipped.js';
import { siteFolder } from '../files/site-folder.js';

const options = {
  port: numeric({
    description: 'where it listens; 0 takes any that is free',
    short: 'p',
    integer: true,
    min: 0,
    max: 65_535,
    default: 8080,
  }),
  open: flag({ description: 'open it in the browser' }),
  model: text({
    description: 'start with this model: shipped, a folder, an address (https://…) or an installed package (npm:NAME)',
    short: 'm',
    placeholder: 'MODEL',
    defaultText: 'the one that the page starts with',
  }),
};

export const serve = defineCommand({
  name: 'serve',
  summary: 'Serve the page: compose, harmonise and play in a browser.',
  details:
    'It listens on this machine alone and sends nothing anywhere: the music is composed and rendered in the browser. Ctrl-C ends it.\n' +
    'The folder of the page can as well lie on any static host, at any path; without the headers that this server sends, it\n' +
    'computes with one thread.',
  options,
  examples: [
    ['serve --open', 'the page, with the shipped models'],
    ['serve --model mine/ --port 0', 'starting with a model of your own, at any free port'],
  ],
  run: runServe,
});

async function runServe(context: CommandContext<typeof options>): Promise<void> {
  const { print, note, json, signal } = context;
  const { model, port, open } = context.options;
  if (!existsSync(join(siteFolder, 'index.html'))) {
    throw new AdvectError('not-found', 'the page has not been built', 'Run npm run build in the app, or install the published package.');
  }
  const given = model === undefined ? undefined : await choraleFiles(model, signal);
  const site = await serveSite({
    mounts: [{ at: '', from: siteFolder }, ...(given ? [{ at: 'given/', from: given }] : [])],
    port,
  });
  const address = given ? `${site.address}#m=given/` : site.address;
  try {
    print(json ? JSON.stringify({ address, port: site.port }) : address);
    note('Ctrl-C ends it.');
    if (open && !(await openBrowser(address))) note('No browser could be opened: open the address by hand.');
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    await site.close();
  }
}

/** The files of a model of chorales, looked at before they are handed out. */
async function choraleFiles(where: string, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = await openModelFiles(where, { shipped: shippedModels, signal });
  const { name, application } = readModelManifest(files);
  if (application.kind === 'chorales') return files;
  throw new AdvectError('invalid-file', `the model '${name}' does not compose chorales`, 'Give one that train chorales has written.');
}
