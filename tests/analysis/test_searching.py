from analysis.searching import searchable, words


def test_words_are_bare_and_one_space_apart():
    assert words("  “Nghị quyết 57-NQ/TW”,\nĐô thị_số… ") == "nghi quyet 57 nq tw do thi so"


def test_fields_are_parted_by_a_border_that_is_in_no_word():
    assert searchable("Số | hóa", "", "Bài.") == " so hoa |  | bai "
