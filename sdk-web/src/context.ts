const CAMPAIGN = ['source', 'medium', 'name', 'term', 'content'] as const;
export const LIBRARY = { name: 'perennial-web', version: '0.1.0' };

/** What is known of the page and the visit without asking anybody. */
export function contextOf(): Record<string, unknown> {
  const { href, pathname, search } = location;
  const parameters = new URLSearchParams(search);
  const campaign: Record<string, string> = {};
  for (const key of CAMPAIGN) {
    const value = parameters.get(`utm_${key === 'name' ? 'campaign' : key}`);
    if (value) campaign[key] = value;
  }
  return {
    library: LIBRARY,
    page: { path: pathname, referrer: document.referrer, search, title: document.title, url: href },
    userAgent: navigator.userAgent,
    locale: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...(Object.keys(campaign).length > 0 && { campaign }),
  };
}
