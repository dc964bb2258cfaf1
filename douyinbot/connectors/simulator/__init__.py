"""A made-up Douyin and TikTok on this computer: to try bots and plugins on, and to test clients against."""

from douyinbot.connectors.simulator.delivery import Limits
from douyinbot.connectors.simulator.report import ChatLine, Report
from douyinbot.connectors.simulator.scenario import (
    Chatter,
    GiftSpec,
    RoomSpec,
    Scenario,
    Step,
    Times,
    Trouble,
    Viewer,
    load_scenario,
    parse_scenario,
)
from douyinbot.connectors.simulator.server import Simulator
from douyinbot.connectors.simulator.special import SPECIAL_ROOMS

__all__ = [
    "SPECIAL_ROOMS",
    "ChatLine",
    "Chatter",
    "GiftSpec",
    "Limits",
    "Report",
    "RoomSpec",
    "Scenario",
    "Simulator",
    "Step",
    "Times",
    "Trouble",
    "Viewer",
    "load_scenario",
    "parse_scenario",
]
