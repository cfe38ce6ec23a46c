/** What looks like an identity card: a place, a birthday, a serial, a check digit. */
const ID_CARD = /^\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/;
export const isIdCard = (number: string): boolean => ID_CARD.test(number);

/** The first two digits of every province; numbers that begin with a date do not have them. */
const PROVINCE = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/;
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** An identity card whose check digit is right (GB 11643). */
export function isCheckedIdCard(number: string): boolean {
  if (!isIdCard(number) || !PROVINCE.test(number)) return false;
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(number[i]), 0);
  return '10X98765432'[sum % 11] === number[17];
}

/** Of before 1999: 15 digits without a check. Chance makes one of a hundred numbers such a card, so a key must say it. */
export const isOldIdCard = (number: string): boolean =>
  PROVINCE.test(number) && /^\d{8}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}$/.test(number);

/** The first digits of card networks, widely taken. */
export const isCardNumber = (digits: string): boolean => /^(?:[3-6]\d{14,18}|2[2-7]\d{14}|9558\d{11,15})$/.test(digits);

/** The first digits and lengths of the networks whose cards are in use: UnionPay, old ones of ICBC and CCB, Visa, Mastercard, JCB, Amex, Discover. */
const CARD =
  /^(?:62\d{14,17}|9558\d{12,15}|4367\d{12,15}|4\d{15}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|35\d{14}|3[47]\d{13}|60(?:11|13|33)\d{12,15}|6[58]\d{14})$/;
export const isCard = (digits: string): boolean => CARD.test(digits);

const ZERO = 0x30;

export function hasLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - ZERO;
    const twice = i % 2 === 1 ? digit * 2 : digit;
    sum += twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
}
