from alerts.digest import compose
from alerts.sections import main_topic, sections
from tests.alerts.sample import AI, CITY, DATA, GOVERNMENT, OUTLETS, article, empty_digest


def story(number, topic=None, outlets=1):
    """An article and its copies, each in another outlet."""
    names = list(OUTLETS)[:outlets]
    return [
        article(
            100 * number + n,
            source=source,
            story=str(number),
            topics=(topic,) if topic else (),
            status="near_duplicate" if n else "new",
        )
        for n, source in enumerate(names)
    ]


def grouped(*stories):
    digest = compose([each for one in stories for each in one], empty_digest())
    return [
        (section.kind, section.name, [int(entry.story) for entry in section.entries])
        for section in sections(digest.entries)
    ]


def test_stories_of_a_topic_stand_under_its_name():
    assert grouped(story(1, AI), story(2, DATA), story(3, AI)) == [
        ("topic", AI.name, [1, 3]),
        ("topic", DATA.name, [2]),
    ]


def test_topic_of_the_most_widely_carried_story_comes_first():
    assert grouped(story(1, AI), story(2, DATA, outlets=2), story(3, AI))[0][1] == DATA.name


def test_stories_without_a_topic_come_last():
    assert grouped(story(1), story(2, DATA), story(3, AI))[-1] == ("rest", "", [1])


def test_one_or_two_stories_need_no_headings():
    assert grouped(story(1, AI), story(2, DATA)) == [("none", "", [1, 2])]


def test_nothing_has_no_sections():
    assert grouped() == []


def test_what_many_outlets_carry_stands_on_top_of_a_long_digest():
    wide = [story(n, AI, outlets=3) for n in (1, 2)]
    found = grouped(*wide, *[story(n, DATA) for n in range(3, 10)])
    assert found[0] == ("top", "", [1, 2])
    assert [name for _, name, _ in found] == ["", DATA.name]


def test_at_most_three_stories_stand_on_top():
    found = grouped(*[story(n, AI, outlets=4) for n in range(9)])
    assert [(kind, len(stories)) for kind, _, stories in found] == [("top", 3), ("topic", 6)]


def test_no_story_is_lost_or_told_twice():
    topics = (AI, DATA, GOVERNMENT, CITY, None)
    found = grouped(*[story(n, topics[n % 5], outlets=1 + n % 4) for n in range(40)])
    assert sorted(each for _, _, stories in found for each in stories) == list(range(40))


def test_main_topic_is_what_all_pieces_together_are_most_on():
    pieces = [
        article(1, story="7", topics=(AI,)),
        article(2, story="7", source="tinthu", topics=(DATA,)),
        article(3, story="7", source="nhatbao", topics=(DATA,)),
    ]
    (entry,) = compose(pieces, empty_digest()).entries
    assert main_topic(entry) == DATA
