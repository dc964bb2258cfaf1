"""Chat commands: what marks a function as one, from a line to its call, and the orders of the bot itself."""
