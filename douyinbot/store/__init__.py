"""The disk: a key-value store for each plugin, on SQLite or PostgreSQL.

    async with await open_database("sqlite:///data/bot.sqlite", clock=clock) as database:
        store = database.namespace("dice")
        thrown = await store.incr("thrown")
        async with store.transaction() as points:
            await points.incr("points:alice", -10)
            await points.incr("points:bob", 10)

`address` reads the URL, `sqlite_file` looks after the file, `engine` and `migrations` make it ready,
`traffic` decides who may use it when, `keyvalue` and `statements` are what a plugin sees of it, `faults`
puts every failure into plain words. Whatever goes wrong with the disk is a `StoreError`.
"""

from douyinbot.store.address import check_address
from douyinbot.store.database import Database, open_database
from douyinbot.store.keyvalue import Store

__all__ = ["Database", "Store", "check_address", "open_database"]
