"""The seam for other platforms: the common connector on one that is not Douyin at all."""

from collections.abc import Sequence
from typing import Any, ClassVar

from websockets.asyncio.server import ServerConnection

from douyinbot.connectors.base import Accepted
from douyinbot.connectors.live import LiveConnector
from douyinbot.connectors.options import NetworkOptions
from douyinbot.connectors.platform import Platform
from douyinbot.connectors.socket import SocketRequest
from douyinbot.errors import BlockedError, SendError
from douyinbot.events import Chat, Connected, Like
from douyinbot.webcast import composing, frames
from douyinbot.webcast.decoding import Arrival, Row
from douyinbot.webcast.dialect import DOUYIN, Dialect
from douyinbot.webcast.douyin import compose
from douyinbot.webcast.room_state import ENDED, LIVE, RoomState
from douyinbot.webcast.session import Session
from tests.connectors.rooms import QUICK, listening, setup_for
from tests.connectors.servers import pushing


def _shout(payload: bytes, id: str, at: Arrival) -> tuple[Chat, ...]:
    text = payload.decode()
    return (
        Chat(id=id, room=at.room, platform=at.platform, time=at.received, received=at.received, comment=text),
    )


class Elsewhere:
    """A platform with one message, no im/fetch, and a word of its own to say at the beginning."""

    name = "elsewhere"
    table: ClassVar = {"Shout": Row(_shout, frozenset({"chat"}))}
    shortest_poll = 0.0

    def __init__(self, address: str) -> None:
        self.address = address
        self.status = LIVE
        self.closed = False

    @property
    def has_login(self) -> bool:
        return False

    def log_in(self, session_id: str) -> None:
        """There is no login here."""

    def know_room(self, room_id: str) -> None:
        """There is only one room here."""

    async def room_info(self) -> dict[str, Any]:
        return {"title": "there"}

    async def enter(self) -> RoomState:
        return RoomState(room_id="1", status=self.status, title="there", owner_name="her", account_id="42")

    async def is_over(self) -> bool:
        return self.status == ENDED

    async def ticket(self, session: Session) -> None:
        """Whoever comes may come in."""

    async def fetch(self, session: Session) -> bytes:
        raise BlockedError("there is no im/fetch here.")

    async def gift_list(self) -> list[dict[str, Any]]:
        return [{"id": 1}]

    def dialect(self) -> Dialect:
        return DOUYIN

    def push_hosts(self, session: Session) -> Sequence[str]:
        return (self.address,)

    async def socket_request(self, session: Session, host: str) -> SocketRequest:
        return SocketRequest(host, {}, first_frames=(b"let me in",))

    async def send(self, text: str) -> Accepted:
        raise SendError("nobody speaks here")

    async def close(self) -> None:
        self.closed = True


def shout(number: int) -> bytes:
    response = composing.response([("Shout", number, f"line {number}".encode())], need_ack=True)
    return composing.push_frame(response, log_id=number)


async def test_the_common_connector_runs_on_any_platform() -> None:
    first: list[bytes | str] = []

    async def server(ws: ServerConnection) -> None:
        first.extend([await ws.recv(), await ws.recv()])
        await ws.send(shout(1))
        await ws.close(1000)

    async with pushing(server) as address:
        there: Platform = Elsewhere(address)
        options = NetworkOptions(enable_extended_gift_info=True)
        to = LiveConnector(setup_for("anything", reconnect=QUICK), there, options)
        async with listening(to) as room:
            connected = await room.until(Connected)
            chat = await room.until(Chat)
            there.status = ENDED  # type: ignore[attr-defined]
            await room.rest()
    assert first == [frames.HEARTBEAT, b"let me in"]
    assert {event.platform for event in room.events} == {"elsewhere"}
    assert (connected.title, connected.owner, to.account_id) == ("there", "her", "42")
    assert chat.comment == "line 1"
    assert room.kinds[-2:] == ["stream_end", "disconnected"]
    assert to.gifts.rows == {"1": {"id": 1}}
    assert there.closed  # type: ignore[attr-defined]


async def test_messages_of_its_table_alone_are_known() -> None:
    async def server(ws: ServerConnection) -> None:
        likes = compose.like(2, 1, 1, composing.Person(id=5, nickname="x"), 3, 3)
        response = composing.response([(likes[0], 2, likes[1])], need_ack=True)
        await ws.send(composing.push_frame(response, log_id=2))
        await ws.wait_closed()

    async with pushing(server) as address:
        to = LiveConnector(setup_for("anything"), Elsewhere(address), NetworkOptions())
        async with listening(to) as room:
            while "unknown" not in room.kinds:
                await room.next()
    assert not any(isinstance(event, Like) for event in room.events)
    assert to.counts["unknown"] == 1
