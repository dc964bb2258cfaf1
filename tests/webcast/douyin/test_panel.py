from douyinbot.webcast.douyin.panel import PANEL


def test_every_gift_is_there_once_and_costs_something():
    assert len({gift.id for gift in PANEL}) == len({gift.name for gift in PANEL}) == len(PANEL)
    assert all(gift.price > 0 for gift in PANEL)
    assert {gift.name: gift.price for gift in PANEL}["热气球"] == 520


def test_only_what_is_cheap_can_be_clicked_again_and_again():
    assert max(gift.price for gift in PANEL if gift.combo) < min(
        gift.price for gift in PANEL if not gift.combo
    )
