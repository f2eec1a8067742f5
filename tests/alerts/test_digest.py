from datetime import timedelta
from zoneinfo import ZoneInfo

from alerts.digest import Past, compose, rfc3339
from storage.revisions import Edit
from tests.alerts.sample import AI, ARTICLES, FROM, SEEN, TO, article, empty_digest, entity

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")


def ids(digest):
    return [entry.headline.id for entry in digest.entries]


def test_copies_of_a_story_are_one_entry():
    digest = compose(ARTICLES[:3], empty_digest())
    assert len(digest.entries) == 1
    assert digest.entries[0].also_in == ("Nhật Báo Ví Dụ", "Tin Thử")


def test_original_is_told_even_when_a_copy_is_older():
    copy = article(2, status="near_duplicate", story="7", published_at=SEEN - timedelta(days=1))
    original = article(1, story="7")
    assert ids(compose([copy, original], empty_digest())) == ["1"]


def test_earliest_of_several_originals_is_told():
    late, early = article(1, story="7"), article(2, story="7", source="tinthu")
    digest = compose([late, early], empty_digest())
    assert ids(digest) == ["2"]
    assert digest.entries[0].also_in == ("Báo Mẫu",)


def test_widest_carried_story_comes_first_then_the_newest():
    single_old, single_new = article(9), article(1)
    carried = [article(5, story="7"), article(6, story="7", source="tinthu")]
    digest = compose([single_old, single_new, *carried], empty_digest())
    assert ids(digest) == ["6", "1", "9"]


def test_order_does_not_depend_on_the_order_given():
    forwards = compose(ARTICLES, empty_digest())
    backwards = compose(reversed(ARTICLES), empty_digest())
    assert forwards == backwards


def test_article_given_twice_is_told_once():
    digest = compose([article(1), article(1)], empty_digest())
    assert len(digest.entries[0].articles) == 1


def test_same_outlet_twice_is_not_named_as_another():
    digest = compose([article(1, story="7"), article(2, story="7")], empty_digest())
    assert digest.entries[0].also_in == ()


def test_stories_past_the_limit_are_counted():
    digest = compose([article(number) for number in range(12)], empty_digest(), limit=5)
    assert (len(digest.entries), digest.omitted) == (5, 7)


def test_nothing_new_is_an_empty_digest():
    assert compose([], empty_digest()) == empty_digest()


def test_article_known_before_the_period_is_marked_as_revised():
    old = article(1, first_seen_at=FROM - timedelta(hours=1), revised_at=TO - timedelta(hours=1))
    assert compose([old], empty_digest()).entries[0].revised


def test_article_first_seen_in_the_period_is_news_even_if_revised_since():
    fresh = article(1, revised_at=TO - timedelta(minutes=1))
    assert not compose([fresh], empty_digest()).entries[0].revised


def test_revision_told_before_does_not_mark_a_story_again():
    told = article(1, first_seen_at=FROM - timedelta(hours=9), revised_at=FROM - timedelta(hours=8))
    copy = article(2, story=told.story, source="tinthu", status="near_duplicate")
    assert not compose([told, copy], empty_digest()).entries[0].revised


def test_time_falls_back_to_when_it_was_first_seen():
    assert article(1, published_at=None).time == SEEN


def test_article_object_has_the_fields_of_the_contract():
    found = article(1, topics=(AI,), entities=(entity("Phường Mẫu", "place", 1),)).as_json(SAIGON)
    assert " ".join(found) == (
        "id url canonical_url source title lead authors image published_at first_seen_at "
        "revised_at language content_hash relevance status duplicate_of seed similarity story "
        "topics entities"
    )
    assert found["topics"] == [
        {"slug": "ai", "name": "Trí tuệ nhân tạo", "score": 0.91, "evidence": []}
    ]
    assert found["entities"][0]["mentions"] == [{"text": "Phường Mẫu", "start": 0, "end": 10}]


def test_times_carry_the_offset_of_the_zone():
    assert rfc3339(SEEN, SAIGON) == "2025-11-28T06:30:00+07:00"
    assert rfc3339(None, SAIGON) is None


def test_digest_object_tells_period_and_stories():
    found = compose(ARTICLES[:2], empty_digest()).as_json()
    assert found["period"] == {
        "from": "2025-11-27T07:00:00+07:00",
        "to": "2025-11-28T07:00:00+07:00",
    }
    assert found["subscription"] == "sub-1"
    assert [len(story["articles"]) for story in found["stories"]] == [2]


def test_what_changed_is_told_with_the_story():
    old = article(1, first_seen_at=FROM - timedelta(hours=1), revised_at=TO - timedelta(hours=1))
    past = Past(edits={"1": Edit(title="Tít cũ"), "77": Edit()})
    assert compose([old], empty_digest(), past=past).entries[0].edits == {"1": Edit(title="Tít cũ")}


def test_revised_text_of_a_told_story_is_no_further_piece():
    old = article(1, first_seen_at=FROM - timedelta(hours=1), revised_at=TO - timedelta(hours=1))
    fresh = article(2)
    digest = compose([old, fresh], empty_digest(), past=Past(told={old.story, fresh.story}))
    marks = {entry.story: (entry.revised, entry.further) for entry in digest.entries}
    assert marks == {old.story: (True, False), fresh.story: (False, True)}
