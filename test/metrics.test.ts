import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { WebSocket } from "ws";
import { connect, connectPlain, newKey } from "./support/client.ts";
import { startServer } from "./support/server.ts";

type Figures = (series: string) => number;

async function figures(url: string): Promise<Figures> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const found = new Map(
    text
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );
  return (series) => {
    const value = found.get(series);
    assert.ok(value !== undefined, `there is no ${series} in:\n${text}`);
    return value;
  };
}

test("metrics count who is here, what is said, what is refused, and how long it takes", async (t) => {
  const server = await startServer(t);
  const ana = await connect(server.socket("standup"), { key: newKey() });
  const plain = await connectPlain(server.socket("standup"));
  await connectPlain(server.socket("other"));
  for (const ref of ["r1", "r2", "r2"]) {
    ana.send({ action: "message", ref, message: ref });
    await ana.until("ack");
  }
  ana.send({ action: "delete", ref: "r3", target: 999 });
  await ana.until("error");
  plain.send("no json");
  await plain.until("error");

  const of = await figures(server.url);
  assert.equal(of("confab_connections"), 3);
  assert.equal(of("confab_people"), 3);
  assert.equal(of("confab_rooms"), 2);
  assert.equal(of("confab_lagging_readers"), 0);
  assert.equal(of('confab_log_state{state="ok"}'), 1);
  assert.equal(of('confab_log_state{state="degraded"}'), 0);
  assert.equal(of('confab_events_total{type="msg"}'), 2);
  assert.equal(of('confab_appends_total{outcome="kept"}'), 2);
  assert.equal(of('confab_appends_total{outcome="repeat"}'), 1);
  assert.equal(of('confab_appends_total{outcome="no_such_message"}'), 1);
  assert.equal(of('confab_refused_frames_total{code="no_such_message"}'), 1);
  assert.equal(of('confab_refused_frames_total{code="bad_json"}'), 1);
  assert.equal(of('confab_upgrades_total{status="101"}'), 3);
  assert.equal(of("confab_append_seconds_count"), 2);
  assert.equal(of("confab_commit_seconds_count"), 4);
  assert.ok(of("confab_append_seconds_sum") >= of("confab_commit_seconds_sum") / 2);
  assert.ok(of("confab_fan_out_seconds_count") > 0);
});

test("refused upgrades are counted by status, ends of connections by code, made-up codes together", async (t) => {
  const server = await startServer(t);
  await refused(server.socket(), { Origin: "https://evil.example" });
  await refused(server.socket("-"));
  const gone = [];
  for (const code of [1000, 3999, 4999]) gone.push((await connectPlain(server.socket())).close(code));
  await Promise.all(gone);
  const of = await figures(server.url);
  assert.equal(of('confab_upgrades_total{status="403"}'), 1);
  assert.equal(of('confab_upgrades_total{status="404"}'), 1);
  assert.equal(of('confab_closes_total{code="1000"}'), 1);
  assert.equal(of('confab_closes_total{code="other"}'), 2);
  assert.equal(of('confab_closes_total{code="4429"}'), 0);
});

function refused(url: string, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const websocket = new WebSocket(url, { headers });
  return new Promise((resolve) => websocket.on("error", resolve));
}

test("README names only series that there are", async (t) => {
  const server = await startServer(t);
  const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8");
  const named = new Set(readme.match(/\b(?:confab|nodejs|process)_[a-z0-9_]+/g));
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const unknown = [...named].filter((series) => !text.includes(series));
  assert.ok(named.size > 5);
  assert.deepEqual(unknown, []);
});

test("metrics name no room, no person, no text and no address", async (t) => {
  const server = await startServer(t);
  await sayIn(t, server.socket("hush-hush"), "Zebedee", "xyzzy");
  await fetch(`${server.url}/r/hush-hush/search?q=xyzzy`);
  const text = await (await fetch(`${server.url}/metrics`)).text();
  for (const word of ["hush", "Zebedee", "xyzzy", "127.0.0.1"]) assert.ok(!text.includes(word), word);
});

async function sayIn(t: TestContext, url: string, name: string, message: string): Promise<void> {
  const client = await connect(url, { key: newKey(), name });
  t.after(() => client.close());
  client.send({ action: "message", ref: "r1", message });
  await client.until("ack");
}

test("already the first answer has figures of the event loop that can be", async (t) => {
  const server = await startServer(t);
  const of = await figures(server.url);
  for (const what of ["", "_min", "_max", "_mean", "_stddev", "_p99"]) {
    const seconds = of(`nodejs_eventloop_lag${what}_seconds`);
    assert.ok(seconds >= 0 && seconds < 60, `nodejs_eventloop_lag${what}_seconds ${seconds}`);
  }
});

test("CPU is counted from the start of the process, not from the first time somebody asks", async (t) => {
  const server = await startServer(t);
  const { user, system } = process.cpuUsage();
  const of = await figures(server.url);
  const [userSeconds, systemSeconds] = [
    of("process_cpu_user_seconds_total"),
    of("process_cpu_system_seconds_total"),
  ];
  assert.ok(userSeconds >= user / 1e6, `${userSeconds} of ${user / 1e6} s`);
  assert.ok(systemSeconds >= system / 1e6, `${systemSeconds} of ${system / 1e6} s`);
  const seconds = of("process_cpu_seconds_total");
  assert.ok(Math.abs(seconds - userSeconds - systemSeconds) < 0.001, `${seconds} s`);
});
