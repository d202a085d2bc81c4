import asyncio


class Account:
    def __init__(self):
        self.inbox = asyncio.Queue()
        self.balance = 0

    async def deposit(self, amount):
        reply = asyncio.get_running_loop().create_future()
        self.inbox.put_nowait((amount, reply))
        return await reply

    async def run(self):
        while True:
            amount, reply = await self.inbox.get()
            if self.balance + amount < 0:
                reply.cancel()
                raise ValueError(f"overdrawn by {-self.balance - amount}")
            self.balance += amount
            reply.set_result(self.balance)


async def supervise(actor, restarts):
    for attempt in range(restarts):
        try:
            await actor.run()
        except ValueError as error:
            print(f"restarts after {error}")
            await asyncio.sleep(2**attempt)


async def main():
    account = Account()
    actor = asyncio.create_task(supervise(account, 3))
    for amount in (100, -150, 20, -30):
        try:
            print("balance", await account.deposit(amount))
        except asyncio.CancelledError:
            print("refused", amount)
    actor.cancel()


asyncio.run(main())
