import assert from "node:assert/strict";
import { test } from "node:test";
import { Admission } from "../../src/websocket/admission.ts";

test("as many connections as allowed come in, then one for each that leaves", () => {
  const admission = new Admission({ maxConnections: 2, maxConnectionsPerAddress: 0 });
  for (const address of ["a", "a"]) {
    assert.equal(admission.refusal(address), undefined);
    admission.enter(address);
  }
  assert.equal(admission.count, 2);
  assert.equal(admission.refusal("b")?.status, 503);
  admission.leave("a");
  assert.equal(admission.refusal("b"), undefined);
});

test("one address may not take all, and its limit touches no other", () => {
  const admission = new Admission({ maxConnections: 100, maxConnectionsPerAddress: 2 });
  admission.enter("a");
  admission.enter("a");
  const refusal = admission.refusal("a");
  assert.equal(refusal?.status, 429);
  assert.match(refusal.reason, /MAX_CONNECTIONS_PER_IP/);
  assert.match(refusal.headers?.["Retry-After"] ?? "", /^\d+$/);
  assert.equal(admission.refusal("b"), undefined);
  admission.leave("a");
  assert.equal(admission.refusal("a"), undefined);
  admission.leave("a");
  assert.equal(admission.count, 0);
});

test("who has no known address counts among all alone", () => {
  const admission = new Admission({ maxConnections: 3, maxConnectionsPerAddress: 1 });
  for (let at = 0; at < 3; at += 1) {
    assert.equal(admission.refusal(undefined), undefined);
    admission.enter(undefined);
  }
  assert.equal(admission.refusal(undefined)?.status, 503);
  admission.leave(undefined);
  assert.equal(admission.count, 2);
});

test("of an address's connections those that are left still count", () => {
  const admission = new Admission({ maxConnections: 100, maxConnectionsPerAddress: 2 });
  for (let at = 0; at < 2; at += 1) admission.enter("a");
  admission.leave("a");
  admission.enter("a");
  assert.equal(admission.refusal("a")?.status, 429);
});

test("where there is no capacity the limit that was reached is named", () => {
  const admission = new Admission({ maxConnections: 1, maxConnectionsPerAddress: 0 });
  admission.enter("a");
  assert.match(admission.refusal("b")?.reason ?? "", /MAX_CONNECTIONS reached/);
});

test("who comes and goes may come again, however often", () => {
  const admission = new Admission({ maxConnections: 1, maxConnectionsPerAddress: 1 });
  for (let times = 0; times < 3; times += 1) {
    assert.equal(admission.refusal("a"), undefined);
    admission.enter("a");
    admission.leave("a");
  }
});
