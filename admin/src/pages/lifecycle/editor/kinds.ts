/** What conditions of a lifecycle may ask: all that a person's state knows. */
export const KINDS = ['tag', 'behaviour', 'trait', 'stage'] as const;
