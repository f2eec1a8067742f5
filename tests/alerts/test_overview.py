from alerts.digest import Past, compose
from alerts.overview import MOST, Count, rising
from storage.tallies import Tally
from tests.alerts.sample import AI, ARTICLES, DATA, article, empty_digest, entity


def mentions(**counts):
    return [(f"{key}-{n}", key, key.upper()) for key, count in counts.items() for n in range(count)]


def test_only_what_has_more_stories_than_before_rises():
    found = rising(mentions(a=3, b=3, c=2), {"a": 1, "b": 3, "c": 9})
    assert found == (Count("A", 3, 1),)


def test_once_is_no_rise():
    assert rising(mentions(a=1), {}) == ()


def test_clearest_rise_comes_first():
    found = rising(mentions(big=24, small=5), {"big": 20, "small": 1})
    assert [count.name for count in found] == ["SMALL", "BIG"]


def test_without_a_period_before_the_most_frequent_are_given():
    assert rising(mentions(a=2, b=5), None) == (Count("B", 5), Count("A", 2))


def test_story_counts_once_for_a_topic():
    assert rising([("s", "a", "A"), ("s", "a", "A"), ("t", "a", "A")], {}) == (Count("A", 2, 0),)


def test_no_more_are_named_than_fit():
    assert len(rising(mentions(**{f"k{n}": 5 for n in range(30)}), {})) == MOST


def test_digest_counts_stories_and_outlets_of_all_articles():
    overview = compose(ARTICLES, empty_digest()).overview
    assert (overview.stories, overview.outlets, overview.before) == (3, 4, None)


def test_stories_left_out_of_the_digest_count_too():
    digest = compose([article(n) for n in range(12)], empty_digest(), limit=5)
    assert digest.overview.stories == 12


def test_digest_is_held_against_the_period_before():
    ward = entity("Phường Mẫu", "place", 1)
    news = [article(n, topics=(AI, DATA), entities=(ward,)) for n in range(3)]
    past = Past(tally=Tally(4, {"ai": 1, "du-lieu": 3}, {ward.id: 2}))
    overview = compose(news, empty_digest(), past=past).overview
    assert (overview.before, overview.most) == (4, 3)
    assert overview.topics == (Count(AI.name, 3, 1),)
    assert overview.names == (Count("Phường Mẫu", 3, 2),)


def test_names_do_not_rise_where_nothing_is_known_of_before():
    ward = entity("Phường Mẫu", "place", 1)
    overview = compose([article(n, entities=(ward,)) for n in range(3)], empty_digest()).overview
    assert overview.names == ()


def test_topics_of_copies_do_not_count():
    news = [article(1, topics=(AI,)), article(2, topics=(AI,), status="near_duplicate")]
    assert compose(news, empty_digest()).overview.topics == ()
