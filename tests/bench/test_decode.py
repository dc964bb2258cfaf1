"""That the benchmark runs and measures what it says; its figures are not looked at here."""

import asyncio
from datetime import UTC, datetime

from douyinbot.webcast import douyin
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.session import Session
from tests.bench import corpus, decode


def test_the_corpus_is_of_the_mix_that_it_says_and_all_of_it_is_understood():
    rows = list(corpus.frames(60))
    session = Session(Decoder(douyin.TABLE, room="main"))
    session.opened(0.0)
    for frame, _ in rows:
        session.receive(frame, 0.0, datetime.now(UTC))
    kinds = [event.kind for event in session.events_received()]
    total = sum(count for _, count in rows)
    assert session.decoder.counts["messages"] == total
    assert not [name for name in session.decoder.counts if name.startswith("bad:")]
    for kind, share in {"chat": 0.35, "member": 0.2, "like": 0.2, "gift": 0.1, "follow": 0.05}.items():
        assert abs(kinds.count(kind) / total - share) < 0.06, kind


def test_every_plugin_of_the_benchmark_gets_every_event():
    frames = [frame for frame, _ in corpus.frames(4)]
    dispatch = decode.Dispatch(3)
    assert asyncio.run(dispatch.feed(frames)) > 0  # it raises where a plugin misses one
    assert [listener.seen > 40 for listener in dispatch.listeners] == [True] * 3
