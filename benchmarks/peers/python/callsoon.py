async def run(n):
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    left = n

    def again():
        nonlocal left
        left -= 1
        if left == 0:
            done.set_result(None)
            return
        loop.call_soon(again)

    loop.call_soon(again)
    return await timed(done)


bench(run)
