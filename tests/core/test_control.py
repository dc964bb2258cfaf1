"""What people decide while a bot runs."""

import asyncio
from types import SimpleNamespace

import pytest

from douyinbot.config import Duration, Rate, Send
from douyinbot.core.control import Control, Refused
from douyinbot.core.journal import Entry
from douyinbot.errors import InvalidSessionError
from douyinbot.outbox import Outbox
from douyinbot.testing.loop import START
from douyinbot.webcast.chat_answer import Accepted


class Sender:
    """Takes what it is given, unless it was told to fail once."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.fails: Exception | None = None

    async def send(self, text: str) -> Accepted:
        failure, self.fails = self.fails, None
        if failure is not None:
            raise failure
        self.texts.append(text)
        return Accepted()


class Desk:
    """Two accounts: one speaks in "main" and "side", the other in "far"."""

    def __init__(self, mode: str) -> None:
        self.senders = {room: Sender() for room in ("main", "side", "far")}
        first, second = self.outboxes = [
            Outbox(
                Send(rate=Rate(100, Duration(1)), burst=100, per_minute=100, dedupe=Duration(0)),
                clock=lambda: START,
                monotonic=lambda: asyncio.get_running_loop().time(),
                numbers=numbers,
            )
            for numbers in [iter(range(1, 100))] * 2
        ]
        self.boxes = {"main": first, "side": first, "far": second}
        for room, box in self.boxes.items():
            box.add_room(room, self.senders[room], mode)
        self.control = Control(self.boxes, None, None, None)

    def say(self, text: str, room: str = "main", **more):
        return self.boxes[room].say(text, room=room, **more)

    @property
    def said(self) -> list[str]:
        return [text for sender in self.senders.values() for text in sender.texts]

    async def __aenter__(self) -> "Desk":
        self._tasks = [asyncio.create_task(box.run()) for box in self.outboxes]
        return self

    async def __aexit__(self, *exc: object) -> None:
        for box in self.outboxes:
            await box.close()
        await asyncio.gather(*self._tasks)


async def test_lines_wait_are_approved_and_rejected():
    async with Desk("approve") as desk:
        yes, no, far = desk.say("yes"), desk.say("no"), desk.say("far", "far")
        await asyncio.sleep(1)
        waiting = desk.control.pending()
        assert [(line.room, line.text, line.left) for line in waiting] == [
            ("main", "yes", 119),
            ("main", "no", 119),
            ("far", "far", 119),
        ]
        assert [line.text for line in desk.control.pending("far")] == ["far"]
        assert [line.text for line in desk.control.approve(yes.id.lower(), "main")] == ["yes"]
        assert [line.text for line in desk.control.reject(no.id, "too loud", "main")] == ["no"]
        await asyncio.sleep(1)
        assert desk.said == ["yes"]
        assert (no.state, no.reason) == ("dropped", "rejected: too loud")
        assert [line.text for line in desk.control.approve("ALL")] == ["far"]
        assert desk.control.approve("all") == []
        await asyncio.sleep(1)
        assert desk.said == ["yes", "far"]
        assert far.state == "sent"


async def test_a_line_is_only_approved_where_one_looks():
    async with Desk("approve") as desk:
        far = desk.say("far", "far")
        with pytest.raises(Refused, match=r'no line "L1" awaits approval \(waiting: none\)'):
            desk.control.approve(far.id, "main")
        with pytest.raises(Refused, match=r"waiting: L1"):
            desk.control.reject("L9")


async def test_nobody_has_all_day_to_approve():
    async with Desk("approve") as desk:
        slow, quick = desk.say("slow"), desk.say("quick", ttl=5)
        await quick
        assert (quick.reason, quick.cause) == ("nobody approved it within 5s", "expired")
        await slow
        assert slow.reason == "nobody approved it within 2m"
        assert desk.control.pending() == []


async def test_what_was_asked_for_and_rehearsals_need_no_approval():
    async with Desk("approve") as desk:
        asked, tried = desk.say("asked", approved=True), desk.say("tried", dry=True)
        await asyncio.sleep(1)
        assert desk.said == ["asked"]
        assert (tried.state, tried.reason) == ("dry", "it answers a made-up viewer in a real room")
        assert asked.state == "sent"


async def test_a_lost_login_stops_the_account_until_somebody_resumes():
    async with Desk("live") as desk:
        desk.senders["main"].fails = InvalidSessionError("the login is no longer valid")
        lost = await desk.say("lost")
        assert lost.state == "failed"
        assert desk.control.stopped() == {
            "main": "the login is no longer valid",
            "side": "the login is no longer valid",
        }
        assert (await desk.say("silent", "side")).cause == "stopped"
        desk.say("other account", "far")
        assert desk.control.resume("side") == ["main", "side"]
        desk.say("again", "side")
        await asyncio.sleep(1)
        assert sorted(desk.said) == ["again", "other account"]
        assert desk.control.stopped() == {}


async def test_an_account_can_be_paused_and_all_of_them():
    async with Desk("live") as desk:
        assert desk.control.pause("far", "lunch") == ["far"]
        assert desk.control.stopped() == {"far": "lunch"}
        assert (await desk.say("no", "far")).reason == "sending is stopped: lunch"
        assert (await desk.say("tried", "far", dry=True)).state == "dry"
        assert desk.control.pause() == ["main", "side", "far"]
        assert desk.control.resume() == ["main", "side", "far"]
        with pytest.raises(Refused, match=r'no room "man" - did you mean "main"'):
            desk.control.pause("man")


def test_what_was_lately_said_or_not_in_one_room_or_all():
    entries = [Entry(time="1", room="main", text="a"), Entry(time="2", room="far", cause="expired")]
    control = Control({}, SimpleNamespace(recent=entries), None, None)
    assert control.lines() == entries
    assert control.lines("far") == entries[1:]
    assert control.lines("none") == []
