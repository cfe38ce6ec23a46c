import type { ConsultantView } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { get } from '../../api/client.js';
import { every } from './every.js';

export const useConsultants = () =>
  useQuery({
    queryKey: ['consultants'],
    queryFn: () => get<ConsultantView[]>('/consultants'),
    refetchInterval: every(15_000),
  });

/** The consultant as whom the operator signs in. */
export const useMyself = (): ConsultantView | undefined => useConsultants().data?.find(({ isMine }) => isMine);
