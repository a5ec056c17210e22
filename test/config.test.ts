import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "dotenv";
import { ConfigError, readConfig, variables } from "../src/config.ts";

const root = join(import.meta.dirname, "..");

function mistakesOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.mistakes;
  }
  return [];
}

test("an empty environment gives every default", () => {
  assert.deepEqual(readConfig({}), {
    port: 9876,
    host: "0.0.0.0",
    dataDir: "./data",
    publicName: "Confab",
    allowedOrigins: [],
    trustProxyHops: 0,
    maxFrameBytes: 65_536,
    maxMessageChars: 4000,
    messagesPerSecond: 5,
    messageBurst: 20,
    maxConnections: 20_000,
    maxConnectionsPerIp: 200,
    pingIntervalMs: 25_000,
    drainDelayMs: 2000,
    drainDeadlineMs: 15_000,
    sync: "full",
    sendLoop: "ring",
    natsPrefix: "confab",
    logLevel: "info",
  });
});

test("an empty or blank variable counts as unset", () => {
  assert.deepEqual(
    readConfig({ PORT: "", SECRET: "  ", MAX_AGE_DAYS: "", ALLOWED_ORIGINS: " " }),
    readConfig({}),
  );
});

test("the config cannot be changed", () => {
  const config = readConfig({ ALLOWED_ORIGINS: "https://chat.example.com" });
  assert.ok(Object.isFrozen(config));
  assert.ok(Object.isFrozen(config.allowedOrigins));
});

test("every variable reaches its field", () => {
  const config = readConfig({
    PORT: "0",
    HOST: "::1",
    DATA_DIR: "/var/lib/confab",
    SECRET: "s".repeat(32),
    PUBLIC_NAME: "Büro 🦦",
    ALLOWED_ORIGINS: "https://a.example:443/, http://LAN:8080 ,null",
    TRUST_PROXY: "2",
    MAX_FRAME_BYTES: "1000000",
    MAX_MESSAGE_CHARS: "1",
    MESSAGES_PER_SECOND: "0",
    MESSAGE_BURST: "1",
    MAX_CONNECTIONS: "1",
    MAX_CONNECTIONS_PER_IP: "0",
    PING_INTERVAL_MS: "1000",
    DRAIN_DELAY_MS: "0",
    DRAIN_DEADLINE_MS: "100",
    SYNC: "normal",
    SEND_LOOP: "plain",
    POST_TOKEN: "p".repeat(32),
    METRICS_TOKEN: "m".repeat(32),
    NATS_URL: "nats://10.0.0.1:4222, tls://[::1]:4223 ,nats.example.com",
    NATS_USER: "ann",
    NATS_PASSWORD: "hunter2",
    NATS_TLS_CA: "/etc/ca.pem",
    NATS_PREFIX: "team_1",
    LOG_LEVEL: "silent",
  });
  assert.deepEqual(config, {
    port: 0,
    host: "::1",
    dataDir: "/var/lib/confab",
    secret: "s".repeat(32),
    publicName: "Büro 🦦",
    allowedOrigins: ["https://a.example", "http://lan:8080", "null"],
    trustProxyHops: 2,
    maxFrameBytes: 1_000_000,
    maxMessageChars: 1,
    messagesPerSecond: 0,
    messageBurst: 1,
    maxConnections: 1,
    maxConnectionsPerIp: 0,
    pingIntervalMs: 1000,
    drainDelayMs: 0,
    drainDeadlineMs: 100,
    sync: "normal",
    sendLoop: "plain",
    postToken: "p".repeat(32),
    metricsToken: "m".repeat(32),
    natsServers: ["nats://10.0.0.1:4222", "tls://[::1]:4223", "nats://nats.example.com"],
    natsUser: "ann",
    natsPassword: "hunter2",
    natsTlsCa: "/etc/ca.pem",
    natsPrefix: "team_1",
    logLevel: "silent",
  });
});

test("all mistakes are told at once, each with its value and what is allowed", () => {
  assert.deepEqual(mistakesOf({ PORT: "http", PING_INTERVAL_MS: "999", SYNC: "FULL", HOST: "a b" }), [
    'PORT is "http" but must be a whole number from 0 to 65535',
    'HOST is "a b" but must be an IP address or a host name',
    'PING_INTERVAL_MS is "999" but must be a whole number from 1000 to 60000',
    'SYNC is "FULL" but must be one of full, normal',
  ]);
});

