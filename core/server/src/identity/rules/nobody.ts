const WORDS = new Set([
  'null',
  'undefined',
  'none',
  'nil',
  'nan',
  'n/a',
  'na',
  'anonymous',
  'guest',
  'unknown',
  'test',
  'true',
  'false',
  '[object object]',
  'distinct_id',
  'userid',
  'user_id',
  'id',
  'email',
  'phone',
  '0',
  '-1',
  '无',
  '空',
  '未知',
  '匿名',
]);

/** Law 4: a value that many clients send for want of one identifies nobody and never links. */
export function isNobody(value: string): boolean {
  // What lost characters on its way (U+FFFD) is shared by all who lost theirs: it tells no two people apart.
  if (value.includes('\uFFFD')) return true;
  const word = value.toLowerCase();
  return WORDS.has(word) || /^[0\-.:_*xX]+$/.test(word) || /^(['"]).*\1$/.test(word);
}
