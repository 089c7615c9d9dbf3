"""What a file is, by its content: what it is called proves nothing."""

from __future__ import annotations

import re

from cpc_pipeline.intake.cells import Refused

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCK_SIZE = 165  # what Excel writes beside an open workbook: the user's name, padded
_LIBREOFFICE_LOCK = re.compile(rb",[^,\n]*,[^,\n]*,\d\d\.\d\d\.\d{4} \d\d:\d\d,file:")
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|script|style|title|div)\b", re.I)
_OLD_EXCEL = re.compile(rb"\x09[\x00\x02\x04][\x04-\x10]\x00")
_TEXT_CONTROLS = {9, 10, 11, 12, 13, 26, 27, 0}
_OTHER = (
    (b"%PDF", "pdf_file"),
    (b"version https://git-lfs", "pointer_file"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "shortcut_file"),
    (b"[InternetShortcut]", "shortcut_file"),
    (b"[Desktop Entry]", "shortcut_file"),
    (b"MIME-Version:", "web_page_file"),
    (b"Rar!", "archive_file"),
    (b"7z\xbc\xaf", "archive_file"),
    (b"\x1f\x8b", "archive_file"),
    (b"BZh", "archive_file"),
    (b"\xfd7zXZ", "archive_file"),
    (b"{\\rtf", "other_document_file"),
    (b"\x89PNG", "picture_file"),
    (b"\xff\xd8\xff", "picture_file"),
    (b"GIF8", "picture_file"),
    (b"II*\x00", "picture_file"),
    (b"PAR1", "unsupported_file"),
    (b"SQLite format 3", "unsupported_file"),
)


def kind_of(content: bytes) -> str:
    """zip, ole or text; raises Refused for what can be no table, saying what it is instead."""
    size = len(content)
    if not content.strip(b"\x00 \t\r\n"):
        raise Refused("unreadable_file", size=size)
    if content.startswith(b"PK"):
        return "zip"
    if content.startswith(OLE[:4]):
        return "ole"
    head = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    for start, code in _OTHER:
        if head.startswith(start):
            raise Refused(code, size=size)
    if _is_lock(content) or _LIBREOFFICE_LOCK.match(head):
        raise Refused("lock_file", size=size)
    if _OLD_EXCEL.match(content):
        raise Refused("old_format_file", size=size)
    _refuse_markup(head, size)
    controls = sum(content.count(bytes([c])) for c in range(32) if c not in _TEXT_CONTROLS)
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff")) or content[:400].count(0) > len(content[:400]) // 4
    if controls * 200 > size and not wide:
        raise Refused("unsupported_file", size=size)
    return "text"


def _is_lock(content: bytes) -> bool:
    length = content[0]
    return len(content) == _LOCK_SIZE and 0 < length < 55 and not content[1 + length : 55].strip(b"\x00 ")


def _refuse_markup(head: bytes, size: int) -> None:
    text = head.replace(b"\x00", b"").lstrip(b"\xff\xfe \t\r\n")
    if text.startswith(b"{") and b"docs.google.com" in text:
        raise Refused("shortcut_file", size=size)
    if text.startswith((b"{", b"[")) and b'":' in text.replace(b" ", b""):
        raise Refused("unsupported_file", size=size)
    if not text.startswith(b"<"):
        return
    if b"urn:schemas-microsoft-com:office:spreadsheet" in text or b"mso-application" in text:
        raise Refused("xml_2003_file", size=size)
    if b"office:document" in text:
        raise Refused("old_format_file", size=size)
    if _MARKUP.search(text):
        raise Refused("web_page_file", size=size)
    if text.startswith(b"<?xml"):
        raise Refused("unsupported_file", size=size)
