"""The configurations that the command line makes up itself."""

from collections import Counter
from types import SimpleNamespace

from douyinbot.cli.assemble import lost_on_the_way, one_room
from douyinbot.config import Secret


def test_a_room_that_is_only_watched_cannot_speak_and_leaves_no_database() -> None:
    config = one_room("douyin", "123", cookies=Secret("env:X"), options={"proxy": "socks5://127.0.0.1:1"})
    (room,) = config.rooms
    assert (room.send, room.sender, room.after_end) == ("dry", "none", "stop")
    assert (room.url, room.cookies, room.options["proxy"]) == ("123", Secret("env:X"), "socks5://127.0.0.1:1")
    assert config.bot.store == "sqlite://"
    assert (config.plugins.enable, config.commands, config.timers) == ([], {}, [])


def test_the_counts_of_all_rooms_are_added_up() -> None:
    rooms = [SimpleNamespace(counts=Counter(unknown=1, frames=5)), SimpleNamespace(counts=Counter(unknown=2))]
    bot = SimpleNamespace(rooms=rooms, shed=Counter({"like dropped by dice": 4}))
    assert lost_on_the_way(bot) == {"unknown": 3, "frames": 5, "like dropped by dice": 4}  # type: ignore[arg-type]
