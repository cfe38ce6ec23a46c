/** Calls that may be made before the tracker's script is there; they wait and are made in their order. */
const CALLS =
  'track page screen identify group alias reset consent register unregister on off use flush ready debug close';

/**
 * What a page embeds to load the browser tracker: options, and an array named `perennial` that keeps calls as
 * `[time, method, arguments]` until the script takes over. Where the script is blocked it holds at most 1,000 of them, and
 * nothing else happens. Options end up in HTML: `<` is written so that no tag can begin there.
 */
export function trackerSnippet(options: { endpoint: string; writeKey: string } & Record<string, unknown>): string {
  const endpoint = options.endpoint.replace(/\/+$/, '');
  const told = JSON.stringify({ ...options, endpoint }).replaceAll('<', '\\u003c');
  return `<script>
!function(w,d,o){var p=w.perennial=w.perennial||[];if(p.track)return;p.options=o;
"${CALLS}".split(" ").forEach(function(m){p[m]=function(){p.length<1e3&&p.push([+new Date,m,arguments])}});
var s=d.createElement("script"),t=w.trustedTypes,u=o.endpoint+"/perennial.js";s.async=!0;
try{if(t){t=t.createPolicy("perennial",{createScriptURL:function(u){return u}});o.trust=function(u){return t.createScriptURL(u)}}s.src=t?o.trust(u):u;d.head.appendChild(s)}catch(e){}
}(window,document,${told})
</script>`;
}
