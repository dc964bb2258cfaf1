"""The web server on loopback, before a bot in rooms made of air."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.browser.chromium import Chromium
from tests.connectors.browser.conftest import running
from tests.connectors.conftest import pytest_pyfunc_call
from tests.web.house import House

__all__ = ["pytest_pyfunc_call"]


@pytest.fixture
def house(tmp_path: Path) -> Callable[..., House]:
    """Open a bot with its web server: `async with house(TOML, token=...) as home:`."""
    return lambda toml="", *plugins, **options: House(tmp_path, toml, *plugins, **options)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A real browser without a window."""
    with running(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def toy() -> Callable[..., Any]:
    """Make a plugin of an object: `toy(register=function)`."""
    from types import SimpleNamespace

    return SimpleNamespace
