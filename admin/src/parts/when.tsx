import { Tooltip } from 'antd';
import { useSpeech } from '../i18n/language.js';

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** An instant: how long ago, the exact time on hovering. */
export function When({ at, isExact = false }: { at: number | undefined; isExact?: boolean }) {
  const { language } = useSpeech();
  if (at === undefined) return <>–</>;
  const locale = language === 'zh' ? 'zh-CN' : 'en';
  const exact = new Date(at).toLocaleString(locale, { hour12: false });
  return isExact ? <span>{exact}</span> : <Tooltip title={exact}>{relative(at, locale)}</Tooltip>;
}

function relative(at: number, locale: string): string {
  const seconds = Math.round((at - Date.now()) / 1000);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const);
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.trunc(seconds / size), unit);
}
