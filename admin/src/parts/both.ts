import type { Text } from '@perennial/contract';
import type { Language } from '../i18n/language.js';

/** A text typed in one language stands for the other too, until that one has words of its own. */
export function both(typed: string, before: Text, language: Language): Text {
  const other = language === 'zh' ? 'en' : 'zh';
  const isShared = before[other] === '' || before.zh === before.en;
  return { ...before, [language]: typed, ...(isShared && { [other]: typed }) };
}
