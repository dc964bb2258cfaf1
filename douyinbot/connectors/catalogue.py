"""The connectors that come with douyinbot, by the name that bot.toml gives them."""

from douyinbot.connectors.base import Connector, Factory, Setup

__all__ = ["CONNECTORS"]


def _douyin(setup: Setup) -> Connector:
    from douyinbot.connectors.douyin import connect_douyin

    return connect_douyin(setup)


def _simulator(setup: Setup) -> Connector:
    from douyinbot.connectors.simulated import SimulatedConnector

    return SimulatedConnector(setup)


def _replay(setup: Setup) -> Connector:
    from douyinbot.connectors.replay import ReplayConnector

    return ReplayConnector(setup)


CONNECTORS: dict[str, Factory] = {"douyin": _douyin, "simulator": _simulator, "replay": _replay}
