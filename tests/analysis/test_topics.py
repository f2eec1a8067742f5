import pytest

from analysis.errors import VocabularyError
from analysis.judge import judge
from analysis.topics import MOST_TOPICS, topics
from tests.analysis.articles import BODY

CASES = {
    "chinh-quyen-so": "Phường ở TP.HCM trả hồ sơ qua dịch vụ công trực tuyến",
    "do-thi-thong-minh": "TP.HCM mở trung tâm điều hành đô thị thông minh",
    "kinh-te-so": "TP.HCM giúp hộ kinh doanh lên sàn thương mại điện tử",
    "xa-hoi-so": "TP.HCM xây dựng xã hội số, mỗi người là một công dân số",
    "du-lieu": "TP.HCM mở kho dữ liệu dùng chung",
    "ai": "TP.HCM dùng trí tuệ nhân tạo đọc hồ sơ",
    "ha-tang-so": "TP.HCM có thêm trung tâm dữ liệu và mạng 5G",
    "an-toan-thong-tin": "TP.HCM diễn tập an ninh mạng",
    "khoi-nghiep": "TP.HCM rót vốn cho startup qua vườn ươm",
    "khcn-doi-moi-sang-tao": "TP.HCM đặt hàng nghiên cứu khoa học công nghệ",
    "nhan-luc-so": "TP.HCM đào tạo nguồn nhân lực bán dẫn",
    "the-che-chinh-sach": "TP.HCM xin cơ chế đặc thù, mở sandbox cho công nghệ mới",
    "hop-tac-quoc-te": "TP.HCM ký kết hợp tác quốc tế với Hàn Quốc về thành phố thông minh",
    "hop-tac-doanh-nghiep": "TP.HCM ký kết thỏa thuận hợp tác với VNPT",
    "tai-chinh-so": "TP.HCM thử fintech ở trung tâm tài chính quốc tế",
    "chuyen-doi-xanh": "TP.HCM gắn chuyển đổi xanh với chuyển đổi số",
    "y-te-so": "Bệnh viện ở TP.HCM dùng bệnh án điện tử",
    "giao-duc-so": "Trường học TP.HCM dùng học bạ số",
    "giao-thong-thong-minh": "TP.HCM lắp đèn tín hiệu giao thông thông minh",
}


def slugs(title, text=""):
    return [tag.slug for tag in judge(title, "", text).topics]


def test_topics_are_those_of_the_contract():
    assert set(topics()) == set(CASES)


@pytest.mark.parametrize(
    ("slug", "title"), [pytest.param(*case, id=case[0]) for case in CASES.items()]
)
def test_title_on_a_topic_gets_it(slug, title):
    assert slug in slugs(title)


def test_every_topic_has_both_names_and_a_definition():
    assert all(t.name("vi") and t.name("en") and t.definition for t in topics().values())
    assert topics()["ai"].name("en") == "Artificial intelligence"


def test_article_may_have_several_topics_best_first():
    tags = judge("TP.HCM dùng AI ở dịch vụ công trực tuyến", "", BODY).topics
    assert len(tags) > 1
    assert [tag.score for tag in tags] == sorted((tag.score for tag in tags), reverse=True)


def test_topics_are_few_even_if_all_are_named():
    assert len(slugs(". ".join(CASES.values()))) == MOST_TOPICS


def test_title_without_context_has_no_topic():
    assert slugs("Trường học TP.HCM sơn lại cổng") == []


def test_phrase_of_the_theme_needs_no_context():
    assert slugs("Xã đảo hội chẩn từ xa") == ["y-te-so"]


def test_topic_gives_its_phrases_of_the_theme_with_their_group():
    assert topics()["y-te-so"].theme["bệnh án điện tử"] == "medium"


def test_phrase_inside_an_exclusion_does_not_count():
    assert "du-lieu" not in slugs("TP.HCM xây trung tâm dữ liệu")


def test_longer_text_touches_upon_more_without_being_about_it():
    summary = "Phường mở kho dữ liệu dùng chung, rà soát số liệu. Phường ký kết hợp tác."
    longer = summary + " Sáng nay trời nắng, người dân trong phường đi chợ như mọi ngày." * 12
    title = "TP.HCM mở kho dữ liệu dùng chung"
    scores = [
        {tag.slug: tag.score for tag in judge(title, "", text).topics} for text in (summary, longer)
    ]
    assert scores[0]["hop-tac-doanh-nghiep"] > scores[1].get("hop-tac-doanh-nghiep", 0)
    assert scores[0]["du-lieu"] == scores[1]["du-lieu"]


def test_short_word_of_a_field_says_less_than_a_phrase_that_tells_it():
    lead = "TP.HCM mở trang dữ liệu cho {}."
    scores = [
        {tag.slug: tag.score for tag in judge("TP.HCM mở kho dữ liệu", lead.format(who), "").topics}
        for who in ("sinh viên", "sinh viên học trực tuyến")
    ]
    assert scores[0].get("giao-duc-so", 0) < scores[1]["giao-duc-so"]


def test_question_word_is_not_artificial_intelligence():
    assert "ai" not in slugs("Ai được dùng ứng dụng công nghệ ở TP.HCM?")


def test_shouted_title_does_not_name_artificial_intelligence():
    assert "ai" not in slugs("AI ĐƯỢC NHẬN QUÀ Ở TP.HCM?")


def test_evidence_is_where_it_says():
    title = "TP.HCM dùng trí tuệ nhân tạo đọc hồ sơ"
    tag = next(tag for tag in judge(title, "", BODY).topics if tag.slug == "ai")
    first = tag.evidence[0]
    assert (first.field, title[first.start : first.end]) == ("title", "trí tuệ nhân tạo")


def test_new_topic_is_one_file(tmp_path):
    (tmp_path / "bien-dao.toml").write_text(
        'definition = "Biển"\nminimum = 1\n[name]\nvi = "Biển đảo"\nen = "Sea"\n'
        '[[phrases]]\nweight = 1.0\nof = "biển đảo | đại dương"\n'
    )
    assert topics(tmp_path)["bien-dao"].vi == "Biển đảo"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param("definition = ", "bad.toml", id="no TOML"),
        pytest.param('[name]\nvi = "A"\n', "bad.toml: phrases", id="no phrases"),
        pytest.param(
            '[name]\nvi = "A"\nen = ""\n[[phrases]]\nweight = 1\nof = "a"\n',
            "name: en",
            id="empty name",
        ),
        pytest.param('[[phrases]]\nweight = "x"\nof = "a"\n', "weight", id="weight no number"),
        pytest.param("[[phrases]]\nweight = 1\nof = [3]\n", "of", id="phrases no text"),
    ],
)
def test_bad_topic_file_is_named_with_its_key(tmp_path, content, named):
    (tmp_path / "bad.toml").write_text(
        content if "[name]" in content else content + '[name]\nvi = "A"\n'
    )
    with pytest.raises(VocabularyError, match=named):
        topics(tmp_path)


def test_folder_without_topics_is_an_error(tmp_path):
    with pytest.raises(VocabularyError, match="no topic files"):
        topics(tmp_path)
