import type { JsonObject, JsonValue, Manifest } from '../io/manifest.js';

/** A page for people about a model, in Markdown, made from its manifest alone. */
export function modelCard(manifest: Manifest): string {
  const { name, description, field, base, transforms, labels, training, metrics, parameters, weights } = manifest;
  const count = Object.values(parameters).reduce((sum, shape) => sum + shape.reduce((product, n) => product * n, 1), 0);
  const facts: JsonObject = {
    field: field.kind,
    base: base.kind,
    transforms: transforms.length > 0 ? transforms.map(({ kind }) => kind).join(', ') : 'none',
    parameters: count,
    ...(labels.length > 0 && { classes: labels.join(', ') }),
    'weights file': `${weights.bytes} bytes of ${weights.dtype}, SHA-256 ${weights.sha256}`,
  };
  const sections = [
    `# ${plain(name)}`,
    plain(description),
    'A continuous normalizing flow made with Advect: it gives samples, and the log-density of any sample.',
    section('Model', facts),
    section('Field', withoutKind(field)),
    section('Training', training),
    section('Measured', metrics),
    section('Default settings', manifest.defaults),
  ];
  return `${sections.filter((part) => part !== '').join('\n\n')}\n`;
}

const withoutKind = (config: JsonObject): JsonObject => Object.fromEntries(Object.entries(config).filter(([name]) => name !== 'kind'));

function section(title: string, values: JsonObject): string {
  const rows = Object.entries(values).map(([name, value]) => `| ${plain(name)} | ${plain(show(value))} |`);
  return rows.length === 0 ? '' : [`## ${title}`, '', '| | |', '| --- | --- |', ...rows].join('\n');
}

const show = (value: JsonValue): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)} …` : text;
};

/** Text that Markdown takes as text: one line, without markup of its own. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\`*_<>|[\]#]/g, (c) => `\\${c}`);
