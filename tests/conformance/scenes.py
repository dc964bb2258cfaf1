"""The scenarios of the traces, one function for each: what the user does, and what happens in the room."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from douyinbot import LiveClient
from tests.conformance.scene import Scene

__all__ = ["ROOMS", "SCENES"]

Play = Callable[[Scene], Coroutine[Any, Any, None]]
SCENES: dict[str, Play] = {}
ROOMS: dict[str, Mapping[str, Any]] = {}
"""What the room of a scenario is like, where it is not a usual one."""
INITIAL = ("chat", "member")


def scene(**room: Any) -> Callable[[Play], Play]:
    """Register a scenario under the function's name."""

    def register(play: Play) -> Play:
        SCENES[play.__name__] = play
        ROOMS[play.__name__] = room
        return play

    return register


async def _connect_and_leave(stage: Scene, **options: Any) -> None:
    client = stage.client(**options)
    await stage.call("connect", client.connect)
    await client.disconnect()


# ---- the socket -----------------------------------------------------------------------------------


@scene()
async def ws_happy(stage: Scene) -> None:
    client = stage.client(enable_extended_gift_info=True, client_params={"app_language": "xx"})
    await stage.room.say(*INITIAL)
    await stage.call("connect", client.connect)
    await stage.room.say("gift", "like", "share", "follow")
    await stage.saw("event follow")
    await stage.room.say("unknown")
    await stage.saw("event unknown")
    await stage.room.say("chat", "control 3", "chat")
    await stage.saw("event disconnected")
    stage.state(client)


@scene()
async def ws_gzip(stage: Scene) -> None:
    client = stage.client()
    await stage.room.say(*INITIAL)
    await stage.call("connect", client.connect)
    await stage.room.say("chat")
    await stage.saw("event chat", 2)
    await client.disconnect()


@scene()
async def ping(stage: Scene) -> None:
    client = stage.client()
    await stage.call("connect", client.connect)
    await stage.until(stage.room.heartbeats)
    await client.disconnect()


@scene()
async def server_close(stage: Scene) -> None:
    client = stage.client()
    await stage.call("connect", client.connect)
    await stage.room.say("goodbye")
    await stage.saw("event disconnected")
    stage.state(client)
    await stage.call("connect-again", client.connect)
    await client.disconnect()


@scene()
async def server_drop(stage: Scene) -> None:
    client = stage.client()
    await stage.call("connect", client.connect)
    await stage.room.say("loss")
    await stage.saw("event disconnected")


@scene()
async def ws_reject(stage: Scene) -> None:
    client = stage.client(refusals_before_polling=1)
    await stage.room.trouble("no socket")
    await stage.call("connect", client.connect)
    await stage.until(lambda: len(stage.room.asked(stage.platform.fetch)) >= 4)
    await client.disconnect()


@scene()
async def bad_frame(stage: Scene) -> None:
    client = stage.client()
    await stage.call("connect", client.connect)
    await stage.room.say("damaged frame", "damaged batch", "like")
    await stage.saw("event like")
    await client.disconnect()


@scene()
async def no_cursor(stage: Scene) -> None:
    await stage.room.trouble("no cursor")
    await _connect_and_leave(stage)


@scene()
async def control_actions(stage: Scene) -> None:
    client = stage.client()
    await stage.call("connect", client.connect)
    for number, action in enumerate((1, 2, 0, 4, 5, 6), start=1):
        if not client.state.is_connected:
            break
        await stage.room.say(f"control {action}")
        await stage.saw("event raw_data WebcastControlMessage", number)
        if "event stream_end" in stage.journal:
            # The socket is closed first, and a line said meanwhile would reach nobody.
            await stage.until(lambda: not client.state.is_connected)
    stage.state(client)
    await client.disconnect()


# ---- polling --------------------------------------------------------------------------------------


@scene(polling=True)
async def polling_no_ws(stage: Scene) -> None:
    client = stage.client()
    await stage.room.say(*INITIAL)
    await stage.call("connect", client.connect)
    for number in (1, 2, 3):
        await stage.room.say("like")
        await stage.saw("event like", number)
    await client.disconnect()
    stage.state(client)


@scene(polling=True)
async def polling_session(stage: Scene) -> None:
    client = stage.client(session_id=stage.platform.session_id)
    await stage.room.say(*INITIAL)
    await stage.call("connect", client.connect)
    await stage.until(lambda: len(stage.room.asked(stage.platform.fetch)) >= 4)
    await client.disconnect()
    assert all("sessionid" in request.cookies for request in stage.room.requests())


@scene(polling=True)
async def polling_inflight_after_disconnect(stage: Scene) -> None:
    client = stage.client(process_initial_data=False)
    asked = stage.room.asked
    await stage.call("connect", client.connect)
    await stage.room.trouble("slow polls")
    for name in ("", "reconnect"):
        if name:
            await stage.call(name, client.connect)
        before = len(asked(stage.platform.fetch))
        await stage.until(lambda before=before: len(asked(stage.platform.fetch)) > before)
        await stage.room.say("like")
        await client.disconnect()
    # Neither connection goes on where the one before it has been.
    cursors = [request.cursor for request in asked(stage.platform.fetch)]
    assert cursors.count("") == 2


@scene(polling=True)
async def polling_error(stage: Scene) -> None:
    client = stage.client()
    await stage.call("connect", client.connect)
    await stage.room.trouble("one bad poll")
    await stage.until(lambda: stage.journal[-1].startswith("event failure"))
    before = len(stage.room.asked(stage.platform.fetch))
    await stage.until(lambda: len(stage.room.asked(stage.platform.fetch)) >= before + 2)
    await client.disconnect()


