/** A text of a file on one line, without the codes that would move a terminal's cursor or change its colours. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ');
