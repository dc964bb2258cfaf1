from douyinbot.outbox.duplicates import Duplicates


def test_a_text_is_known_for_as_long_as_the_window():
    duplicates = Duplicates(60)
    duplicates.said("main", "hi", 100)
    assert duplicates.since("main", "hi", 103.5) == 3.5
    assert duplicates.since("main", "hi", 160) is None


def test_rooms_and_texts_are_apart():
    duplicates = Duplicates(60)
    duplicates.said("main", "hi", 0)
    assert duplicates.since("other", "hi", 0) is None
    assert duplicates.since("main", "ho", 0) is None


def test_saying_it_again_begins_anew_and_old_texts_go():
    duplicates = Duplicates(60)
    duplicates.said("main", "a", 0)
    duplicates.said("main", "b", 30)
    duplicates.said("main", "a", 50)
    assert duplicates.since("main", "a", 100) == 50
    assert duplicates.since("main", "b", 100) is None
    assert len(duplicates._said) == 1


def test_no_window_remembers_nothing():
    duplicates = Duplicates(0)
    duplicates.said("main", "hi", 5)
    assert duplicates.since("main", "hi", 5) is None
