"""`LiveClient`: a connector, its handlers and its voice, without a bot."""
