import { attempt } from './attempt.js';

/** Names of parameters that hold a secret or name a person, as they stand before the sign of equality. */
const SECRET =
  /token|passw|pwd|secret|session|phone|mobile|mail|id_?card|(ticket|[a-z]_?key(_?id)?|[smyh]_?code|^code|^x-.+|(^|[^a-z])(sid|sig(n\w*)?|auth|pass))=$/i;

/** A signed token, an e-mail, a mobile phone; a number within a longer one is none. */
const PERSONAL =
  /eyJ[\w-]+\.[\w.-]+|[^\s/?&#=@:]{1,64}@[\w.-]+\.[a-z]{2,}|(^|[^\da-z])(\+?86[ +-]?)?1[3-9]\d([ +-]?\d{4}){2}(?![\da-z])/gi;

/** A text of the page without what names a person or opens a door. */
export const maskText = (text: string): string => text.replace(PERSONAL, '$1***');

/** Where a text is cut through an escape, the old way reads the others; only what is found in it is written anew. */
const decode = (text: string): string => attempt(() => decodeURIComponent(text), unescape(text));

/** An address without it, by names and by values, also where another address is written within it. */
export const maskAddress = (address: string): string =>
  address.replace(/([^?&#;=]*=|)([^?&#;]+)/g, (piece, name: string, value: string) => {
    if (SECRET.test(name)) return `${name}***`;
    const plain = decode(value);
    const clean = plain === value ? maskText(plain) : maskAddress(plain);
    return clean === plain ? piece : name + (name ? encodeURIComponent : encodeURI)(clean);
  });
