export { cleanObject, cleanText, isPersonal, pseudonym } from './clean.js';
export { hasLuhn, isCardNumber } from './numbers.js';
export * from './policy.js';
export {
  hashText,
  maskDomain,
  readText,
  replacement,
  scrubText,
  type Digest,
  type Reading,
  type TextRule,
} from './text.js';
