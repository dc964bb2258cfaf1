"""The bot itself: rooms, plugins, commands, gift streaks, and what wires them together."""
