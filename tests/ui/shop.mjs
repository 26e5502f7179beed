// A day of a shop, small and always the same: a bad upgrade of checkout, and what came of it.

export const MINUTE = 60_000;
/// When the upgrade began: the middle of the day that `shopDay` makes.
export const UPGRADE = Date.UTC(2026, 10, 21, 1, 47, 12, 431);
/// A window around it that fits on a screen.
export const WINDOW = { from: UPGRADE - 27 * MINUTE, to: UPGRADE + 53 * MINUTE };

export function shopDay() {
  const events = [];
  const add = (service, name, start, lasting, more = {}) => events.push({
    id: `shop-${events.length}`, source: { service, instance: more.instance ?? "" }, layer: more.layer ?? "K8S", name,
    type: more.error ? "Error" : "Normal", message: more.message ?? "", parameters: more.parameters ?? {},
    ...(more.isOrphan ? {} : { start: UPGRADE + Math.round(start * MINUTE) }),
    ...(lasting === null ? {} : { end: UPGRADE + Math.round((start + lasting) * MINUTE) }),
    ...(more.count ? { count: more.count } : {}),
  });
  add("checkout", "Upgrade", 0, 4.9, {
    message: "Upgrade from {from} to {to}",
    parameters: { commit: "9f3c2ab", from: "1.24.3", to: "1.25.0", image: "shop/checkout:1.25.0", replicas: 6, strategy: "RollingUpdate" },
  });
  add("checkout", "Rollback", 24, 3.3, { message: "Rollback from {from} to {to}", parameters: { from: "1.25.0", to: "1.24.3" } });
  add("search", "Deploy", -94, null, { message: "Deploy {version} to prod", parameters: { version: "3.8.0-rc2" } });
  add("payments", "Restart", -16, 0, { isOrphan: true, message: "Restarted" });
  for (const [pod, count, start] of [["x2k9q", 14, 2.3], ["m7t4d", 11, 4]]) {
    const instance = `checkout-6b8f5d9c7-${pod}`;
    add("checkout", "Started", 0.8, 0, { instance, message: "Started container checkout" });
    add("checkout", "BackOff", start, 22.3, {
      instance, error: true, count, message: "Back-off restarting failed container {container} in pod {pod}",
      parameters: { container: "checkout", exitCode: 1, lastState: "Error", namespace: "shop", pod: instance, restartCount: 9 },
    });
    add("checkout", "Unhealthy", 1.3 + count / 20, 0, { instance, error: true, message: "Readiness probe failed: HTTP probe failed with statuscode: 503" });
    add("checkout", "Started", 25, 0, { instance, message: "Started container checkout" });
  }
  for (const start of [3, 6, 9, 13, 15.5, 21]) {
    add("checkout", "Unhealthy", start, 0, { instance: "checkout-6b8f5d9c7-h5wzn", error: true, message: "Liveness probe failed: context deadline exceeded" });
  }
  for (const [service, name, start, lasting] of [
    ["payments", "CircuitBreaker", 4, 22], ["cart", "HighLatency", 5, 21], ["storefront", "SLOBurn", 7, 21],
    ["notifications", "ConsumerLag", 6, 26], ["gateway", "UpstreamUnhealthy", 4.5, 0],
  ]) {
    add(service, name, start, lasting, { error: true, message: `${name} of ${service}` });
  }
  add("orders-stream", "Downtime", 2, 24, { layer: "FLINK", error: true, message: "Job is down" });
  for (let k = 0; k < 5; k++) add("orders-stream", "RESTARTING", 2.2 + 4 * k, 0.6 + 0.6 * k, { layer: "FLINK", error: true, message: "Job switched to RESTARTING" });
  for (let start = -700; start < 700; start += 10) {
    const isDown = start > 2 && start < 26;
    add("orders-stream", "CheckpointEvent", start, 0, {
      layer: "FLINK", instance: "tm-2", error: isDown, message: `Checkpoint ${9000 + start} ${isDown ? "FAILED" : "COMPLETED"}, 390 MiB`,
    });
  }
  let seed = 7;
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  for (const service of ["cart", "gateway", "inventory", "notifications", "payments", "search", "storefront"]) {
    for (let start = -700; start < 700; start += 60 + random() * 90) {
      if (random() < 0.3) {
        const version = `${1 + Math.floor(random() * 4)}.${Math.floor(random() * 30)}.${Math.floor(random() * 9)}`;
        add(service, "Deploy", start, 2, { message: "Deploy {version}", parameters: { version } });
        continue;
      }
      const instance = `${service}-5d9c7-${["abcde", "fghij", "klmno"][Math.floor(random() * 3)]}`;
      for (const [i, name] of ["Killing", "Pulled", "Created", "Started"].entries()) {
        add(service, name, start + i * 0.4, 0, { instance, message: `${name} container ${service}` });
      }
    }
  }
  return events;
}

export const explore = (more = "") => `/ui/?from=${WINDOW.from}&to=${WINDOW.to}${more}`;
