"""What the tests do to a running browser, over its own protocol: nothing of Playwright is in between."""

import asyncio
import json
import subprocess
from typing import Any

import aiohttp
from websockets.asyncio.client import connect

__all__ = ["Chromium"]

PATIENCE = 10.0


class Chromium:
    """A browser with an open debugging port."""

    def __init__(self, address: str, process: subprocess.Popen[bytes]) -> None:
        self.address = address
        self.process = process

    async def reset(self) -> None:
        """Close all tabs but an empty one, and forget all cookies."""
        await self.open("about:blank")
        for tab in (await self.tabs())[1:]:
            await self.close(tab["id"])
        await self.call("Storage.clearCookies")

    async def log_in(self, site: str, session_id: str) -> None:
        cookie = {"name": "sessionid", "value": session_id, "url": site}
        await self.call("Storage.setCookies", cookies=[cookie])

    async def open(self, url: str) -> str:
        """Open a tab in front, wait until it is loaded, and return its id."""
        tab = (await self.call("Target.createTarget", url="about:blank"))["targetId"]
        # Answered once the page is there: what is asked from now on is not asked of the empty one.
        await self.call("Page.navigate", tab, url=url)
        await self.wait(tab, "document.readyState === 'complete'")
        return str(tab)

    async def load(self, tab: str, url: str) -> None:
        """Load another page in a tab."""
        await self.call("Page.navigate", tab, url=url)
        await self.wait(tab, f"location.href === '{url}' && document.readyState === 'complete'")

    async def close(self, tab: str) -> None:
        await self._http(f"/json/close/{tab}")
        async with asyncio.timeout(PATIENCE):
            while tab in [other["id"] for other in await self.tabs()]:  # noqa: ASYNC110 - in another process
                await asyncio.sleep(0.01)

    async def tabs(self) -> list[dict[str, Any]]:
        """Return all tabs, the newest first."""
        targets = json.loads(await self._http("/json/list"))
        return [target for target in targets if target["type"] == "page"]

    async def urls(self) -> list[str]:
        return sorted(tab["url"] for tab in await self.tabs())

    async def evaluate(self, tab: str, expression: str) -> Any:
        """Run JavaScript in a tab, and return what it gives."""
        result = await self.call(
            "Runtime.evaluate", tab, expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def wait(self, tab: str, expression: str) -> None:
        """Wait until something is true in a tab."""
        async with asyncio.timeout(PATIENCE):
            while not await self.evaluate(tab, expression):  # noqa: ASYNC110 - in another process
                await asyncio.sleep(0.02)

    async def call(self, method: str, tab: str = "", **params: Any) -> dict[str, Any]:
        if tab:
            url = f"ws{self.address[4:]}/devtools/page/{tab}"
        else:
            url = json.loads(await self._http("/json/version"))["webSocketDebuggerUrl"]
        async with connect(url, max_size=None, proxy=None) as socket:
            await socket.send(json.dumps({"id": 1, "method": method, "params": params}))
            while "id" not in (answer := json.loads(await socket.recv())):
                pass
        assert "error" not in answer, answer
        return dict(answer["result"])

    async def _http(self, path: str) -> bytes:
        async with aiohttp.ClientSession() as http, http.get(self.address + path) as answer:
            return await answer.read()
