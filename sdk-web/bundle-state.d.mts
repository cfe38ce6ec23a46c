export function bundleState(): Promise<{ code: string; inputs: string[] }>;
