"""Acknowledgements and heartbeats of one socket, told the time by hand."""

from douyinbot.connectors.simulator.delivery import Delivery, Limits

LIMITS = Limits(resend_after=3, resend_times=2, silence=20)


def test_an_acknowledged_frame_is_not_sent_again() -> None:
    delivery = Delivery(0, LIMITS)
    delivery.sent(1, b"frame", "ext", 0)
    assert delivery.deadline == 3
    assert delivery.acknowledged(1, "ext") == ""
    assert delivery.overdue(10) == []
    assert delivery.deadline == 20


def test_an_unacknowledged_frame_is_sent_again_and_given_up_at_last() -> None:
    delivery = Delivery(0, LIMITS)
    delivery.sent(1, b"frame", "ext", 0)
    assert delivery.overdue(2.9) == []
    for now in (3, 6):
        (frame,) = delivery.overdue(now)
        assert (frame.data, delivery.given_up(frame)) == (b"frame", False)
    (frame,) = delivery.overdue(9)
    assert delivery.given_up(frame)
    assert delivery.overdue(99) == []
    assert delivery.acknowledged(1, "ext") == ""  # late, but right


def test_wrong_acknowledgements_are_told() -> None:
    delivery = Delivery(0, LIMITS)
    delivery.sent(1, b"frame", "ext", 0)
    assert "another internal_ext" in delivery.acknowledged(1, "other")
    assert "never sent" in delivery.acknowledged(2, "ext")


def test_a_damaged_frame_may_be_acknowledged_or_not() -> None:
    delivery = Delivery(0, LIMITS)
    delivery.excused(5)
    assert delivery.acknowledged(5, "whatever") == ""
    assert delivery.overdue(99) == []


def test_only_so_many_frames_wait() -> None:
    delivery = Delivery(0, LIMITS)
    for log_id in range(5 * Delivery.WAITING):
        delivery.sent(log_id, b"", "", 0)
    late = delivery.overdue(3)
    assert len(late) == Delivery.WAITING
    assert late[-1].log_id == 5 * Delivery.WAITING - 1
    assert "never sent" in delivery.acknowledged(0, "")  # forgotten: the memory is bounded


def test_a_line_without_heartbeats_is_silent() -> None:
    delivery = Delivery(100, LIMITS)
    assert delivery.heartbeat(110) == 10
    assert not delivery.is_silent(129.9)
    assert delivery.deadline == 130
    assert delivery.is_silent(130)
