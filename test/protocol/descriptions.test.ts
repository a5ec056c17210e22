/** The protocol's descriptions for tools say what the code does: nothing is missing, nothing is made up. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import ts from "typescript";
import { plainActions, subprotocol, v1Actions } from "../../src/protocol/client-frames.ts";
import { closes, mayReconnect } from "../../src/protocol/close-codes.ts";
import { errorCodes } from "../../src/protocol/error-codes.ts";
import type { TestClient } from "../support/client.ts";
import { connect, connectPlain, newKey } from "../support/client.ts";
import { startServer } from "../support/server.ts";
import { startWeb } from "../support/web-server.ts";

interface Schema {
  readonly properties?: Readonly<Record<string, Schema & { readonly const?: unknown }>>;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly additionalProperties?: false;
}

interface AsyncApi {
  readonly channels: Readonly<Record<string, { readonly messages: Readonly<Record<string, unknown>> }>>;
  readonly operations: Readonly<Record<string, { readonly messages: readonly { readonly $ref: string }[] }>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly messages: Readonly<Record<string, unknown>>;
  };
  readonly "x-close-codes": readonly {
    readonly code: number;
    readonly reason: string;
    readonly reconnect: boolean;
  }[];
}

interface Answer {
  readonly content?: Readonly<Record<string, { readonly schema: unknown }>>;
}

interface OpenApi {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses?: Readonly<Record<string, Answer>> }>>>
  >;
}

const root = join(import.meta.dirname, "..", "..");
const read = (name: string): unknown => JSON.parse(readFileSync(join(root, "static", name), "utf8"));
const asyncApi = read("asyncapi.json") as AsyncApi;
const openApi = read("openapi.json") as OpenApi;
const { schemas } = asyncApi.components;

/** For a test a field that is not described is a mistake; to a client it is one to ignore. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, strict(inner)]));
  return "properties" in copy && "required" in copy ? { ...copy, additionalProperties: false } : copy;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(strict(asyncApi) as object, "asyncapi.json");
ajv.addSchema(strict(openApi) as object, "openapi.json");

function validator(reference: string): ValidateFunction {
  return ajv.compile({ $ref: reference });
}

function assertValid(validate: ValidateFunction, value: unknown): void {
  if (!validate(value)) assert.fail(`${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`);
}

interface Shape {
  readonly fields: readonly string[];
  readonly required: readonly string[];
}

function shapeOf({ properties = {}, required = [] }: Schema): Shape {
  return { fields: Object.keys(properties).toSorted(), required: [...required].toSorted() };
}

/** Of the schemas with this constant in `key`, by its value. */
function described(key: "action" | "type", names: readonly string[]): Map<unknown, Shape> {
  return new Map(
    names.flatMap((name) => {
      const schema = schemas[name] ?? {};
      const value = schema.properties?.[key]?.const;
      return value === undefined ? [] : [[value, shapeOf(schema)] as const];
    }),
  );
}

function namesIn(operation: string): string[] {
  return (asyncApi.operations[operation]?.messages ?? []).map(({ $ref }) => $ref.split("/").at(-1) ?? "");
}

type Actions = Readonly<
  Record<string, { readonly entries: Readonly<Record<string, { readonly type: string }>> }>
>;

function shapesOfActions(actions: Actions): Map<unknown, Shape> {
  return new Map(
    Object.entries(actions).map(([action, { entries }]) => {
      const required = Object.keys(entries).filter((field) => entries[field]?.type !== "exact_optional");
      return [action, { fields: Object.keys(entries).toSorted(), required: required.toSorted() }];
    }),
  );
}

/** Every interface of a file whose `type` is one word: that is a frame. */
function shapesOfFrames(file: string): [unknown, Shape][] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(root, "src", "protocol", file), "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  return source.statements.filter(ts.isInterfaceDeclaration).flatMap(({ members }) => {
    const fields = members.filter(ts.isPropertySignature);
    const type = fields.find((field) => field.name.getText() === "type")?.type;
    if (type === undefined || !ts.isLiteralTypeNode(type) || !ts.isStringLiteral(type.literal)) return [];
    const names = (wanted: readonly ts.PropertySignature[]) =>
      wanted.map((field) => field.name.getText()).toSorted();
    const required = fields.filter((field) => field.questionToken === undefined);
    return [[type.literal.text, { fields: names(fields), required: names(required) }] as [unknown, Shape]];
  });
}

test("every action and each of its fields is described, and none that is not there", () => {
  assert.deepEqual(described("action", namesIn("v1Receive")), shapesOfActions(v1Actions));
  assert.deepEqual(described("action", namesIn("plainReceive")), shapesOfActions(plainActions));
});

