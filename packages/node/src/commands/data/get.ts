import { type CommandContext, defineCommand } from '../../cli/command.js';
import { text } from '../../cli/option.js';
import { findSet } from '../../data/open-set.js';
import { setFiles } from '../../data/set-files.js';
import { sizeText } from './describe.js';

const options = {
  data: text({ description: 'take the files from this folder (or that of ADVECT_DATA) instead of their addresses', placeholder: 'DIR' }),
};

const positionals = [{ name: 'NAME', description: "names of 'list'", required: true, many: true }] as const;

export const get = defineCommand({
  name: 'get',
  summary: 'Fetch a data set into the cache, and check it.',
  details:
    'A download that breaks off goes on where it stopped when the command is run again. HTTPS_PROXY, HTTP_PROXY and\n' +
    'NO_PROXY are respected. The cache is advect/ in XDG_CACHE_HOME, or in ~/.cache.',
  positionals,
  options,
  examples: [['get mnist', 'some 11 MB; train commands take it from the cache']],
  run: (context) => bring(context, false),
});

export const verify = defineCommand({
  name: 'verify',
  summary: 'Check the files of a data set that are here; nothing is fetched.',
  positionals,
  options,
  examples: [['verify mnist --data ~/data', 'a copy of your own']],
  run: (context) => bring(context, true),
});

async function bring(
  { positionals: names, options: { data }, ...context }: CommandContext<typeof options>,
  offline: boolean,
): Promise<void> {
  const { print, note, progress, json, signal } = context;
  const sets = names.map(findSet);
  for (const set of sets) {
    note(`${set.title}: licence ${set.licence}`);
    const files = await setFiles(set, {
      env: process.env,
      directory: data,
      offline,
      signal,
      onDownload: (url) => note(`fetching ${url}`),
      onProgress: (received, total) => total !== undefined && progress.update(received, total, 'bytes'),
    });
    for (const file of files) {
      print(json ? JSON.stringify({ set: set.name, ...file }) : `${file.path}  ${sizeText(file.bytes)}, ${checkText[file.checked]}`);
    }
  }
}

const checkText = { sha256: 'sha256 verified', md5: 'md5 verified', pinned: 'no checksum is published: as first fetched' } as const;
