// The part that all programs share: told how long to measure, then their sizes.
const [benchtime, ...sizes] = process.argv.slice(1).map(Number);
const now = () => Number(process.hrtime.bigint());

/** Awaits run(n), which returns its nanoseconds, with a growing n until it takes long enough. */
async function bench(run, ops = 1) {
  for (let n = 1; ; ) {
    const took = await run(n);
    if (took >= benchtime * 1e9 || n >= 1e9) {
      console.log(JSON.stringify({ 'ns/op': took / (n * ops) }));
      return;
    }
    n = Math.min(100 * n, Math.max(n + 1, Math.floor((1.2 * n * benchtime * 1e9) / Math.max(took, 1))));
  }
}

/** Awaits work(), returns its nanoseconds. */
async function timed(work) {
  const start = now();
  await work();
  return now() - start;
}

async function nothing() {}

/** Prints what the process grows by for each of as many calls of member, which waits forever. */
function hold(member) {
  const [size] = sizes;
  const before = process.memoryUsage.rss();
  const tasks = Array.from({ length: size }, member);
  setImmediate(() => {
    const grown = process.memoryUsage.rss() - before;
    console.log(JSON.stringify({ 'resident B/task': grown / tasks.length }));
    process.exit();
  });
}
