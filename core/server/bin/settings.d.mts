export function documented(example?: string): Map<string, string>;
export function wrongSettings(env: Record<string, string | undefined>): string[];
