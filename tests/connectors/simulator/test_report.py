"""The report keeps the newest and stays bounded."""

import json

from douyinbot.connectors.simulator import ChatLine, Report
from douyinbot.connectors.simulator.report import KEPT


def test_lists_are_bounded_and_keep_the_newest() -> None:
    report = Report()
    for number in range(KEPT + 5):
        report.violate(str(number))
        report.refuse(str(number))
    assert len(report.violations) == len(report.refusals) == KEPT
    assert report.violations[-1] == str(KEPT + 4)


def test_a_report_can_be_written_as_json() -> None:
    report = Report()
    report.heartbeat_gaps.append(1.5)
    report.heard(ChatLine(room="abc", account_id="1", text="hi", answer="ok"))
    plain = json.loads(json.dumps(report.to_dict()))
    assert plain["chat_lines"][0]["text"] == "hi"
    assert plain["heartbeat_gaps"] == [1.5]
