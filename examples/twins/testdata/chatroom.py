import asyncio


class Room:
    def __init__(self):
        self.members = {}

    def say(self, line):
        for inbox in self.members.values():
            inbox.put_nowait(line)

    async def read(self, name, inbox):
        while True:
            print(f"{name} reads: {await inbox.get()}")

    async def join(self, name, lines):
        self.members[name] = inbox = asyncio.Queue()
        reader = asyncio.create_task(self.read(name, inbox))
        self.say(f"{name} joins")
        try:
            for delay, line in lines:
                await asyncio.sleep(delay)
                self.say(f"{name}: {line}")
        finally:
            del self.members[name]
            reader.cancel()
            self.say(f"{name} leaves")


async def main():
    room = Room()
    async with asyncio.TaskGroup() as tg:
        tg.create_task(room.join("Ann", [(2, "hello"), (3, "bye")]))
        tg.create_task(room.join("Bob", [(1, "anybody here?"), (5, "so long")]))


asyncio.run(main())