@scene()
async def upgrade_disabled(stage: Scene) -> None:
    client = stage.client(enable_websocket_upgrade=False)
    await stage.call("connect", client.connect)
    await stage.until(lambda: len(stage.room.asked(stage.platform.fetch)) >= 3)
    await client.disconnect()
    assert stage.room.asked(stage.platform.push) == []


# ---- rooms that cannot be had ---------------------------------------------------------------------


@scene(status="ended")
async def ended_room(stage: Scene) -> None:
    client = stage.client()
    await stage.call("connect", client.connect)
    await stage.call("connect2", client.connect)
    careless = stage.client(fetch_room_info_on_connect=False)
    await stage.call("connect-no-roominfo", careless.connect)
    await careless.disconnect()


@scene()
async def offline_html(stage: Scene) -> None:
    client = stage.client()
    for trouble in ("offline page", "foreign page", "refused page"):
        await stage.room.trouble(trouble)
        await stage.call("connect", client.connect)
    await stage.room.trouble()
    await stage.call("getRoomInfo", client.get_room_info)


@scene(status="ended")
async def no_error_listener(stage: Scene) -> None:
    await stage.call("connect", stage.client(errors=False).connect)


@scene()
async def stream_end_in_initial(stage: Scene) -> None:
    client = stage.client()
    await stage.room.say("chat", "control 3")
    await stage.call("connect", client.connect)
    stage.state(client)
    await client.disconnect()


@scene()
async def bad_message_in_initial(stage: Scene) -> None:
    await stage.room.say("broken")
    await _connect_and_leave(stage)


# ---- the user's calls -----------------------------------------------------------------------------


@scene()
async def double_connect(stage: Scene) -> None:
    client = stage.client()
    first = asyncio.create_task(stage.call("connect1", client.connect))
    await asyncio.sleep(0)
    await stage.call("connect2", client.connect)
    await first
    await stage.call("connect3", client.connect)
    await client.disconnect()


@scene()
async def disconnect_while_connecting(stage: Scene) -> None:
    client = stage.client()
    connecting = asyncio.create_task(stage.call("connect", client.connect))
    await asyncio.sleep(0)
    await client.disconnect()
    await connecting
    stage.state(client)
    await client.disconnect()


async def _with_a_handler_that_raises(stage: Scene, initial: tuple[str, ...], live: tuple[str, ...]) -> None:
    client = stage.client()

    def boom(event: Any) -> None:
        raise ValueError("handler boom")

    client.on("chat", boom)
    await stage.room.say(*initial)
    await stage.call("connect", client.connect)
    await stage.room.say(*live)
    await stage.saw(f"event {(*initial, *live)[-1]}")


@scene()
async def handler_throws_live(stage: Scene) -> None:
    await _with_a_handler_that_raises(stage, (), ("chat", "like"))
    await stage.leave()


@scene()
async def handler_throws_initial(stage: Scene) -> None:
    await _with_a_handler_that_raises(stage, INITIAL, ())
    await stage.leave()


@scene()
async def send_message(stage: Scene) -> None:
    client, login = stage.client(), stage.platform.session_id
    await stage.call("send-no-session", client.send_message, "没有登录")
    await stage.call("send-ok-unconnected", client.send_message, "hi ä & ?", login)
    for name, trouble in (
        ("send-20003", "expired login"),
        ("send-other", "refused line"),
        ("send-403", "forbidden line"),
    ):
        await stage.room.trouble(trouble)
        await stage.call(name, client.send_message, name, login)
    await stage.room.trouble()
    await stage.room.say("member")  # behind the line that was said without a connection
    await stage.call("connect", client.connect)
    await stage.call("send-connected", client.send_message, "在吗", login)
    await client.disconnect()


@scene()
async def gifts(stage: Scene) -> None:
    client = stage.client()
    await stage.call("getAvailableGifts", client.get_available_gifts)
    stage.state(client)
    await stage.room.say(*INITIAL)
    await stage.call("connect", client.connect)
    described: list[Any] = []
    client.on("gift", lambda event: described.append(event.extended_gift_info))
    await stage.room.say("gift")
    await stage.saw("event gift")
    await client.disconnect()
    stage.state(client)
    assert [info["id"] for info in described] == [int(client.state.available_gifts[0]["id"])]
    await stage.room.trouble("no gifts")
    await stage.call("getAvailableGifts-500", client.get_available_gifts)
    await stage.call("getAvailableGifts-nodata", client.get_available_gifts)


@scene()
async def unique_id_forms(stage: Scene) -> None:
    async def room_info(form: str) -> None:
        await stage.client(stage.platform.unique_ids[form]).get_room_info()

    odd = {"ctor undefined": b"user", "ctor null": False, "ctor 5": 5}
    for name in stage.calls:
        if name in odd:
            await stage.call(name, LiveClient, odd[name])
        else:
            await stage.call(name, room_info, json.loads(name.removeprefix("getRoomInfo ")))


@scene()
async def cookies(stage: Scene) -> None:
    await _connect_and_leave(stage, request_headers={"Cookie": "mine=1"})
    first, *others = stage.room.requests()
    assert first.cookies == ("mine",)
    assert {"mine", "ttwid"} <= set.intersection(*(set(request.cookies) for request in others))
    assert stage.room.asked(stage.platform.push)


@scene()
async def decode_api(stage: Scene) -> None:
    client = stage.client()
    await stage.call("decode chat", client.decode_message, *stage.platform.payloads["chat"])
    await stage.call("decode unknown", client.decode_message, "Nope", b"")
    await stage.call(
        "decode control3 unconnected", client.decode_message, *stage.platform.payloads["control 3"]
    )