test("every frame of the server and each of its fields is described, and none that is not there", () => {
  const inCode = new Map([...shapesOfFrames("server-frames.ts"), ...shapesOfFrames("events.ts")]);
  const sent = [...new Set([...namesIn("v1Send"), ...namesIn("plainSend")])];
  assert.deepEqual([...described("type", sent)].toSorted(), [...inCode].toSorted());
  assert.deepEqual([...described("type", namesIn("plainSend")).keys()].toSorted(), ["error", "msg", "users"]);
});

test("every error code, close code and message is described, and none that is not there", () => {
  assert.deepEqual(schemas["ErrorCode"]?.enum, Object.keys(errorCodes));
  const inCode = Object.values(closes).map(({ code, reason }) => ({
    code,
    reason,
    reconnect: mayReconnect(code),
  }));
  assert.deepEqual(asyncApi["x-close-codes"], inCode);
  const used = new Set(Object.keys(asyncApi.operations).flatMap(namesIn));
  assert.deepEqual(Object.keys(asyncApi.components.messages).toSorted(), [...used].toSorted());
});

interface Layer {
  readonly route?: {
    readonly path: string | readonly string[];
    readonly methods: Readonly<Record<string, boolean>>;
  };
  readonly handle: { readonly stack?: readonly Layer[] };
}

function routesOf(layers: readonly Layer[]): string[] {
  return layers.flatMap(({ route, handle }) => {
    if (route === undefined) return routesOf(handle.stack ?? []);
    const paths = typeof route.path === "string" ? [route.path] : route.path;
    const methods = Object.keys(route.methods).filter((method) => !method.startsWith("_"));
    // A route for all methods takes GET, and refuses the others itself.
    return paths.flatMap((path) =>
      (methods.length > 0 ? methods : ["get"]).map((method) => `${method} ${spelled(path)}`),
    );
  });
}

/** As OpenAPI writes it; a slash at the end only redirects. */
function spelled(path: string): string {
  return path.replace(/:(\w+)/g, "{$1}").replace(/(?<=.)\/$/, "");
}

test("every route and method is described, and none that is not there", async (t) => {
  const { app } = await startWeb(t);
  const inCode = new Set(routesOf((app.router as unknown as { stack: readonly Layer[] }).stack));
  const inDocument = Object.entries(openApi.paths).flatMap(([path, operations]) =>
    Object.keys(operations)
      .filter((method) => method !== "parameters")
      .map((method) => `${method} ${path}`),
  );
  assert.deepEqual(inDocument.toSorted(), [...inCode].toSorted());
});

test("what is really sent in both directions is as described, every kind of frame at least once", async (t) => {
  const server = await startServer(t, { DRAIN_DELAY_MS: "0", MESSAGES_PER_SECOND: "1", MESSAGE_BURST: "6" });
  const room = server.socket("described");
  const [ana, plain] = [await connect(room, { key: newKey(), name: "Ana" }), await connectPlain(room)];
  const acts: { action: string; ref?: string }[] = [
    { action: "typing" },
    { action: "ping" },
    { action: "rename", name: "Anna" },
    { action: "message", ref: "r1", message: "hello" },
  ].map((act) => act);
  const say = (act: object) => {
    acts.push(act as { action: string });
    ana.send(act);
  };
  for (const act of acts) ana.send(act);
  const { seq: target } = await ana.until("ack");
  say({ action: "message", ref: "r2", message: "again", reply_to: target });
  say({ action: "react", ref: "r3", target, emoji: "👍", on: true });
  say({ action: "edit", ref: "r4", target, message: "hello, all" });
  say({ action: "delete", ref: "r5", target });
  say({ action: "delete", ref: "r6", target: 999 });
  await ana.until("error");
  plain.send({ action: "message", message: "from afar" });
  plain.send("{");
  await plain.until("error");
  const lost = await connect(room, { key: newKey(), since: 7, epoch: "unknown" });
  await lost.until("reset");
  await server.stop();
  await ana.until("reconnect");

  const [v1, plainly] = [validatorsBy("v1Send"), validatorsBy("plainSend")];
  const seen = new Set<string>();
  const check = (client: TestClient, validators: ReadonlyMap<unknown, ValidateFunction>): void => {
    for (const frame of client.frames) {
      seen.add(frame.type);
      const validate = validators.get(frame.type);
      assert.ok(validate !== undefined, `${frame.type} is not described`);
      assertValid(validate, frame);
    }
  };
  for (const client of [ana, lost]) check(client, v1);
  check(plain, plainly);
  assert.deepEqual([...seen].toSorted(), [...new Set([...v1.keys(), ...plainly.keys()])].toSorted());
  const ofActions = validatorsBy("v1Receive");
  for (const act of acts) assertValid(ofActions.get(act.action) ?? assert.fail(act.action), act);
  assert.equal(ana.websocket.protocol, subprotocol);
});

