"""The dashboard, the overlay for OBS, and the API: what a browser may see and do while the bot runs."""

from douyinbot.web.guard import Guard
from douyinbot.web.server import Server

__all__ = ["Guard", "Server"]
