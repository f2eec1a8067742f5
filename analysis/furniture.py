"""Lines of a page that are no part of what it tells: counters, clocks, buttons, invitations."""

import re

from analysis.text import fold, paragraphs

_LONGEST = 160
_NUMBER = r"[\d.,]+\s?[km]?"
_COUNTED = (
    r"(?:lượt (?:xem|đọc|thích|chia sẻ|nghe)|bình luận|phản hồi|ý kiến"
    r"|views?|comments?|likes?|shares?)"
)
_COUNTER = rf"(?:{_NUMBER}\s*{_COUNTED}|{_COUNTED}\s*[:(]?\s*{_NUMBER}\s*\)?)"
_AGO = (
    r"(?:\d+ (?:giây|phút|giờ|ngày|tuần|tháng) trước|vừa xong"
    r"|\d+ (?:second|minute|hour|day)s? ago)"
)
# The word after 'thứ' is taken whole: in parts, 'thứ atatat' could be read in as many ways.
_MOMENT = r"(?:(?:lúc|ngày|thứ \w++|at|on)[ ,]*+)*+[\d:/.,h -]*\d[\d:/.,h -]*(?:\(?gmt ?\+\d+\)?)?"
_CLOCK = (
    r"(?:đã )?(?:cập nhật|đăng|xuất bản|updated|posted)?(?: lần cuối)?\s*:?\s*"
    rf"(?:{_AGO}|{_MOMENT})"
)
_BUTTON = (
    r"(?:chia sẻ|lưu bài(?: viết)?|in bài(?: viết)?|(?:gửi |xem )?bình luận|copy link"
    r"|sao chép liên kết|nghe đọc bài|quảng cáo|advertisement|share|print|theo dõi|zalo|facebook"
    r"|twitter|trở lại|về trang chủ)"
)
_INVITATION = (
    r"(?:mời |hãy |vui lòng )?(?:\w+ ){0,4}"
    r"(?:theo dõi|đăng nhập|đăng ký|tải|quét mã|cài đặt|tham gia)\b.*"
    r"(?:google news|zalo|facebook|youtube|telegram|tiktok|ứng dụng|app\b|bản tin|để bình luận).*"
)
_FURNITURE = re.compile(f"{_COUNTER}|{_CLOCK}|{_BUTTON}|{_INVITATION}")


def without_furniture(text: str) -> str:
    """Leave out, of a text in normal form, the short lines that are only furniture."""
    folded = fold(text)
    return "\n".join(
        text[start:end]
        for start, end in paragraphs(text)
        if not (end - start <= _LONGEST and _is_furniture(folded[start:end]))
    )


def _is_furniture(line: str) -> bool:
    parts = [part.strip(" .•>*") for part in line.split("|")]
    return all(not part or _FURNITURE.fullmatch(part) for part in parts)
