/** How Chromium is started: as root, in a container, without asking the network for anything. */
export const chromiumArgs: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A name that is not this machine's own, as a LAN's: plain http there is no secure context.
  "--host-resolver-rules=MAP lan.test 127.0.0.1",
];
