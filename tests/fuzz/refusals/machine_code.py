"""The machine code of an object's programs, to tell whether two do the same."""

import re
import struct


def code_of(path, scopes):
    """For each namespace in `scopes`, what its functions are in the object: bytes, and names in place of addresses."""
    data = path.read_bytes()
    sections = read_sections(data)
    symbols = next(read_symbols(data, sections, one) for one in sections if one["type"] == 2)
    relocations = {one["info"]: one for one in sections if one["type"] == 9}
    found = {scope: [] for scope in scopes}
    for name, kind, section, value, size in symbols:
        scope = scope_of(name)
        if kind != 2 or scope not in found:
            continue
        code = bytearray(data[sections[section]["offset"] + value : sections[section]["offset"] + value + size])
        names = []
        if section in relocations:
            one = relocations[section]
            for at in range(one["offset"], one["offset"] + one["size"], 16):
                where, info = struct.unpack_from("<QQ", data, at)
                if value <= where < value + size:
                    code[where - value + 4 : where - value + 8] = bytes(4)
                    names.append((where - value, symbols[info >> 32][0].replace(scope, "")))
        found[scope].append((name.replace(scope, ""), bytes(code), tuple(names)))
    return {scope: sorted(code) for scope, code in found.items()}


def read_sections(data):
    start, = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3A)
    sections = []
    for i in range(count):
        _, kind, _, _, offset, length, link, info = struct.unpack_from("<IIQQQQII", data, start + i * size)
        sections.append({"type": kind, "offset": offset, "size": length, "link": link, "info": info})
    return sections


def read_symbols(data, sections, table):
    texts = sections[table["link"]]["offset"]
    symbols = []
    for at in range(table["offset"], table["offset"] + table["size"], 24):
        name, info, _, section, value, size = struct.unpack_from("<IBBHQQ", data, at)
        text = data[texts + name : data.index(b"\0", texts + name)].decode()
        symbols.append((text, info & 15, section, value, size))
    return symbols


def undefined_names(text, scopes):
    """Of LLVM's text: for each namespace that uses functions or variables which nothing defines, their names."""
    undefined = set(re.findall(r"^declare [^@\n]*@([\w.$]+)\(", text, re.MULTILINE))
    undefined |= set(re.findall(r"^@([\w.$]+) = external (?!.*section)", text, re.MULTILINE))
    found = {}
    for name, body in re.findall(r"^define [^@\n]*@([\w.$]+)\((.*?)^}", text, re.MULTILINE | re.DOTALL):
        used = [one for one in re.findall(r"@([\w.$]+)", body) if one in undefined and not one.startswith("llvm.")]
        if used and scope_of(name) in scopes:
            found.setdefault(scope_of(name), []).extend(used)
    return found


def scope_of(symbol):
    match = re.match(r"(?:_ZN\w*?\d+)?([mop]\d+)(?=__|[A-Z]|\d)", symbol)
    return match[1] if match else None
