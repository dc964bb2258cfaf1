"""The shop under the picture: the wire's own values in a plain dictionary."""

from typing import Any

import pytest
from google.protobuf.message import Message

from douyinbot.events import Shopping
from douyinbot.webcast.pb import douyin_pb2 as pb
from tests.webcast.douyin.messages import only

CASES: list[tuple[Message, dict[str, Any]]] = [
    (
        pb.ProductChangeMessage(update_toast="主播上架了新商品", total=12),
        {"what": "products", "text": "主播上架了新商品", "total": 12},
    ),
    (pb.ProductChangeMessage(), {"what": "products", "text": "", "total": 0}),
    (
        pb.LiveShoppingMessage(msg_type=2, promotion_id=3_630_000_000_000_000_001, ecom_notice="讲解中"),
        {"what": "shopping", "type": 2, "promotion_id": "3630000000000000001", "text": "讲解中"},
    ),
    (pb.LiveShoppingMessage(), {"what": "shopping", "type": 0, "promotion_id": "", "text": ""}),
    (
        pb.LiveEcomMessage(msg_type=1, nick_name="小***", purchase_cnt=3, text="正在去购买"),
        {"what": "purchase", "nickname": "小***", "count": 3, "text": "正在去购买"},
    ),
    (pb.LiveEcomMessage(), {"what": "purchase", "nickname": "", "count": 0, "text": ""}),
    (pb.LiveEcomGeneralMessage(content_type="flash_sale"), {"what": "general", "type": "flash_sale"}),
]


@pytest.mark.parametrize(("message", "data"), CASES)
def test_shopping_has_the_values_of_the_wire(message: Message, data: dict[str, Any]) -> None:
    event = only(message)
    assert isinstance(event, Shopping)
    assert event.data == data
    assert (event.user, event.raw) == (None, message.SerializeToString())
    assert event.to_dict()["data"] == data
