"""The only mouth of an account: pace, order, repetition, approval, and a receipt for every line."""

from douyinbot.outbox.bucket import TokenBucket
from douyinbot.outbox.lines import Awaiting, Line, Priority, State
from douyinbot.outbox.outbox import Outbox
from douyinbot.outbox.receipt import Receipt
from douyinbot.outbox.sender import Sender
from douyinbot.outbox.split import split

__all__ = ["Awaiting", "Line", "Outbox", "Priority", "Receipt", "Sender", "State", "TokenBucket", "split"]
