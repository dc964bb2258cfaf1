"""TikTok's messages: one small function for each, and the table that says which method it belongs to.

To support a further message: its event in douyinbot/events, one function in the file of its subject here (and
its fields in proto/douyinbot/webcast/pb/tiktok.proto), one row in TABLE, one fixture in tests/webcast/tiktok.

Whoever drives a room gives a `Session` the pieces: `Session(Decoder(TABLE, room=..., platform="tiktok"),
dialect=modern(room_id, enter_id))`.
"""

from douyinbot.webcast.decoding import Row, both_spellings
from douyinbot.webcast.tiktok.battles import armies, battle, guest_score, guest_scores
from douyinbot.webcast.tiktok.chat import chat, deleted, emote_chat, pinned, question
from douyinbot.webcast.tiktok.dialect import LEGACY, modern, parse_fetch_result
from douyinbot.webcast.tiktok.gifts import gift
from douyinbot.webcast.tiktok.people import user_from
from douyinbot.webcast.tiktok.room import (
    banner,
    control,
    envelope,
    hourly_rank,
    intro,
    rank_text,
    rank_update,
    room_message,
    user_seq,
)
from douyinbot.webcast.tiktok.stage import caption, goal, poll, shopping
from douyinbot.webcast.tiktok.viewers import barrage, like, member, social, subscribed

__all__ = ["LEGACY", "TABLE", "modern", "parse_fetch_result", "user_from"]

_RANK, _NOTICE = frozenset({"rank"}), frozenset({"room_notice"})

TABLE = both_spellings(
    {
        "ChatMessage": Row(chat, frozenset({"chat"})),
        "EmoteChatMessage": Row(emote_chat, frozenset({"emote"})),
        "QuestionNewMessage": Row(question, frozenset({"question"})),
        "ImDeleteMessage": Row(deleted, frozenset({"deleted"})),
        "RoomPinMessage": Row(pinned, _NOTICE),
        "GiftMessage": Row(gift, frozenset({"gift"})),
        "LikeMessage": Row(like, frozenset({"like"})),
        "MemberMessage": Row(member, frozenset({"member"})),
        "BarrageMessage": Row(barrage, frozenset({"member", "fans_club", "unknown"})),
        "SocialMessage": Row(social, frozenset({"social", "follow", "share"})),
        "SubNotifyMessage": Row(subscribed, frozenset({"subscribe"})),
        "RoomUserSeqMessage": Row(user_seq, frozenset({"room_user"})),
        "ControlMessage": Row(control, frozenset({"stream_paused", "stream_resumed", "stream_end"})),
        "RoomMessage": Row(room_message, _NOTICE | {"fans_club"}),
        "InRoomBannerMessage": Row(banner, _NOTICE),
        "LiveIntroMessage": Row(intro, frozenset({"live_intro"})),
        "EnvelopeMessage": Row(envelope, frozenset({"envelope"})),
        "LinkMicBattle": Row(battle, frozenset({"link_mic_battle"})),
        "LinkMicArmies": Row(armies, frozenset({"link_mic_armies"})),
        "LinkMicFanTicketMethod": Row(guest_scores, _RANK),
        "LinkMicMethod": Row(guest_score, _RANK | {"unknown"}),
        "HourlyRankMessage": Row(hourly_rank, _RANK),
        "RankUpdateMessage": Row(rank_update, _RANK),
        "RankTextMessage": Row(rank_text, _RANK),
        "OecLiveShoppingMessage": Row(shopping, frozenset({"shopping"})),
        "CaptionMessage": Row(caption, _NOTICE),
        "PollMessage": Row(poll, _RANK),
        "GoalUpdateMessage": Row(goal, _RANK),
    }
)
"""Every method that gives an event; all others become `Unknown`. docs/protocol.md lists both."""
