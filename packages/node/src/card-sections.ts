export interface MergeSettings {
  /** Number of # before the titles of the sections. Default 2. */
  readonly level?: number;
  /** Titles in the order in which they are to stand. Default: those of `made`. */
  readonly order?: readonly string[];
  /** Whether an earlier section no longer holds, though `made` has none of its title. Default: all hold. */
  readonly stale?: (title: string) => boolean;
}

/**
 * A Markdown text with those sections of an earlier one whose titles it does not have: what somebody has added to a model's card stays,
 * behind the section that it stood behind. Before the first section stands what `made` has there, or else the earlier text.
 */
export function mergeSections(made: string, earlier: string, { level = 2, order, stale = () => false }: MergeSettings = {}): string {
  const [fresh, old] = [made, earlier].map((text) => sectionsOf(text, level));
  const titles = fresh.sections.map(titleOf);
  const kept = (section: string): boolean => !titles.includes(titleOf(section)) && !stale(titleOf(section));
  const sections = [
    ...placed(fresh.sections, order ?? titles),
    ...placed(old.sections, order ?? titles).filter(({ section }) => kept(section)),
  ].toSorted((a, b) => a.place - b.place);
  const all = [fresh.opening || old.opening, ...sections.map(({ section }) => section)];
  return `${all.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Sections with their places: a title that is not in the order has that of the section before it. */
function placed(sections: readonly string[], order: readonly string[]): { readonly section: string; readonly place: number }[] {
  let place = -1;
  return sections.map((section) => {
    const own = order.indexOf(titleOf(section));
    if (own >= 0) place = own;
    return { section, place };
  });
}

const titleOf = (section: string): string => section.slice(0, section.search(/\n|$/)).replace(/^#+ /, '').trim();

/** Cuts a text before each title, but for lines of code. */
function sectionsOf(text: string, level: number): { readonly opening: string; readonly sections: readonly string[] } {
  const parts: string[][] = [[]];
  let inCode = false;
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('```')) inCode = !inCode;
    if (!inCode && line.startsWith(`${'#'.repeat(level)} `)) parts.push([]);
    parts.at(-1)!.push(line);
  }
  const [opening, ...sections] = parts.map((lines) => lines.join('\n').trim());
  return { opening, sections };
}
