/** Which settings need, exclude or bound each other, once each of them is right by itself. */

interface Combined {
  readonly secret?: string;
  readonly drainDelayMs: number;
  readonly drainDeadlineMs: number;
  readonly natsServers?: readonly string[];
  readonly natsCreds?: string;
  readonly natsUser?: string;
  readonly natsPassword?: string;
  readonly natsTlsCa?: string;
}

/** Values that are fine alone and cannot work together. */
export function contradictionsOf(config: Combined): string[] {
  const found: string[] = [];
  if (config.drainDeadlineMs <= config.drainDelayMs) {
    found.push(
      `DRAIN_DEADLINE_MS is ${config.drainDeadlineMs} but must be more than DRAIN_DELAY_MS, ${config.drainDelayMs}`,
    );
  }
  return [...found, ...natsContradictionsOf(config)];
}

function natsContradictionsOf(config: Combined): string[] {
  const { natsServers, natsCreds, natsUser, natsPassword, natsTlsCa } = config;
  const settings = Object.entries({
    NATS_CREDS: natsCreds,
    NATS_USER: natsUser,
    NATS_PASSWORD: natsPassword,
    NATS_TLS_CA: natsTlsCa,
  });
  const given = settings.filter(([, value]) => value !== undefined).map(([name]) => name);
  if (natsServers === undefined)
    return given.map((name) => `${name} is set but must not be without NATS_URL`);
  const found: string[] = [];
  if (config.secret === undefined) {
    found.push("SECRET is unset but must be set with NATS_URL, the same on every node");
  }
  if (natsUser !== undefined && natsPassword === undefined) {
    found.push("NATS_PASSWORD is unset but must be set with NATS_USER");
  }
  if (natsCreds !== undefined && natsPassword !== undefined) {
    found.push("NATS_PASSWORD is set but must not be with NATS_CREDS");
  }
  return found;
}
