import type { AudiencePreview, DefinitionProblem, Rule } from '@perennial/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, ApiError } from '../../api/client.js';
import { isComplete } from '../../parts/rule-editor/rules.js';

const PAUSE_MS = 400;

export interface Preview {
  answer: AudiencePreview | undefined;
  problems: DefinitionProblem[];
  error: unknown;
  isCounting: boolean;
}

/**
 * The count of a rule while it is edited: asked when the hands rest, given up when they go on. The last answer stays in
 * view until there is a newer one, so that nothing jumps.
 */
export function usePreview(rule: Rule): Preview {
  const [session] = useState(() => crypto.randomUUID().slice(0, 8));
  const text = useRested(JSON.stringify(rule));
  const asked = JSON.parse(text) as Rule;
  const preview = useQuery({
    queryKey: ['preview', text],
    queryFn: ({ signal }) => api<AudiencePreview>('POST', '/audiences/preview', { rule: asked, session }, signal),
    enabled: isComplete(asked),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    retry: false,
  });
  const problems = problemsOf(preview.error);
  return {
    answer: preview.error ? undefined : preview.data,
    problems,
    error: problems.length > 0 ? undefined : (preview.error ?? undefined),
    isCounting: preview.isFetching,
  };
}

/** The text as it was when it last stayed the same for a moment. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

function problemsOf(error: unknown): DefinitionProblem[] {
  const problems = error instanceof ApiError ? error.problem.details?.['problems'] : undefined;
  return Array.isArray(problems) ? (problems as DefinitionProblem[]) : [];
}
