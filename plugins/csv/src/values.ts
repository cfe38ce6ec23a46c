const PLAIN = /^-?\d+(\.\d+)?$/;
const WRITTEN = /^[-+]?(\d+\.?\d*|\.\d+|\d{1,3}(,\d{3})+(\.\d*)?)(e[-+]?\d+)?$/i;

/**
 * `1,234.50`, `￥12`, full-width digits; undefined when it is no number. A comma counts only before three digits: `12,5`
 * is not read, because guessing would make it 125.
 */
export function readNumber(cell: string): number | undefined {
  if (PLAIN.test(cell)) return Number(cell);
  const text = cell.normalize('NFKC').replace(/[\s¥￥$]/g, '');
  return WRITTEN.test(text) ? Number(text.replaceAll(',', '')) : undefined;
}

/** `17850.0` -> `17850`; undefined when it is no whole number. */
export function readInteger(cell: string): string | undefined {
  const number = readNumber(cell);
  return number !== undefined && Number.isSafeInteger(number) ? String(number) : undefined;
}

/**
 * A phone from a spreadsheet: `1.3912345678E+10` still holds all its digits, `1.39E+10` has lost them for ever and is
 * undefined rather than somebody else's number.
 */
export function readPhone(cell: string): string | undefined {
  const text = cell.normalize('NFKC').trim();
  if (!/^[\d.]+e\+?\d+$/i.test(text)) return text === '' ? undefined : text.replace(/\.0+$/, '');
  const [mantissa = '', exponent = ''] = text.toLowerCase().split(/e\+?/);
  const digits = (mantissa.split('.')[1] ?? '').length;
  return digits >= Number(exponent) ? String(Number(text)) : undefined;
}

export function readBoolean(cell: string): boolean | undefined {
  const text = cell.trim().toLowerCase();
  if (['true', '1', 'yes', 'y', '是', '有'].includes(text)) return true;
  return ['false', '0', 'no', 'n', '否', '无'].includes(text) ? false : undefined;
}
