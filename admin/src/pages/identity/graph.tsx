import type { GraphEdge, GraphNode, ProfileIdentity } from '@perennial/contract';
import { useMemo } from 'react';
import { useSpeech } from '../../i18n/language.js';
import { Chart } from '../../parts/chart.js';
import { colourOf } from './parts.js';

const SIZES = { strong: 34, medium: 26, weak: 18 };
const LINES = {
  joined: { color: '#8fa39a', type: 'solid' },
  switched: { color: '#b58900', type: 'dashed' },
  refused: { color: '#cf1322', type: 'dotted' },
} as const;

/** The identifiers of a person and what joined them; who is on another profile is dimmed. */
export function GraphPicture({ identity, onPick }: { identity: ProfileIdentity; onPick: (key: string) => void }) {
  const { texts, say } = useSpeech();
  const option = useMemo(
    () => ({
      tooltip: { confine: true },
      series: [
        {
          type: 'graph',
          layout: 'force',
          roam: true,
          force: { repulsion: 260, edgeLength: 110, gravity: 0.12 },
          label: { show: true, position: 'bottom', fontSize: 11 },
          emphasis: { focus: 'adjacency' },
          data: identity.nodes.map((node) => nodeOf(node, identity.profileId, say(node.title))),
          links: identity.edges.map((edge) =>
            lineOf(edge, texts[`rule_${edge.evidence.rule}` as 'rule_login'] ?? edge.evidence.rule),
          ),
        },
      ],
    }),
    [identity, say, texts],
  );
  return <Chart option={option} height={380} label={texts.graph} onClick={onPick} />;
}

const nodeOf = ({ id, kind, value, strength, profileId, isBarred }: GraphNode, own: string, title: string) => ({
  id,
  key: id,
  name: value.length > 18 ? `${value.slice(0, 16)}…` : value,
  value: title,
  symbolSize: SIZES[strength],
  itemStyle: {
    color: colourOf(kind),
    opacity: profileId === own ? 1 : 0.35,
    ...(isBarred && { borderColor: '#cf1322', borderWidth: 3 }),
  },
  tooltip: { formatter: `${title}<br/>${escaped(value)}` },
});

const lineOf = ({ a, b, outcome, isCut, events }: GraphEdge, rule: string) => ({
  source: a,
  target: b,
  key: `${a} ${b}`,
  lineStyle: { ...LINES[outcome], width: 1 + Math.min(4, Math.log10(events + 1) * 2), opacity: isCut ? 0.4 : 1 },
  tooltip: { formatter: `${escaped(rule)} · ${events}` },
});

/** Tooltips of the chart are HTML, and a value is whatever a client sent. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
