import { Link } from '@tanstack/react-router';
import { Result } from 'antd';
import { useSpeech } from '../i18n/language.js';

export function AbsentPage() {
  const { texts } = useSpeech();
  return <Result status="404" title={texts.pageAbsent} extra={<Link to="/">{texts.backHome}</Link>} />;
}
