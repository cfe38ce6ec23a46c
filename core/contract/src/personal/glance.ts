/** What a text may hold, told by one look at its characters: most texts of events hold nothing that is worth a second. */
export const MAY = { mail: 1, number: 2, encoded: 4, assigned: 8, token: 16 } as const;

/** Fewer digits in one run are nobody's number, unless a key says so. */
const FEWEST_DIGITS = 10;
const AT = 0x40;
const WIDE_AT = 0xff20;
const PERCENT = 0x25;
const EQUALS = 0x3d;
const LOWER_E = 0x65;
const LOWER_Y = 0x79;
const ZERO = 0x30;
const NINE = 0x39;
const WIDE_ZERO = 0xff10;
const WIDE_NINE = 0xff19;

/** What people and addresses put between the digits of one number. A full stop is none: network addresses have those. */
const isGap = (code: number): boolean =>
  code === 0x20 || code === 0x2d || code === 0x2b || code === 0x28 || code === 0x29 || isRareGap(code);
const isRareGap = (code: number): boolean =>
  code > 0x7f && (code === 0xa0 || code === 0x3000 || code === 0xff08 || code === 0xff09 || isDash(code));
const isDash = (code: number): boolean => code === 0xff0d || (code >= 0x2010 && code <= 0x2015);

/** What every text has that may hold something; most texts end here, and an expression is several times faster than the loop. */
const SUSPECT = /[@＠=%]|eyJ|[0-9０-９]{3}|[0-9０-９][-+ ()\u00a0\u3000（）‐-―－]{1,2}[0-9０-９]/;

/** Flags of `MAY`; 0 for a text that may hold nothing. */
export const glance = (text: string): number => (SUSPECT.test(text) ? flagsOf(text) : 0);

function flagsOf(text: string): number {
  let flags = 0;
  let run = 0;
  let gap = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code >= ZERO && code <= NINE) || (code >= WIDE_ZERO && code <= WIDE_NINE)) {
      gap = 0;
      if (++run === FEWEST_DIGITS) flags |= MAY.number;
    } else if (run > 0 && gap < 2 && isGap(code)) gap += 1;
    else {
      run = 0;
      if (code === AT || code === WIDE_AT) flags |= MAY.mail;
      else if (code === EQUALS) flags |= MAY.assigned;
      else if (code === PERCENT) flags |= mayHide(text, i) ? MAY.encoded : 0;
      else if (code === LOWER_E && text.charCodeAt(i + 1) === LOWER_Y) flags |= MAY.token;
    }
  }
  return flags;
}

/** `@ = + - % ` and full-width digits, encoded; other letters of Chinese begin with E3 to E9. */
const mayHide = (text: string, at: number): boolean => /^(?:40|3d|2b|2d|25|20|ef)$/i.test(text.slice(at + 1, at + 3));
