import { text } from '@advect/node';

/** `--model`: the name of a model that comes with the app, or the folder of another. */
export const modelOption = text({
  description: 'a shipped model, or the folder of one',
  short: 'm',
  placeholder: 'NAME|DIR',
  default: 'digits8',
});
