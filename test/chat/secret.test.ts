import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openSecret, SecretError } from "../../src/chat/secret.ts";
import { temporaryFolder } from "../support/server.ts";

test("without SECRET one is made once, kept, and readable by its owner alone", (t) => {
  const folder = join(temporaryFolder(t), "made", "data");
  const secret = openSecret(folder, undefined);
  assert.match(secret, /^[A-Za-z0-9_-]{43}$/);
  assert.equal(openSecret(folder, undefined), secret);
  assert.deepEqual(readdirSync(folder).sort(), ["secret", "secret.fingerprint"]);
  for (const name of readdirSync(folder))
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
});

test("each folder gets a secret of its own", (t) => {
  assert.notEqual(openSecret(temporaryFolder(t), undefined), openSecret(temporaryFolder(t), undefined));
});

test("a configured secret is used and not written anywhere", (t) => {
  const folder = temporaryFolder(t);
  assert.equal(openSecret(folder, "the configured secret"), "the configured secret");
  assert.equal(openSecret(folder, "the configured secret"), "the configured secret");
  for (const name of readdirSync(folder)) {
    assert(!readFileSync(join(folder, name), "utf8").includes("configured"), name);
  }
});

test("another secret is refused, and so is none where there was one", (t) => {
  const folder = temporaryFolder(t);
  openSecret(folder, "the configured secret");
  assert.throws(() => openSecret(folder, "another secret here"), SecretError);
  assert.throws(() => openSecret(folder, undefined), /SECRET is not set/);
  assert.deepEqual(readdirSync(folder), ["secret.fingerprint"], "none is made in its place");
  assert.equal(openSecret(folder, "the configured secret"), "the configured secret");
});

test("a SECRET beside a kept one is refused, unless it is the kept one", (t) => {
  const folder = temporaryFolder(t);
  const kept = openSecret(folder, undefined);
  assert.throws(() => openSecret(folder, "another secret here"), SecretError);
  assert.equal(openSecret(folder, kept), kept);
});

test("a folder that cannot be used is told in one line", (t) => {
  const file = join(temporaryFolder(t), "file");
  writeFileSync(file, "");
  const isOneLine = (error: unknown): boolean =>
    error instanceof SecretError && /^DATA_DIR cannot be used: .+$/.test(error.message);
  assert.throws(() => openSecret(join(file, "data"), undefined), isOneLine);
  const taken = temporaryFolder(t);
  mkdirSync(join(taken, "secret.new"));
  assert.throws(() => openSecret(taken, undefined), isOneLine);
});

test("a draft that a crash left behind is no secret", (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "secret.new"), "half a sec");
  const secret = openSecret(folder, undefined);
  assert.match(secret, /^[A-Za-z0-9_-]{43}$/);
  assert.equal(openSecret(folder, undefined), secret);
});