function validatorsBy(operation: string): Map<unknown, ValidateFunction> {
  return new Map(
    namesIn(operation).map((name) => {
      const { type, action } = schemas[name]?.properties ?? {};
      return [(type ?? action)?.const, validator(`asyncapi.json#/components/schemas/${name}`)];
    }),
  );
}

test("what is really answered over HTTP is as described", async (t) => {
  const POST_TOKEN = "a-token-of-the-operator";
  const server = await startServer(t, { POST_TOKEN });
  const ana = await connect(server.socket("ops"), { key: newKey(), name: "Ana" });
  ana.send({ action: "message", ref: "r1", message: "hello bot" });
  const { seq: target } = await ana.until("ack");
  ana.send({ action: "react", ref: "r2", target, emoji: "👍", on: true });
  await ana.until("ack");
  const authorization = { Authorization: `Bearer ${POST_TOKEN}`, "Content-Type": "application/json" };
  const say = (body: object): RequestInit => ({
    method: "POST",
    headers: authorization,
    body: JSON.stringify(body),
  });
  const asked: readonly [path: string, template: string, status: number, init?: RequestInit][] = [
    ["/r/ops/messages", "/r/{room}/messages", 201, say({ text: "hello", name: "CI", ref: "r1" })],
    ["/r/ops/messages", "/r/{room}/messages", 200, say({ text: "hello", name: "CI", ref: "r1" })],
    ["/r/ops/messages", "/r/{room}/messages", 400, say({})],
    ["/r/ops/messages", "/r/{room}/messages", 401, { method: "POST" }],
    ["/r/ops/events", "/r/{room}/events", 200],
    ["/r/ops/events?limit=no", "/r/{room}/events", 400],
    ["/r/ops/people", "/r/{room}/people", 200],
    ["/r/ops/search?q=hello", "/r/{room}/search", 200],
    ["/r/ops/export?format=json", "/r/{room}/export", 200],
    ["/r/ops/export", "/r/{room}/export", 200],
    ["/r/-/events", "/r/{room}/events", 404],
    ["/", "/", 200],
    ["/r/ops", "/r/{room}", 200],
    ["/r/OPS", "/r/{room}", 308],
    ["/_offline", "/_offline", 200],
    ["/r/_offline", "/r/_offline", 200],
    ["/health", "/health", 200],
    ["/health/ready", "/health/ready", 200],
    ["/health/live", "/health/live", 200],
    ["/metrics", "/metrics", 200],
    ["/app.webmanifest", "/app.webmanifest", 200],
    ["/service-worker.js", "/service-worker.js", 200],
  ];
  for (const [path, template, status, init] of asked) {
    const response = await fetch(server.url + path, { redirect: "manual", ...init });
    assert.equal(response.status, status, path);
    await assertDescribed(response, template, (init?.method ?? "GET").toLowerCase());
  }
  assert.deepEqual(
    [...new Set(asked.map(([, template]) => template))].toSorted(),
    Object.keys(openApi.paths).toSorted(),
  );
});

async function assertDescribed(response: Response, template: string, method: string): Promise<void> {
  const responses = openApi.paths[template]?.[method]?.responses ?? {};
  const [type = ""] = (response.headers.get("Content-Type") ?? "").split(";");
  const at = `openapi.json#/paths/${escaped(template)}/${method}/responses/${response.status}`;
  const answer = responses[String(response.status)];
  if (answer === undefined) {
    assert.ok("default" in responses, `${response.status} of ${template} is not described`);
    assertValid(validator("openapi.json#/components/schemas/Problem"), await response.json());
    return;
  }
  const body = await response.text();
  if (answer.content === undefined) return;
  assert.ok(
    type in answer.content,
    `${template} answers ${type}, described is ${Object.keys(answer.content).join()}`,
  );
  if (type === "application/json")
    assertValid(validator(`${at}/content/application~1json/schema`), JSON.parse(body));
}

/** As JSON pointers in a URI want it. */
function escaped(path: string): string {
  return encodeURIComponent(path.replaceAll("~", "~0").replaceAll("/", "~1"));
}

test("both descriptions are there to fetch from a running server", async (t) => {
  const server = await startServer(t);
  for (const name of ["asyncapi.json", "openapi.json"]) {
    const response = await fetch(`${server.url}/static/${name}`);
    assert.match(response.headers.get("Content-Type") ?? "", /^application\/json/);
    assert.deepEqual(await response.json(), read(name));
  }
});
