import * as Tone from 'tone';

Object.assign(globalThis, { Tone });
