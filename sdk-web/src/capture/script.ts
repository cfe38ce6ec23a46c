import type { Handed } from './later.js';
import { PARTS } from './parts.js';

const { perennial } = document.currentScript as Handed;
if (perennial) PARTS.forEach(perennial);
