const [size] = sizes;
const give = async (value) => value;

bench((n) => timed(async () => {
  for (let i = 0; i < n; i++) {
    await Promise.all(Array.from({ length: size }, (_, value) => Promise.resolve(value).then(give)));
  }
}), size);
