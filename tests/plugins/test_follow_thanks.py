"""Thanks for follows, as a third party would test them."""


async def test_a_follower_is_thanked(bot):
    await bot.load("douyinbot_follow_thanks")
    await bot.emit("follow", user="小红")
    assert await bot.advance("5s") == ["谢谢 小红 的关注"]


async def test_several_are_thanked_in_one_line(bot):
    await bot.load("douyinbot_follow_thanks", max_names=2)
    for name in ("小红", "小明", "小刚"):
        await bot.emit("follow", user=name)
    assert await bot.advance("5s") == ["谢谢 小红、小明 等3位 的关注"]


async def test_following_again_and_again_is_thanked_once_a_day(bot):
    await bot.load("douyinbot_follow_thanks")
    said = []
    for _ in range(3):
        await bot.emit("follow", user="小红")
        said += await bot.advance("5s")
    assert said == ["谢谢 小红 的关注"]
    await bot.advance("5h")  # the next day has begun
    await bot.emit("follow", user="小红")
    assert await bot.advance("5s") == ["谢谢 小红 的关注"]


async def test_old_follows_are_not_thanked(bot):
    await bot.load("douyinbot_follow_thanks")
    await bot.emit("follow", user="小红", history=True)
    assert await bot.advance("5s") == []
