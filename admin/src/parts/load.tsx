import type { UseQueryResult } from '@tanstack/react-query';
import { Button, Result, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';

/** What a query gives, or its waiting, or its failure with a way to try again. */
export function Load<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  const { texts } = useSpeech();
  const sayError = useErrorText();
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isPending) return <Skeleton active paragraph={{ rows: 8 }} />;
  return (
    <Result
      status="warning"
      title={texts.loadFailed}
      subTitle={sayError(query.error)}
      extra={<Button onClick={() => void query.refetch()}>{texts.retry}</Button>}
    />
  );
}

/** The operator's words for any error. */
export function useErrorText(): (error: unknown) => string {
  const { texts, sayCode } = useSpeech();
  return (error) => {
    if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
    const { code, detail, details = {} } = error.problem;
    const said = sayCode(code, detail);
    const { retryAfter } = details;
    if (typeof retryAfter === 'number') return `${said}（${texts.retryAfter.replace('{n}', String(retryAfter))}）`;
    // Places and their problems are shown beside, in the operator's language.
    if ('problems' in details) return said;
    // Of who may come in, the code says all; elsewhere the detail names the column, the field or the key.
    return said === detail || code.startsWith('ACCESS_') ? said : `${said}（${detail}）`;
  };
}
