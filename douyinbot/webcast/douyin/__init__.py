"""Douyin's messages: one small function for each, and the table that says which method it belongs to.

To support a further message: its event in douyinbot/events, one function in the file of its subject here (and
its fields in proto/douyinbot/webcast/pb/douyin.proto), one row in TABLE, one fixture in tests/webcast/douyin.
"""

from douyinbot.webcast.decoding import Row, both_spellings
from douyinbot.webcast.douyin import battles, chat, gifts, links, notices, packets, ranks, room, shop, viewers
from douyinbot.webcast.douyin.people import MASKED_ID, user_from

__all__ = ["MASKED_ID", "TABLE", "user_from"]

_CHAT, _EMOTE, _GIFT, _ENVELOPE = (frozenset({k}) for k in ("chat", "emote", "gift", "envelope"))
_NOTICE, _RANK, _SHOPPING = (frozenset({k}) for k in ("room_notice", "rank", "shopping"))
_BATTLE, _ARMIES, _GUESTS = (frozenset({f"link_mic_{k}"}) for k in ("battle", "armies", "guests"))
_ROOM_USER, _UNKNOWN = frozenset({"room_user"}), frozenset({"unknown"})

TABLE = both_spellings(
    {
        "ChatMessage": Row(chat.chat, _CHAT),
        "AudioChatMessage": Row(chat.audio_chat, _CHAT),
        "ScreenChatMessage": Row(chat.screen_chat, _CHAT),
        "PrivilegeScreenChatMessage": Row(chat.privilege_screen_chat, _CHAT),
        "EmojiChatMessage": Row(chat.emoji_chat, _EMOTE),
        "LinkMicSendEmojiMessage": Row(chat.link_emoji, _EMOTE),
        "ImDeleteMessage": Row(chat.deleted, frozenset({"deleted"})),
        "GiftMessage": Row(gifts.gift, _GIFT),
        "BindingGiftMessage": Row(gifts.binding_gift, _GIFT),
        "LightGiftMessage": Row(gifts.light_gift, _GIFT),
        "FreeCellGiftMessage": Row(gifts.free_cell_gift, _GIFT),
        "LikeMessage": Row(viewers.like, frozenset({"like"})),
        "MemberMessage": Row(viewers.member, frozenset({"member"})),
        "SocialMessage": Row(viewers.social, frozenset({"social", "follow", "share"})),
        "FansclubMessage": Row(viewers.fans_club, frozenset({"fans_club"})),
        "RoomUserSeqMessage": Row(room.room_user_seq, _ROOM_USER),
        "RoomStatsMessage": Row(room.room_stats, _ROOM_USER),
        "ControlMessage": Row(room.control, frozenset({"stream_paused", "stream_resumed", "stream_end"})),
        "RoomIntroMessage": Row(room.intro, frozenset({"live_intro"})),
        "RoomAnswerQuestionMessage": Row(room.question, frozenset({"question"})),
        "RoomDataSyncMessage": Row(room.data_sync, _ENVELOPE | _GUESTS | _UNKNOWN),
        "RoomMessage": Row(notices.room_message, _NOTICE),
        "RoomNotifyMessage": Row(notices.notify, _NOTICE),
        "ToastMessage": Row(notices.toast, _NOTICE),
        "CommonTextMessage": Row(notices.common_text, _NOTICE),
        "NotifyEffectMessage": Row(notices.effect, _NOTICE),
        "InRoomBannerMessage": Row(notices.banner, _NOTICE),
        "HotChatMessage": Row(notices.hot_chat, _NOTICE),
        "HighlightComment": Row(notices.highlight, _NOTICE),
        "AIAutoReplyMessage": Row(notices.ai_reply, _NOTICE),
        "ExhibitionChatMessage": Row(notices.exhibition, _NOTICE),
        "RoomVerifyMessage": Row(notices.verify, _NOTICE),
        "RoomManageMessage": Row(notices.manage, _NOTICE),
        "QuizStartMessage": Row(notices.quiz_start, _NOTICE),
        "RoomRankMessage": Row(ranks.room_rank, _RANK),
        "RankListAwardMessage": Row(ranks.award, _RANK),
        "UpdateFanTicketMessage": Row(ranks.gift_score, _RANK),
        "LinkerContributeMessage": Row(ranks.guest_score, _RANK),
        "QuizBetMessage": Row(ranks.quiz_bet, _RANK),
        "LuckyBoxMessage": Row(packets.lucky_box, _ENVELOPE),
        "LuckyBoxRewardMessage": Row(packets.lucky_box_reward, _ENVELOPE),
        "LuckyBoxEndMessage": Row(packets.lucky_box_end, _ENVELOPE),
        "LuckyMoneyMessage": Row(packets.lucky_money, _ENVELOPE),
        "CommonLuckyMoneyMessage": Row(packets.lucky_money_common, _ENVELOPE),
        "LotteryEventNewMessage": Row(packets.lottery, _ENVELOPE),
        "LotteryEventMessage": Row(packets.lottery_event, _ENVELOPE),
        "LotteryCandidateEventMessage": Row(packets.lottery_candidate, _ENVELOPE),
        "LotteryDrawResultEventMessage": Row(packets.lottery_drawn, _ENVELOPE),
        "LotteryBurstMessage": Row(packets.lottery_burst, _ENVELOPE),
        "LinkMicBattleMethod": Row(battles.battle, _BATTLE),
        "LinkMicBattleFinishMethod": Row(battles.battle_finish, _ARMIES | _BATTLE, once=True),
        "BattleEndPunishMessage": Row(battles.punishment_end, _BATTLE),
        "LinkMicArmiesMethod": Row(battles.armies, _ARMIES),
        "LinkMicMethod": Row(battles.link_mic, _ARMIES | _UNKNOWN),
        "LinkMessage": Row(links.link, _GUESTS | _UNKNOWN),
        "AnchorLinkmicSilenceMessage": Row(links.silence, _GUESTS),
        "GroupLiveMemberChangeMessage": Row(links.group, _GUESTS),
        "ProductChangeMessage": Row(shop.product_change, _SHOPPING),
        "LiveShoppingMessage": Row(shop.live_shopping, _SHOPPING),
        "LiveEcomMessage": Row(shop.live_ecom, _SHOPPING),
        "LiveEcomGeneralMessage": Row(shop.live_ecom_general, _SHOPPING),
    }
)
"""Every method that gives an event; all others become `Unknown`. docs/protocol.md lists both."""
