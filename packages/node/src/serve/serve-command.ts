import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { type CommandContext, defineCommand } from '../cli/command.js';
import { flag, numeric, text } from '../cli/option.js';
import { openBrowser } from './open-browser.js';
import { serveSite } from './serve-site.js';

/** The page of an app, as its command `serve` gives it out. */
export interface ServedPage {
  readonly summary: string;
  /** What happens in the browser: "the pictures are computed". */
  readonly happens: string;
  /** Folder of the built page. */
  readonly folder: string;
  /** Files of the model that the page is to start with. Throws where it is none for this page. */
  readonly modelFiles: (where: string, signal: AbortSignal) => Promise<ReadonlyMap<string, Uint8Array>>;
}

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

/** The command `serve` of an app: serves its page on this machine until it is interrupted. */
export const serveCommand = (page: ServedPage) =>
  defineCommand({
    name: 'serve',
    summary: page.summary,
    details:
      `It listens on this machine alone and sends nothing anywhere: ${page.happens} in the browser. Ctrl-C ends it.\n` +
      'The folder of the page can as well lie on any static host, at any path; without the headers that this server sends, it\n' +
      'computes with one thread.',
    options,
    examples: [
      ['serve --open', 'the page, with the shipped models'],
      ['serve --model mine/ --port 0', 'starting with a model of your own, at any free port'],
    ],
    run: (context) => serve(page, context),
  });

async function serve({ folder, modelFiles }: ServedPage, context: CommandContext<typeof options>): Promise<void> {
  const { print, note, json, signal } = context;
  const { model, port, open } = context.options;
  if (!existsSync(join(folder, 'index.html'))) {
    throw new AdvectError('not-found', 'the page has not been built', 'Run npm run build in the app, or install the published package.');
  }
  const given = model === undefined ? undefined : await modelFiles(model, signal);
  const site = await serveSite({
    mounts: [{ at: '', from: folder }, ...(given ? [{ at: 'given/', from: given }] : [])],
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
