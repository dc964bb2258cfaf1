def test_the_corpus_is_there_for_every_test(hostile_names, hostile_lines):
    assert "{0.__class__}" in hostile_names
    assert "!dice 1e308" in hostile_lines
    assert len(set(hostile_names)) == len(hostile_names)
    assert len(set(hostile_lines)) == len(hostile_lines)
