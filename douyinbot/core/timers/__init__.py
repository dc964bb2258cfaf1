"""`[[timers]]`: when they speak, what they say, and what they remember over a restart."""
