"""The shop under the picture: as the wire gives it, there is no common form."""

from typing import Any

from douyinbot.events import Event, Shopping
from douyinbot.webcast.decoding import Arrival
from douyinbot.webcast.douyin.people import head
from douyinbot.webcast.pb import douyin_pb2 as pb

__all__ = ["live_ecom", "live_ecom_general", "live_shopping", "product_change"]


def _shopping(m: Any, id: str, at: Arrival, payload: bytes, **data: Any) -> tuple[Event, ...]:
    return (Shopping(*head(m.common, id, at, payload), data=data),)


def product_change(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.ProductChangeMessage.FromString(payload)
    return _shopping(m, id, at, payload, what="products", text=m.update_toast, total=m.total)


def live_shopping(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.LiveShoppingMessage.FromString(payload)
    return _shopping(
        m,
        id,
        at,
        payload,
        what="shopping",
        type=m.msg_type,
        promotion_id=str(m.promotion_id or ""),
        text=m.ecom_notice,
    )


def live_ecom(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.LiveEcomMessage.FromString(payload)
    return _shopping(
        m, id, at, payload, what="purchase", nickname=m.nick_name, count=m.purchase_cnt, text=m.text
    )


def live_ecom_general(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """Anything else of the shop; its content has another form for each type and is left in `raw`."""
    m = pb.LiveEcomGeneralMessage.FromString(payload)
    return _shopping(m, id, at, payload, what="general", type=m.content_type)
