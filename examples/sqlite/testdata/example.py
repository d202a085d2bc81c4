import asyncio
import sqlite3

SLOW = "with recursive n(i) as (select 1 union all select i + 1 from n) select 'slow', count(*) from n"


class Database:
    def __init__(self):
        self.conn = sqlite3.connect(":memory:", check_same_thread=False)
        self.lock = asyncio.Lock()

    async def query(self, statement, *args):
        async with self.lock:
            work = asyncio.create_task(asyncio.to_thread(self.rows, statement, args))
            try:
                return await asyncio.shield(work)
            except asyncio.CancelledError:
                self.conn.interrupt()
                await asyncio.wait([work])
                work.exception()
                raise

    def rows(self, statement, args):
        return self.conn.execute(statement, args).fetchall()


async def main():
    db = Database()
    await db.query("create table orders (customer text, amount int)")
    async with asyncio.TaskGroup() as tg:
        for i, customer in enumerate(["Ann", "Bob", "Ann"]):
            tg.create_task(db.query("insert into orders values (?, ?)", customer, i))
    try:
        async with asyncio.timeout(0.02):
            await db.query(SLOW)
    except TimeoutError:
        print("too slow")
    for customer, total in await db.query("select customer, sum(amount) from orders group by customer"):
        print(customer, total)


asyncio.run(main())
