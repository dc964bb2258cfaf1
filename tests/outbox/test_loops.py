from douyinbot.outbox.loops import LoopBreaker


def test_five_times_in_a_minute_mute_ten_minutes():
    loops = LoopBreaker()
    for now in (0, 10, 20, 30, 40):
        assert not loops.stops("main", "hi", 0, now)
        loops.said("main", "hi", now)
    assert loops.stops("main", "hi", 0, 40)
    assert loops.stops("main", "hi", 0, 639)
    assert not loops.stops("main", "hi", 0, 640)


def test_waiting_lines_count_too():
    loops = LoopBreaker()
    loops.said("main", "hi", 0)
    assert not loops.stops("main", "hi", 3, 1)
    assert loops.stops("main", "hi", 4, 1)


def test_four_times_or_slower_is_no_loop():
    loops = LoopBreaker()
    for now in range(0, 300, 15):
        assert not loops.stops("main", "hi", 0, now)
        loops.said("main", "hi", now)


def test_other_rooms_and_other_texts_are_not_muted():
    loops = LoopBreaker()
    for _ in range(5):
        loops.said("main", "hi", 0)
    assert not loops.stops("other", "hi", 0, 0)
    assert not loops.stops("main", "ho", 0, 0)


def test_what_is_old_is_forgotten():
    loops = LoopBreaker()
    for now in range(1000):
        loops.said("main", f"text {now}", now)
    assert len(loops._said) <= 60
