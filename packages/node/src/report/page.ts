import { createHash } from 'node:crypto';
import type { Markup } from './markup.js';
import { markup } from './markup.js';
import { script } from './script.js';
import { style } from './style.js';

const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const policy = [
  `default-src 'none'`,
  `style-src ${digest(style)}`,
  `script-src ${digest(script)}`,
  `img-src data:`,
  `base-uri 'none'`,
  `form-action 'none'`,
].join('; ');

/**
 * A page in one file. Its policy allows its own style sheet and script, by their hash, and pictures that it holds; it asks
 * nobody for anything.
 */
export const page = (title: string, body: Markup): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
${markup`<title>${title}</title>`.text}
<style>${style}</style>
</head>
<body>
<main>
${body.text}
</main>
<script>${script}</script>
</body>
</html>
`;
