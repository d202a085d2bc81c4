import asyncio
import http.server
import threading
import urllib.request

visits = {}


async def count(path):
    visits[path] = visits.get(path, 0) + 1
    await asyncio.sleep(0.001)
    return visits[path]


def handler(loop):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            n = asyncio.run_coroutine_threadsafe(count(self.path), loop).result()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"{self.path} {n}".encode())

        def log_message(self, *args):
            pass

    return Handler


def get(url):
    with urllib.request.urlopen(url) as response:
        return response.read().decode()


async def main():
    server = http.server.ThreadingHTTPServer(("localhost", 0), handler(asyncio.get_running_loop()))
    threading.Thread(target=server.serve_forever).start()
    try:
        for path in ("/", "/about", "/"):
            print(await asyncio.to_thread(get, f"http://localhost:{server.server_port}{path}"))
    finally:
        server.shutdown()


asyncio.run(main())
