hold(async () => { await new Promise((wake) => setTimeout(wake, 3600_000)); });
