"""Lines of a page that are no part of what it tells: counters, clocks, buttons, invitations."""

import re

from analysis.text import fold, paragraphs

_LONGEST = 160
_COUNTED = r"(?:lượt (?:xem|đọc|thích|chia sẻ|nghe)|bình luận|phản hồi|ý kiến|views?|comments?|likes?|shares?)"
_NUMBER = r"[\d.,]+\s?[km]?"
_AGO = r"(?:\d+ (?:giây|phút|giờ|ngày|tuần|tháng) trước|vừa xong|\d+ (?:second|minute|hour|day)s? ago)"
_MOMENT = r"(?:(?:lúc|ngày|thứ \w+|at|on)[ ,]*)*[\d:/.,h\- ]*\d[\d:/.,h\- ]*(?:\(?gmt ?\+\d+\)?)?"
_LINE = re.compile(
    rf"(?:{_NUMBER}\s*{_COUNTED}|{_COUNTED}\s*[:(]?\s*{_NUMBER}\s*\)?)"
    rf"|(?:đã )?(?:cập nhật|đăng|xuất bản|updated|posted)?(?: lần cuối)?\s*:?\s*(?:{_AGO}|{_MOMENT})"
    r"|(?:chia sẻ|lưu bài(?: viết)?|in bài(?: viết)?|gửi bình luận|xem bình luận|bình luận|copy link"
    r"|sao chép liên kết|nghe đọc bài|quảng cáo|advertisement|share|print|theo dõi|zalo|facebook"
    r"|twitter|trở lại|về trang chủ)"
    r"|(?:mời |hãy |vui lòng )?(?:\w+ ){0,4}(?:theo dõi|đăng nhập|đăng ký|tải|quét mã|cài đặt|tham gia)\b"
    r".*(?:google news|zalo|facebook|youtube|telegram|tiktok|ứng dụng|app\b|bản tin|để bình luận).*"
)


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
    return all(not part or _LINE.fullmatch(part) for part in parts)
