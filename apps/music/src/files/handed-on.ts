import { basename, resolve } from 'node:path';
import type { RunSettings } from '../model/run-settings.js';

/** The settings of a run as its model tells them to others: of a place on this machine the last name alone, of an address all. */
export const handedOn = ({ from, data, ...settings }: RunSettings): RunSettings => ({
  ...settings,
  ...(from !== undefined && { from: lastName(from) }),
  ...(data !== undefined && { data: lastName(data) }),
});

const lastName = (place: string): string => (/^(?:https?|npm):/i.test(place) ? place : basename(resolve(place)));
