hold(async () => { await new Promise(() => {}); });
