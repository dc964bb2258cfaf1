"""That the benchmark runs; its figures are not looked at here."""

import asyncio

from tests.bench import bot, corpus


def test_every_line_of_the_room_is_answered_and_timed():
    frames = [frame for frame, _ in corpus.frames(8)]
    delays = asyncio.run(bot.latency(frames))
    assert len(delays) > 20
    assert delays == sorted(delays)
    assert delays[0] > 0
