import type { ActivationView, DestinationView } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { get } from '../api/client.js';

export const useDestinations = () =>
  useQuery({ queryKey: ['destinations'], queryFn: () => get<DestinationView[]>('/destinations') });

/** What plugins offer to reach people with. */
export const useActivations = () =>
  useQuery({ queryKey: ['activations'], queryFn: () => get<ActivationView[]>('/activations') });
