"""C++ as text: its comments, its texts, its brackets."""

import re

COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\')|//[^\n]*|/\*.*?\*/', re.DOTALL)
OPENING, CLOSING = "([{", ")]}"


def without_comments(text):
    return COMMENT.sub(lambda match: match[1] or " ", text)


def masked(text):
    """The same with the contents of texts blanked, so that patterns find code only."""
    return re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', lambda match: match[0][0] + "_" * (len(match[0]) - 2) + match[0][0], text)


def end_of_group(text, start):
    """Behind the bracket that closes the one at `start`, in masked text."""
    depth = 0
    for i in range(start, len(text)):
        if text[i] in OPENING:
            depth += 1
        elif text[i] in CLOSING:
            depth -= 1
            if depth == 0:
                return i + 1
    return len(text)
