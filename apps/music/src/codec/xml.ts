import { AdvectError } from '@advect/base/errors';
import { SaxesParser } from 'saxes';

/** An element with what it holds. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly in it, trimmed. */
  readonly text: string;
}

/** Where an element stands: the root and what lies between. */
export type XmlPath = readonly Pick<XmlElement, 'name' | 'attributes'>[];

const limits = { depth: 64, elements: 2_000_000 } as const;

type Open = { name: string; attributes: Record<string, string>; children: XmlElement[]; text: string };

/**
 * Reads XML and hands over each element that stands `depth` below the root, whole, as soon as it ends; nothing else is kept.
 * Strict: a text that is not well-formed throws `invalid-file`, as does one that nests deeper than 64 or has more than two
 * million elements. Entities other than the five of XML are unknown, whatever a document type declares, so that none can
 * grow.
 */
export function readXml(text: string, depth: number, take: (element: XmlElement, path: XmlPath) => void): void {
  const parser = new SaxesParser({ xmlns: false, position: true });
  const open: Open[] = [];
  let count = 0;
  parser.on('error', (error) => {
    throw fault(error.message);
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length >= limits.depth) throw fault(`its elements are nested more than ${limits.depth} deep`);
    if (++count > limits.elements) throw fault(`it has more than ${limits.elements} elements`);
    open.push({ name, attributes, children: [], text: '' });
  });
  const addText = (part: string): void => {
    if (open.length > depth) open[open.length - 1].text += part;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop()!;
    const element = { ...closed, text: closed.text.trim() };
    if (open.length === depth) take(element, open);
    else if (open.length > depth) open[open.length - 1].children.push(element);
  });
  parser.write(text).close();
}

/** The first child of that name. */
export const childOf = ({ children }: XmlElement, name: string): XmlElement | undefined => children.find((child) => child.name === name);

/** The text of a child, or undefined where there is none. */
export const textOf = (element: XmlElement, name: string): string | undefined => childOf(element, name)?.text;

/** A child's text as a number, or undefined where it is none. */
export function numberOf(element: XmlElement, name: string): number | undefined {
  const value = Number(textOf(element, name) || NaN);
  return Number.isFinite(value) ? value : undefined;
}

/** The text of an XML file: UTF-8, or UTF-16 where it begins so. */
export function decodeXml(bytes: Uint8Array): string {
  const [a, b] = bytes;
  const encoding =
    (a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)
      ? 'utf-16le'
      : (a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)
        ? 'utf-16be'
        : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/** Text as it may stand in an element or an attribute. */
export const escapeXml = (text: string): string =>
  text
    // Control characters have no place in XML, not even escaped.
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const fault = (what: string): AdvectError =>
  new AdvectError('invalid-file', `not usable XML: ${what}`, 'Export the file again from the program that made it.');
