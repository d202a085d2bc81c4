// An echo server of Node's net.
const net = require("net");

const server = net.createServer({ noDelay: true }, (socket) => {
  socket.on("data", (data) => {
    if (!socket.write(data)) {
      socket.pause();
      socket.once("drain", () => socket.resume());
    }
  });
  socket.on("error", () => {});
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () =>
  console.log("127.0.0.1:" + server.address().port)
);
process.stdin.on("data", () => console.log("collected"));
process.stdin.on("end", () => process.exit(0));
