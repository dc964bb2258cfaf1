"""What the store setting may say, and that a password never comes back out of it."""

import traceback
from pathlib import Path

import pytest

from douyinbot.errors import StoreError
from douyinbot.store.address import read_address

SECRET = "CANARY-pässwörd"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///data/bot.sqlite", "/base/data/bot.sqlite"),
        ("sqlite:////var/lib/bot.sqlite", "/var/lib/bot.sqlite"),
        ("sqlite:///数据/50%?x#1.sqlite", "/base/数据/50%?x#1.sqlite"),
    ],
)
def test_a_file_is_taken_as_it_is_written(url: str, path: str) -> None:
    address = read_address(url, Path("/base"))
    assert address.path == Path(path)
    assert address.url.database == path
    assert address.label == path


def test_without_a_base_a_file_is_in_the_current_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_address("sqlite:///bot.sqlite").path == tmp_path / "bot.sqlite"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_in_memory(url: str) -> None:
    address = read_address(url)
    assert address.path is None
    assert address.url.database is None


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_postgresql(scheme: str) -> None:
    address = read_address(f"{scheme}://bot:{SECRET}@db.example/bot?sslmode=require")
    assert address.path is None
    assert address.label == "postgresql://db.example:5432/bot"
    assert address.url.drivername == "postgresql+asyncpg"
    assert address.url.password == SECRET
    assert dict(address.url.query) == {"ssl": "require"}


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://bot:{SECRET}@db/bot",
        f"bot:{SECRET}@db/bot",
        f"postgresql:/bot:{SECRET}@db/bot",
        f"postgresql://bot:x:{SECRET}/y@db:{SECRET}/bot",
        f"postgresql://bot@db/bot?password={SECRET}",
        f"sqlite://bot:{SECRET}@db/bot",
        "bot.sqlite",
        "",
    ],
)
def test_a_wrong_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(StoreError, match=r"write|written|option") as caught:
        read_address(url)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_no_repr_shows_the_password() -> None:
    address = read_address(f"postgresql://bot:{SECRET}@db/bot")
    assert SECRET not in f"{address!r} {address} {address.url!r} {address.label}"
