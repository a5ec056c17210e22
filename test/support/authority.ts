/** What proves who is who to NATS: certificates of an authority of our own, and an operator's JWTs as `nsc` makes them. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { nkeys } from "@nats-io/transport-node";

export interface Certificates {
  /** Of the authority. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Files in the folder: an authority, and a certificate of it for 127.0.0.1. */
export function makeCertificates(openssl: string, folder: string, name: string): Certificates {
  const file = (kind: string): string => join(folder, `${name}.${kind}`);
  const run = (...args: string[]): void => {
    const { status, stderr } = spawnSync(openssl, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`openssl ${args[0] ?? ""}: ${stderr}`);
  };
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const ca = ["-keyout", file("ca-key"), "-out", file("ca"), "-subj", `/CN=${name}`];
  run("req", "-x509", ...curve, ...ca, "-days", "2");
  writeFileSync(file("names"), "subjectAltName = IP:127.0.0.1\n");
  run("req", ...curve, "-keyout", file("key"), "-out", file("request"), "-subj", "/CN=nats");
  const by = ["-CA", file("ca"), "-CAkey", file("ca-key"), "-CAcreateserial", "-extfile", file("names")];
  run("x509", "-req", "-in", file("request"), "-out", file("cert"), "-days", "2", ...by);
  return { ca: file("ca"), cert: file("cert"), key: file("key") };
}

const unlimited = {
  ...{ subs: -1, data: -1, payload: -1, imports: -1, exports: -1, conn: -1, leaf: -1, wildcards: true },
  ...{ mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 },
};

/** An operator with one account: the server's part of the configuration, and what a file of credentials holds. */
export function makeOperator(): { readonly config: string; readonly creds: string } {
  const [operator, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()];
  const system = nkeys.createAccount();
  const signed = (by: nkeys.KeyPair, subject: nkeys.KeyPair, nats: object): string => {
    const claims = { jti: "test", iat: 1, iss: by.getPublicKey(), sub: subject.getPublicKey(), name: "test" };
    const parts = [
      { typ: "JWT", alg: "ed25519-nkey" },
      { ...claims, nats: { version: 2, ...nats } },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
    const signature = by.sign(Buffer.from(parts.join(".")));
    return [...parts, Buffer.from(signature).toString("base64url")].join(".");
  };
  const operatorJwt = signed(operator, operator, { type: "operator" });
  const accounts = [account, system].map((each) => {
    const limits = each === system ? { ...unlimited, mem_storage: 0, disk_storage: 0 } : unlimited;
    return `${each.getPublicKey()}: "${signed(operator, each, { type: "account", limits })}"`;
  });
  const userJwt = signed(account, user, { type: "user", pub: {}, sub: {}, subs: -1, data: -1, payload: -1 });
  const config = `
    operator: "${operatorJwt}"
    system_account: ${system.getPublicKey()}
    resolver: MEMORY
    resolver_preload: { ${accounts.join(", ")} }`;
  const seed = Buffer.from(user.getSeed()).toString();
  const framed = (name: string, text: string): string =>
    `-----BEGIN ${name}-----\n${text}\n------END ${name}------\n`;
  return { config, creds: `${framed("NATS USER JWT", userJwt)}\n${framed("USER NKEY SEED", seed)}` };
}
