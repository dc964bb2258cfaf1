"""What hostile viewers write and call themselves: every plugin should take it as plain text."""

__all__ = ["HOSTILE_LINES", "HOSTILE_NAMES"]

_TEMPLATES = (
    "{0.__class__}",
    "{user.__init__.__globals__}",
    "%(x)s",
    "%s%n",
    "$(user)",
    "$(random 1 100)",
    "$(count x)",
    "{{7*7}}",
    "${7*7}",
    "{a/b}",
    "{$(user)/x}",
)
_MARKUP = ("<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "javascript:alert(1)")
_SHELL = (";rm -rf /", "$(id)", "-oProxyCommand=id", "`id`", "'; DROP TABLE kv; --", "=1+1")
_CONTROLS = (
    "\x1b[2J\x1b]52;c;aGk=\x07",
    "a\x00b",
    "a\r\nb",
    "\u202eevil",
    "\u2066a\u2069",
    "\u200b" * 50,
    "\U000e0041tag",
    "\ud800",
    "e" + "\u0301" * 200,
)

HOSTILE_NAMES = (*_TEMPLATES, *_MARKUP, *_SHELL, *_CONTROLS, "", " ", "主播", "admin", "长" * 10_000)
"""Nicknames."""
HOSTILE_LINES = (
    *_TEMPLATES,
    *_MARKUP,
    *_SHELL,
    *_CONTROLS,
    *("!" * 50, "!", "!!dice", "!dice 999999999", "!dice 1e308", "!dice -1", "!dice " + "9" * 5000),
    *("!dice ９９", "!dіce", "a" * 10_000, "a" * 5000 + "!", "((((" * 1000),
)
"""Lines: templates, markup, control characters, and commands with senseless arguments."""
