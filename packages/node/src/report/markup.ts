/** Markup that needs no escaping any more. */
export interface Markup {
  readonly text: string;
}

type Part = string | number | Markup | undefined | false | readonly Part[];

/** Markup with values in it, which are escaped unless they are markup; lists are joined, undefined and false are nothing. */
export const markup = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  text: strings.reduce((text, string, i) => text + written(parts[i - 1]) + string),
});

function written(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'object') return 'text' in part ? part.text : part.map(written).join('');
  return escape(String(part));
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]);
