interface Place {
  endpoint: string;
  writeKey: string;
}

/** For `app.js` of a mini program; the file or package of the tracker is the guide's matter. */
export const miniCode = (place: Place): string => `const { createPerennial } = require('perennial-mini');

const perennial = createPerennial({
  endpoint: ${quoted(bare(place))},
  writeKey: ${quoted(place.writeKey)},
});

App({ perennial });`;

/** One event by hand: the quickest proof that the way is open. */
export const curlCode = (
  place: Place,
): string => `curl -u ${shell(`${place.writeKey}:`)} ${shell(`${bare(place)}/v1/track`)} \\
  -H 'Content-Type: application/json' \\
  -d '{"event":"Order Completed","userId":"m1","properties":{"total":268}}'`;

const bare = ({ endpoint }: Place): string => endpoint.replace(/\/+$/, '');
const shell = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const quoted = (text: string): string => `'${text.replace(/['\\]/g, String.raw`\$&`)}'`;
