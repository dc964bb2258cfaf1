"""Recordings played to a bot under test."""

from datetime import timedelta

import pytest

from douyinbot import ConfigError, DecodeError, cron, every, hookimpl
from tests.testing.recordings import BEGAN, MING, record


@pytest.fixture
def evening(tmp_path):
    return record(tmp_path / "evening.dyrec")


class Notes:
    """Notes what it hears, when, and what the clock says."""

    def __init__(self) -> None:
        self.heard = []

    @hookimpl
    def on_event(self, ctx, event):
        self.heard.append((event.kind, event.simulated, event.room, (ctx.clock.now() - event.received)))


EVENING = """\
0:00:00.0  websocket_connected
0:00:00.0  connected     room_id=7, title=唱歌, owner=小鹿, websocket=True
0:00:00.0  member        小明: action=1, member_count=1
0:00:02.0  chat          小明: !dice 6
0:00:02.0  > dice        🎲 小明 掷出 4
0:00:03.0  chat          小明: !dice 6
0:00:05.5  chat          小红: ！骰子 6
0:00:05.5  > dice        🎲 小红 掷出 4
0:00:08.0  gift          小红: 玫瑰 x1
0:00:09.0  gift          小红: 玫瑰 x5
0:00:18.0  > gift_thanks 谢谢 小红 的 玫瑰x5
0:00:40.0  like          小明: like_count=3, total_like_count=3
0:02:05.0  social        小红: follow_count=1
0:02:05.0  follow        小红: follow_count=1
0:02:05.0  disconnected  reason=the recording ends here
"""


async def test_cooldowns_streaks_and_gaps_are_as_in_the_room(bot, evening):
    await bot.load("dice")
    await bot.load("gift_thanks")
    assert await bot.replay(evening) == EVENING
    assert bot.problems == []


def test_the_same_seed_gives_the_same_transcript_byte_for_byte(make_bot, evening):
    async def play(bot) -> str:
        for plugin in ("dice", "gift_thanks", "follow_thanks", "points", "welcome", "stats"):
            await bot.load(plugin)
        return await bot.replay(evening)

    transcripts = [bot.loop.run_until_complete(play(bot)) for bot in (make_bot(seed=n) for n in (1, 1, 2))]
    assert transcripts[0] == transcripts[1] != transcripts[2]


async def test_the_clock_shows_the_time_of_the_recording(bot, evening):
    notes = Notes()
    await bot.load(notes)
    await bot.replay(evening, rest=0)
    heard = [entry for entry in notes.heard if entry[0] not in ("connected", "websocket_connected")]
    assert {entry[1:] for entry in heard[1:]} == {(True, "main", timedelta())}
    assert bot.clock.now() == BEGAN + timedelta(seconds=125)


async def test_timers_run_while_it_is_played(bot, evening):
    class Timers:
        @every("1m")
        def minute(self, ctx):
            return "a minute"

        @cron("16 20 * * *")
        def quarter_past(self, ctx):
            return f"it is {ctx.now:%H:%M}"

    await bot.load(Timers())
    transcript = await bot.replay(evening)
    said = [line for line in transcript.splitlines() if "> timers" in line]
    assert said == [
        "0:01:00.0  > timers      a minute",
        "0:01:00.0  > timers      it is 20:16",
        "0:02:00.0  > timers      a minute",
    ]


@pytest.mark.parametrize(
    ("part", "kinds"),
    [
        ({"start": "5s", "end": "2026-10-01T20:15:20+08:00"}, ["chat", "gift", "gift"]),
        ({"end": "2s"}, ["member", "chat"]),
        ({"start": "1m"}, ["social", "follow"]),
    ],
)
async def test_a_part_of_it(bot, evening, part, kinds):
    transcript = await bot.replay(evening, **part)
    assert [line.split()[1] for line in transcript.splitlines()] == [
        *("websocket_connected", "connected"),
        *kinds,
        "disconnected",
    ]


async def test_each_connection_has_one_end(bot, evening):
    notes = Notes()
    await bot.load(notes)
    await bot.replay(str(evening))
    await bot.replay(evening)
    kinds = [kind for kind, *_ in notes.heard if kind in ("connected", "disconnected")]
    assert kinds == ["disconnected", *["connected", "disconnected"] * 2]


async def test_the_bot_goes_on_where_the_recording_has_ended(bot, evening):
    await bot.load("dice")
    await bot.replay(evening)
    assert len(await bot.chat("!dice", user="小绿")) == 1


async def test_a_whole_evening_takes_no_time(bot, tmp_path):
    steps = [(n * 600, "chat", (MING, "!dice")) for n in range(24 * 6)]
    await bot.load("dice")
    transcript = await bot.replay(record(tmp_path / "day.dyrec", steps))
    assert transcript.count("> dice") == 24 * 6
    assert "\n23:50:00.0  > dice" in transcript


@pytest.mark.parametrize(
    ("content", "error", "problem"),
    [
        (None, ConfigError, r"nowhere\.dyrec: the recording cannot be read"),
        (b"hello", DecodeError, "neither a .dyrec recording nor"),
    ],
)
async def test_what_cannot_be_played_is_an_error_of_the_test(bot, tmp_path, content, error, problem):
    path = tmp_path / "nowhere.dyrec"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error, match=problem):
        await bot.replay(path)


async def test_a_part_with_nothing_in_it_is_an_error(bot, evening):
    with pytest.raises(ConfigError, match=r"there is nothing of evening\.dyrec between"):
        await bot.replay(evening, start="5m")