test("numbers are whole, plain and in range", () => {
  for (const text of ["-1", "65536", "1.5", "1e3", "0x10", "١", "1 000", "99999999999999999999"]) {
    assert.equal(mistakesOf({ PORT: text }).length, 1, text);
  }
});

test("an origin is a scheme and a host, nothing more", () => {
  for (const text of [
    "*",
    "chat.example.com",
    "https://a/b",
    "ftp://a",
    "https://u@a",
    "https://a,*",
    ",",
    "https://",
  ]) {
    assert.equal(mistakesOf({ ALLOWED_ORIGINS: text }).length, 1, text);
  }
});

test("the value of a secret is never told", () => {
  for (const name of ["SECRET", "POST_TOKEN", "METRICS_TOKEN"]) {
    const [mistake = ""] = mistakesOf({ [name]: "hunter2\0" });
    assert.ok(mistake.startsWith(`${name} `));
    assert.ok(!mistake.includes("hunter2"));
  }
});

test("values that are fine alone but cannot work together are refused", () => {
  assert.equal(mistakesOf({ DRAIN_DELAY_MS: "15000" }).length, 1);
});

test("what is kept can be limited, on one node and on several", () => {
  const limits = { MAX_ROOM_MESSAGES: "5", MAX_AGE_DAYS: "8" };
  for (const nodes of [{}, { NATS_URL: "nats://a:4222", SECRET: "s".repeat(32) }]) {
    const { maxRoomMessages, maxAgeDays } = readConfig({ ...limits, ...nodes });
    assert.deepEqual([maxRoomMessages, maxAgeDays], [5, 8]);
  }
});

test("several nodes need one secret, and one kind of credentials", () => {
  const shared = { NATS_URL: "nats://a:4222", SECRET: "s".repeat(32) };
  assert.equal(readConfig({ ...shared, NATS_CREDS: "/etc/confab.creds" }).natsCreds, "/etc/confab.creds");
  assert.equal(readConfig({ ...shared, NATS_PASSWORD: "token" }).natsPassword, "token");
  assert.match(mistakesOf({ NATS_URL: "nats://a:4222" })[0] ?? "", /^SECRET /);
  assert.equal(mistakesOf({ ...shared, NATS_USER: "ann" }).length, 1);
  assert.equal(mistakesOf({ ...shared, NATS_CREDS: "/c", NATS_PASSWORD: "p" }).length, 1);
  assert.equal(mistakesOf({ NATS_USER: "ann", NATS_PASSWORD: "p" }).length, 2, "without NATS_URL");
});

test("a NATS server is a scheme and a host, and a password put there is not told", () => {
  for (const text of ["http://a", "nats://a/b", ",", "nats://", "nats://ann:hunter2@a"]) {
    const [mistake = ""] = mistakesOf({ NATS_URL: text, SECRET: "s".repeat(32) });
    assert.match(mistake, /^NATS_URL /);
    assert.ok(!mistake.includes("hunter2"));
  }
  for (const text of ["a.b", "a b", "*", "", "x".repeat(33)]) {
    const expected = text === "" ? 0 : 1;
    assert.equal(mistakesOf({ NATS_PREFIX: text }).length, expected, text);
  }
});

const documented = Object.values(variables).map(({ name, fallback }) => [name, fallback]);

test(".env.example names every variable with its default", () => {
  const example = readFileSync(join(root, ".env.example"), "utf8");
  // Every line is commented out, so that a copy changes nothing until somebody means it.
  const shown = parse(example.replaceAll(/^# ?(?=[A-Z_]+=)/gm, ""));
  assert.deepEqual(Object.entries(shown), documented);
  assert.deepEqual(parse(example), {});
});

test("README's table names every variable with its default and meaning", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)` *\| (?:`([^`]*)`)? *\| (.*?) *\|$/gm)];
  assert.deepEqual(
    rows.map(([, name, fallback = "", meaning]) => [name, fallback, meaning]),
    Object.values(variables).map(({ name, fallback, meaning }) => [name, fallback, meaning]),
  );
});
