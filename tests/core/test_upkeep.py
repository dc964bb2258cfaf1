"""The hourly care of the database. How a copy is made: tests/store/test_backup.py."""

import asyncio
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from douyinbot.core.upkeep import EVERY, look_after
from douyinbot.errors import StoreError

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Disk:
    """A database that notes what it is asked for, and may be full."""

    def __init__(self) -> None:
        self.swept = 0
        self.days: list[date] = []
        self.full = False

    async def sweep(self) -> int:
        self._check()
        self.swept += 1
        return 0

    async def back_up(self, day: date) -> Path | None:
        self._check()
        self.days.append(day)
        return Path("copy") if self.days.count(day) == 1 else None

    def _check(self) -> None:
        if self.full:
            raise StoreError("the disk is full")


async def test_a_round_at_once_and_every_hour_by_the_bots_own_day(clock, caplog):
    caplog.set_level("DEBUG")
    disk, notices = Disk(), []
    task = asyncio.create_task(look_after(disk, clock.now, SHANGHAI, notices.append))  # it is 20:00 there
    await asyncio.sleep(4.5 * EVERY)
    assert disk.swept == 5
    assert disk.days == [date(2026, 1, 1)] * 4 + [date(2026, 1, 2)]
    assert caplog.text.count("the database was copied to copy") == 2
    disk.full = True
    await asyncio.sleep(EVERY)
    assert [notice.text for notice in notices] == [
        "The database cannot be tidied: the disk is full",
        "The database cannot be backed up: the disk is full",
    ]
    disk.full = False
    await asyncio.sleep(EVERY)
    assert disk.swept == 6
    task.cancel()
