"""HTTP through a SOCKS proxy. Loaded only where one is configured: that takes 60 ms."""

from typing import Any

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

from douyinbot.errors import ConnectError

__all__ = ["SocksConnector"]


class SocksConnector(ProxyConnector):
    """Says in plain words what goes wrong at the proxy; aiohttp does not know its library's errors."""

    async def connect(self, req: aiohttp.ClientRequest, *args: Any, **keys: Any) -> Any:
        try:
            return await super().connect(req, *args, **keys)
        except ProxyTimeoutError as error:
            raise TimeoutError(str(error)) from error
        except ProxyConnectionError as error:
            raise ConnectError(
                f"{req.url.host}: the proxy cannot be reached. Check `proxy` and the network."
            ) from error
        except ProxyError as error:
            raise ConnectError(
                f"{req.url.host}: the proxy lets nothing through ({error}). Check `proxy`, with its user and "
                "password."
            ) from error
