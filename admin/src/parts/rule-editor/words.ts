import type { AudienceListItem, TagListItem, Vocabulary } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { get } from '../../api/client.js';

const STALE = { staleTime: 60_000 };

/** What rules may name. */
export function useWords() {
  const tags = useQuery({ queryKey: ['tags'], queryFn: () => get<TagListItem[]>('/tags'), ...STALE });
  const audiences = useQuery({
    queryKey: ['audiences'],
    queryFn: () => get<AudienceListItem[]>('/audiences'),
    ...STALE,
  });
  const vocabulary = useQuery({ queryKey: ['vocabulary'], queryFn: () => get<Vocabulary>('/vocabulary'), ...STALE });
  return {
    tags: tags.data ?? [],
    audiences: audiences.data ?? [],
    events: vocabulary.data?.events ?? [],
    traits: vocabulary.data?.traits ?? [],
    stages: vocabulary.data?.stages ?? [],
    kinds: vocabulary.data?.kinds ?? [],
  };
}
