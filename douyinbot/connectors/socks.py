"""HTTP through a SOCKS proxy. Loaded only where one is configured: that takes 60 ms."""

import ssl
from typing import Any

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

from douyinbot.connectors.options import UNTRUSTED
from douyinbot.errors import ConnectError

__all__ = ["SocksConnector"]


class SocksConnector(ProxyConnector):
    """Says in plain words what goes wrong at the proxy; aiohttp does not know its library's errors."""

    async def connect(self, req: aiohttp.ClientRequest, *args: Any, **keys: Any) -> Any:
        try:
            return await super().connect(req, *args, **keys)
        except ProxyTimeoutError as error:
            raise TimeoutError(str(error)) from error
        except ssl.SSLCertVerificationError as error:
            raise ConnectError(f"{req.url.host} {UNTRUSTED}") from error
        except ProxyConnectionError as error:
            raise ConnectError(
                f"{req.url.host}: the proxy cannot be reached. Check `proxy` and the network."
            ) from error
        except (ProxyError, EOFError) as error:
            why = str(error) if isinstance(error, ProxyError) else "it hangs up"
            raise ConnectError(
                f"{req.url.host}: the proxy lets nothing through ({why}). Check `proxy`, with its user and "
                "password."
            ) from error
