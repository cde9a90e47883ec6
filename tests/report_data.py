"""The numbers that a page holds, for the tests of pages."""

import json
import re


def data_of(page):
    """The JSON block of a page, given by its path."""
    return json.loads(re.search(r'<script type="application/json" id="report">(.*?)</script>',
                                page.read_text(), re.DOTALL).group(1))


def keys_of(value, skip):
    """All names of members, but of the groups `skip`, whose members are told of elsewhere."""
    if isinstance(value, list):
        return set().union(*(keys_of(one, skip) for one in value)) if value else set()
    if not isinstance(value, dict):
        return set()
    return set(value).union(*(keys_of(one, skip) for key, one in value.items() if key not in skip))


def keys_missing(keys, section):
    """Those that a section of a dictionary does not tell of, in backquotes."""
    return [key for key in sorted(keys) if f"`{key}`" not in section]
