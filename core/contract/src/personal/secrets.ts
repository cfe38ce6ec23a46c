/** A JSON Web Token, also one without its signature. */
const JWT = /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g;

/** Parameters whose value opens something, by the end of their name: `reset_token`, `X-Amz-Signature`, `accessToken`. */
const NAME =
  '[\\w.\\[\\]-]*(?:token|secret|passw(?:or)?d|pwd|api[_-]?key|access[_-]?key|signature|credential|jwt|otp|ticket|verify_?code|sms_?code)';
const PARAMETER = /* @__PURE__ */ new RegExp(`((?:^|[?&#;\\s"'])(?:${NAME}|sig|auth)=)([^&#;\\s"'<>]+)`, 'gi');

/** Texts that say themselves what they are: keys that well-known services hand out. */
const KEY =
  /\b(?:sk|rk|pk)_(?:live|test)_\w{10,}|\bsk-[\w-]{20,}|\bAKIA[A-Z0-9]{16}\b|\bLTAI\w{12,}|\bgh[pousr]_\w{20,}/g;

/** The last letters of such names, so that an address without secrets costs a look at each `=`. */
const ENDS = /* @__PURE__ */ new Set('ken ret ord swd pwd key ure sig uth ial jwt otp ket ode'.split(' '));

function mayAssign(text: string): boolean {
  for (let at = text.indexOf('='); at >= 0; at = text.indexOf('=', at + 1))
    if (ENDS.has(text.slice(Math.max(0, at - 3), at).toLowerCase())) return true;
  return false;
}

const mayBeKey = (text: string): boolean =>
  ['sk_', 'sk-', 'rk_', 'pk_', 'AKIA', 'LTAI', 'gh'].some((start) => text.includes(start));

/** The text without tokens and keys; `instead` stands for each. */
export function withoutSecrets(text: string, instead: (secret: string) => string): string {
  let clean = text;
  if (mayAssign(clean)) clean = clean.replace(PARAMETER, (_, name: string, value: string) => name + instead(value));
  if (clean.includes('eyJ')) clean = clean.replace(JWT, instead);
  return mayBeKey(clean) ? clean.replace(KEY, instead) : clean;
}
