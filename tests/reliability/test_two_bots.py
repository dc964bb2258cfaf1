"""Case 30: the bot hears itself, and another bot that answers to whatever it says."""

import asyncio
from pathlib import Path

import pytest

from douyinbot import hookimpl
from tests.reliability.stage import come_true, quiet_simulator, running

FAST = '[send]\nrate = "1000/1s"\nburst = 1000\nper_minute = 100000\n'
AT_MOST = 5


class Parrot:
    """Says again whatever anybody else says."""

    name = "parrot"

    @hookimpl
    def on_chat(self, ctx, event):
        return event.comment


class Counter:
    """Says the next number."""

    name = "counter"

    @hookimpl
    def on_chat(self, ctx, event):
        return str(int(event.comment) + 1)


@pytest.mark.parametrize("bot", ['[commands]\n"hi" = "!hi"\n'], indirect=True, ids=["loop"])
async def test_case_30_the_bot_does_not_answer_itself(bot):
    assert await bot.chat("!hi") == ["!hi"]
    assert await bot.advance("1m") == []


def lines_of_two_bots(folder: Path, plugin: type, send: str, until: str, first: str) -> dict[str, int]:
    """Let two bots talk until either has dropped a line for this cause; return how many lines each said."""

    async def main() -> dict[str, int]:
        async with (
            quiet_simulator() as simulator,
            running(simulator, folder, plugin(), login="left", toml=send) as left,
            running(simulator, folder, plugin(), login="right", toml=send) as right,
        ):
            await simulator.say("abc", "小明", first)

            def is_over(bot) -> bool:
                return any(str(receipt.cause) == until for receipt in list(bot.receipts.values()))

            await come_true(lambda: is_over(left) and is_over(right))
            await asyncio.sleep(0.2)  # long enough for a hundred more
            assert all(line.answer == "ok" for line in simulator.report.chat_lines)
            accounts = [line.account_id for line in simulator.report.chat_lines]
            return {account: accounts.count(account) for account in accounts}

    return asyncio.run(main())


def test_case_30_two_bots_that_answer_each_other_say_it_once(tmp_path):
    said = lines_of_two_bots(tmp_path, Parrot, FAST, "duplicate", "大家好")
    assert sum(said.values()) <= AT_MOST
    assert len(said) == 2


def test_case_30_two_bots_that_may_repeat_themselves_are_muted_after_five_times(tmp_path):
    said = lines_of_two_bots(tmp_path, Parrot, FAST + 'dedupe = "0s"\n', "loop", "大家好")
    assert len(said) == 2
    assert max(said.values()) <= AT_MOST


def test_case_30_two_bots_that_never_say_the_same_are_held_by_the_pace(tmp_path):
    slow = '[send]\nrate = "1/1h"\nburst = 5\nttl = "100ms"\n'
    said = lines_of_two_bots(tmp_path, Counter, slow, "expired", "1")
    assert len(said) == 2
    assert max(said.values()) <= AT_MOST
