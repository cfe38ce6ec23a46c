const KIND = /^(password|hidden|file)$/;
/** Any word of the attribute: `section-a billing cc-csc` is a card's code too. */
const FILL = /(^|\s)(cc-|current-password|new-password|one-time-code)/i;
const NAME =
  /pass|pwd|secret|token|card|cvv|cvc|cvn|csc|ssn|iban|captcha|v_?code|otp|api.?key|private.?key|(sms|auth|verif\w*|valid\w*|security|dynamic|login|one.?time).?code|id_?(no|num|card)|(^|[^a-z])(pw|pin|tan)([^a-z]|$)|身份|证件|护照|卡号|银行|密码|口令|密钥|验证码|校验码|动态码|安全码/i;
/** Cards and ids: thirteen digits or more, however they are grouped, also within a text; an account; a signed token. */
const VALUE = /\d(?:[\s.·_/-]{0,2}\d){11,}[\s.-]?[\dx]|(^|[^a-z])[a-z]{2}\d{2}(?:[ -]?[a-z\d]{4}){3,}|eyJ[\w-]{9,}\./i;

/** How a page names a field, for itself and for its visitors: `loginPw` is `login_Pw`. */
function namesOf(field: HTMLInputElement): string {
  const labels = Array.from(field.labels || [], (label) => label.textContent);
  const names = ['name', 'id', 'placeholder', 'aria-label', 'title', 'data-perennial-field'].map((name) =>
    field.getAttribute(name),
  );
  return names
    .concat(labels)
    .join(' ')
    .replace(/([a-z])([A-Z])/g, '$1_$2');
}

/** Full-width digits are what Chinese input methods write. */
const isSecretValue = (value: string): boolean => VALUE.test(value.normalize('NFKC'));

/** Pages show passwords as dots without calling them passwords. */
function isDotted(field: Element): boolean {
  const { webkitTextSecurity: dots } = getComputedStyle(field) as { webkitTextSecurity?: string };
  return Boolean(dots) && dots !== 'none';
}

/** Whether a field may never be read, not even when the page marked it. */
export const isSecret = (field: HTMLInputElement): boolean =>
  field.closest('[data-perennial-off]') !== null ||
  KIND.test(field.type) ||
  FILL.test(field.getAttribute('autocomplete') || '') ||
  NAME.test(namesOf(field)) ||
  isDotted(field) ||
  isSecretValue(field.value);
