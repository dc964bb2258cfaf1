"""Douyin's messages: one small function for each, and the table that says which method it belongs to.

To support a further message: its event in douyinbot/events, one function in the file of its subject here (and
its fields in proto/douyinbot/webcast/pb/douyin.proto), one row in TABLE, one fixture in tests/webcast/douyin.
"""

from douyinbot.webcast.decoding import Row, both_spellings
from douyinbot.webcast.douyin.battles import armies, battle, battle_finish, link_mic
from douyinbot.webcast.douyin.chat import (
    audio_chat,
    chat,
    deleted,
    emoji_chat,
    privilege_screen_chat,
    screen_chat,
)
from douyinbot.webcast.douyin.gifts import binding_gift, gift, light_gift
from douyinbot.webcast.douyin.packets import (
    lottery,
    lottery_drawn,
    lottery_event,
    lucky_box,
    lucky_box_end,
    lucky_box_reward,
    lucky_money,
    lucky_money_common,
)
from douyinbot.webcast.douyin.people import MASKED_ID, user_from
from douyinbot.webcast.douyin.room import (
    control,
    data_sync,
    hot_chat,
    intro,
    notify,
    question,
    room_message,
    room_rank,
    room_stats,
    room_user_seq,
    toast,
)
from douyinbot.webcast.douyin.shop import live_ecom, live_shopping, product_change
from douyinbot.webcast.douyin.viewers import fans_club, like, member, social

__all__ = ["MASKED_ID", "TABLE", "user_from"]

_CHAT, _GIFT, _ENVELOPE, _NOTICE = (frozenset({k}) for k in ("chat", "gift", "envelope", "room_notice"))
_SHOPPING, _ARMIES = frozenset({"shopping"}), frozenset({"link_mic_armies"})

TABLE = both_spellings(
    {
        "ChatMessage": Row(chat, _CHAT),
        "AudioChatMessage": Row(audio_chat, _CHAT),
        "ScreenChatMessage": Row(screen_chat, _CHAT),
        "PrivilegeScreenChatMessage": Row(privilege_screen_chat, _CHAT),
        "EmojiChatMessage": Row(emoji_chat, frozenset({"emote"})),
        "ImDeleteMessage": Row(deleted, frozenset({"deleted"})),
        "GiftMessage": Row(gift, _GIFT),
        "BindingGiftMessage": Row(binding_gift, _GIFT),
        "LightGiftMessage": Row(light_gift, _GIFT),
        "LikeMessage": Row(like, frozenset({"like"})),
        "MemberMessage": Row(member, frozenset({"member"})),
        "SocialMessage": Row(social, frozenset({"social", "follow", "share"})),
        "FansclubMessage": Row(fans_club, frozenset({"fans_club"})),
        "RoomUserSeqMessage": Row(room_user_seq, frozenset({"room_user"})),
        "RoomStatsMessage": Row(room_stats, frozenset({"room_user"})),
        "RoomRankMessage": Row(room_rank, frozenset({"rank"})),
        "ControlMessage": Row(control, frozenset({"stream_paused", "stream_resumed", "stream_end"})),
        "RoomMessage": Row(room_message, _NOTICE),
        "RoomNotifyMessage": Row(notify, _NOTICE),
        "ToastMessage": Row(toast, _NOTICE),
        "HotChatMessage": Row(hot_chat, _NOTICE),
        "RoomIntroMessage": Row(intro, frozenset({"live_intro"})),
        "RoomAnswerQuestionMessage": Row(question, frozenset({"question"})),
        "RoomDataSyncMessage": Row(data_sync, frozenset({"envelope", "unknown"})),
        "LuckyBoxMessage": Row(lucky_box, _ENVELOPE),
        "LuckyBoxRewardMessage": Row(lucky_box_reward, _ENVELOPE),
        "LuckyBoxEndMessage": Row(lucky_box_end, _ENVELOPE),
        "LuckyMoneyMessage": Row(lucky_money, _ENVELOPE),
        "CommonLuckyMoneyMessage": Row(lucky_money_common, _ENVELOPE),
        "LotteryEventNewMessage": Row(lottery, _ENVELOPE),
        "LotteryEventMessage": Row(lottery_event, _ENVELOPE),
        "LotteryDrawResultEventMessage": Row(lottery_drawn, _ENVELOPE),
        "LinkMicBattleMethod": Row(battle, frozenset({"link_mic_battle"})),
        "LinkMicBattleFinishMethod": Row(battle_finish, _ARMIES | {"link_mic_battle"}),
        "LinkMicArmiesMethod": Row(armies, _ARMIES),
        "LinkMicMethod": Row(link_mic, frozenset({"link_mic_armies", "unknown"})),
        "ProductChangeMessage": Row(product_change, _SHOPPING),
        "LiveShoppingMessage": Row(live_shopping, _SHOPPING),
        "LiveEcomMessage": Row(live_ecom, _SHOPPING),
    }
)
"""Every method that gives an event; all others become `Unknown`. docs/protocol.md lists both."""
