import { container, flag, leaf, type SchemaNode, unmodelled } from './schema-node.ts';
import { integer, name, oneOf } from './value-types.ts';

const MSS = leaf('mss', 'MSS value', integer(64, 65_535), { inert: true });

/**
 * `security flow`.
 *
 * Fidelity: documented. The ranges of ageing and of TCP timeouts are published; those of the segment size too.
 */
export const FLOW: SchemaNode = container('flow', 'FLOW configuration', [
  container('aging', 'Aging configuration', [
    leaf('early-ageout', 'Delay before device declares session invalid (seconds)', integer(1, 65_535)),
    leaf('low-watermark', 'Percentage of session-table capacity at which aggressive aging-out ends', integer(0, 100)),
    leaf(
      'high-watermark',
      'Percentage of session-table capacity at which aggressive aging-out starts',
      integer(1, 100),
    ),
  ]),
  container('tcp-session', 'Transmission Control Protocol session configuration', [
    flag('no-syn-check', 'Disable creation-time SYN-flag check'),
    flag('no-syn-check-in-tunnel', 'Disable creation-time SYN-flag check for tunnel packets', { inert: true }),
    flag('no-sequence-check', 'Disable sequence-number checking', { inert: true }),
    flag('rst-invalidate-session', 'Immediately end session on receipt of reset (RST) segment', { inert: true }),
    flag('rst-sequence-check', 'Check sequence number in reset (RST) segment', { inert: true }),
    flag('strict-syn-check', 'Enable strict syn check', { inert: true }),
    flag('fin-invalidate-session', 'Immediately end session on receipt of fin (FIN) segment', { inert: true }),
    leaf('tcp-initial-timeout', 'Timeout for TCP session when initialization fails (seconds)', integer(4, 300)),
    container('time-wait-state', 'Session timeout value in time-wait state', [
      flag('session-ageout', 'Allow session to ageout using service based timeout values', {
        inert: true,
        choice: 'time-wait',
      }),
      leaf('session-timeout', 'Configure session timeout value for time-wait state (seconds)', integer(2, 600), {
        choice: 'time-wait',
      }),
      flag('apply-to-half-close-state', 'Apply time-wait-state timeout to half-close state', { inert: true }),
    ]),
  ]),
  container('tcp-mss', 'TCP maximum segment size configuration', [
    container('all-tcp', 'Enable MSS override for all packets', [MSS]),
    container('ipsec-vpn', 'Enable MSS override for all packets entering IPSec tunnel', [MSS]),
  ]),
  container('load-distribution', 'Flow load distribution', [
    leaf('session-affinity', 'Session affinity', oneOf({ ipsec: 'IPSec session affinity' }), { inert: true }),
  ]),
  leaf(
    'pending-sess-queue-length',
    'Maximum queued length per pending session',
    oneOf({
      normal: 'Allow normal number of packets to be queued',
      moderate: 'Allow moderate number of packets to be queued',
      high: 'Allow maximum number of packets to be queued',
    }),
  ),
  leaf('route-change-timeout', 'Timeout value for route change to nonexistent route (seconds)', integer(6, 1800), {
    inert: true,
  }),
  leaf(
    'syn-flood-protection-mode',
    'TCP SYN flood protection mode',
    oneOf({ 'syn-cookie': 'Enable SYN cookie protection', 'syn-proxy': 'Enable SYN proxy protection' }),
    { inert: true },
  ),
  flag('allow-dns-reply', 'Allow unmatched incoming DNS reply packet', { inert: true }),
  flag('force-ip-reassembly', 'Force to reassemble ip fragments', { inert: true }),
  flag('sync-icmp-session', 'Allow icmp sessions to sync to peer node', { inert: true }),
  leaf('preserve-incoming-fragment-size', 'Preserve incoming fragment size for egress MTU', name(), { inert: true }),
  unmodelled('traceoptions', 'Trace options for flow services'),
]);
