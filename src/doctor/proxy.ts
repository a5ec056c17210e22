/**
 * Does everything a browser needs come through from the address people use? Asks as a browser would, and enters no
 * room: nobody sees the doctor come.
 */
import type { IncomingMessage } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { WebSocket } from "ws";
import { subprotocol } from "../protocol/client-frames.ts";
import { failure, ok, reasonOf, warning, type Finding } from "./finding.ts";
import { askHealth } from "./server.ts";

const patienceMs = 10_000;

const upgradeAdvice =
  'let the upgrade through. nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';
const hostAdvice =
  "let the browser's Host through. nginx: proxy_set_header Host $http_host; or, with TRUST_PROXY=1, X-Forwarded-Host";

/** @param base where people find the chat, with any path the proxy puts before it */
export async function checkProxy(base: URL, trustProxyHops: number | undefined): Promise<Finding[]> {
  const root = new URL(base);
  if (!root.pathname.endsWith("/")) root.pathname += "/";
  const health = await healthFinding(root);
  if (health.level === "failure") return [health];
  const findings = [health, await hostFinding(root), await upgradeFinding(root)];
  if (root.protocol === "https:" && trustProxyHops === 0) {
    const advice =
      "set TRUST_PROXY=1 (or the number of proxies), so that limits count people's addresses and not the proxy's";
    findings.push(warning("https comes from a proxy, and this TRUST_PROXY is 0", advice));
  }
  return findings;
}

async function healthFinding(root: URL): Promise<Finding> {
  try {
    const { status } = await askHealth(new URL("health", root));
    if (status === "ok") return ok(`${root.href}health answers`);
    return warning(`${root.href}health says ${status}`, "see what the doctor says on the server itself");
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
    const advice =
      "see that the name leads to the proxy, its certificate is valid, and it passes requests on with its own path taken off";
    return failure(`${root.href}health does not answer: ${reasonOf(error)}${cause}`, advice);
  }
}

/** The page's content policy names the host the server believes to be asked for. */
async function hostFinding(root: URL): Promise<Finding> {
  const response = await fetch(root, { signal: AbortSignal.timeout(patienceMs) });
  const policy = response.headers.get("Content-Security-Policy") ?? "";
  const seen = / wss:\/\/([^ ;]+)/.exec(policy)?.[1];
  if (response.status === 421) {
    return failure(
      `the page is refused: ${root.host} is not one of ALLOWED_ORIGINS`,
      `add ${root.origin} to ALLOWED_ORIGINS, or ${hostAdvice}`,
    );
  }
  if (!response.ok) return failure(`the page answers ${response.status}`, "look at the proxy's log");
  if (seen === undefined)
    return warning(
      "the page's Content-Security-Policy does not come through",
      "let the proxy leave it as it is",
    );
  if (bare(seen) === bare(root.host)) return ok(`the server knows that it is asked for as ${root.host}`);
  return failure(
    `the server believes to be asked for as ${seen}, not as ${root.host}: browsers will be refused`,
    hostAdvice,
  );
}

function bare(host: string): string {
  return host.toLowerCase().replace(/:(?:80|443)$/, "");
}

/** Says something that is no hello, and is told so: both directions work, and no room was entered. */
function upgradeFinding(root: URL): Promise<Finding> {
  const url = root.href.replace(/^http/, "ws");
  const websocket = new WebSocket(url, [subprotocol], { origin: root.origin, handshakeTimeout: patienceMs });
  const late = AbortSignal.timeout(patienceMs);
  return new Promise<Finding>((resolve) => {
    const tell = (finding: Finding): void => {
      websocket.terminate();
      resolve(finding);
    };
    late.onabort = () =>
      tell(
        failure(
          "the socket opens, but no frame comes back",
          "the proxy holds frames back: turn its buffering off",
        ),
      );
    websocket.on("open", () => websocket.send('{"action":"ping"}'));
    websocket.on("message", () =>
      tell(ok(`a WebSocket from ${root.origin} opens, and frames pass both ways`)),
    );
    websocket.on(
      "unexpected-response",
      (_request, response) => void refusalFinding(root, response).then(tell),
    );
    websocket.on("error", (error) => tell(socketFailure(error)));
  });
}

function socketFailure(error: Error): Finding {
  if (/subprotocol/i.test(error.message)) {
    return failure(
      `the socket opens without its subprotocol: ${error.message}`,
      "let Sec-WebSocket-Protocol through, both ways",
    );
  }
  return failure(`no WebSocket opens: ${error.message}`, upgradeAdvice);
}

async function refusalFinding(root: URL, response: IncomingMessage): Promise<Finding> {
  const status = response.statusCode ?? 0;
  const [said = ""] = (await textOf(response).catch(() => "")).split("\n", 1);
  switch (status) {
    case 403:
      return failure(
        `the upgrade is refused: ${said}`,
        `${hostAdvice}; or add ${root.origin} to ALLOWED_ORIGINS`,
      );
    case 429:
    case 503:
      return warning(
        `the upgrade is refused for now: ${said}`,
        "try again; if it stays, see MAX_CONNECTIONS and MAX_CONNECTIONS_PER_IP",
      );
    case 502:
    case 504:
      return failure(
        `the proxy answers ${status}`,
        "see that the server runs, and that the proxy has its right address",
      );
    default:
      return failure(`the upgrade answers ${status} instead of 101`, upgradeAdvice);
  }
}
