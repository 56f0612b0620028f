import { text } from '@advect/node';

/** `--model`: the name of a model that comes with the app, or where another is. */
export const modelOption = text({
  description: 'a shipped model, a folder, an address (https://…), or an installed package (npm:NAME)',
  short: 'm',
  placeholder: 'MODEL',
  default: 'digits8',
});
