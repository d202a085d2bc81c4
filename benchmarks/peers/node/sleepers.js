const [size] = sizes;
const nap = async () => { await new Promise((wake) => setTimeout(wake, 1)); };

bench((n) => timed(async () => {
  for (let i = 0; i < n; i++) {
    await Promise.all(Array.from({ length: size }, () => Promise.resolve().then(nap)));
  }
}), size);
