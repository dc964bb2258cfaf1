"""The platforms' web-live protocol without any I/O: bytes and clock in, events and bytes out."""
