#!/usr/bin/env node
import { main } from '@advect/node';
import { program } from './program.js';

await main(program);
