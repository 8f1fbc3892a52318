# SPDX-License-Identifier: Apache-2.0
"""The outline of a C++ file: its functions and the symbols at namespace scope.

No parser: it follows braces and reads the text before each. That is enough for formatted sources,
and it errs on the side of saying nothing.
"""

import collections
import re

import sources

Function = collections.namedtuple("Function", "line lines")
Symbol = collections.namedtuple("Symbol", "line text")

_NAMESPACE = re.compile(r"\b(?:inline\s+)?namespace\b[\s\w:]*$|\bextern\s*\"[^\"]*\"\s*$")
_TYPE = re.compile(r"(?:^|[\s;>])(?:class|struct|union|enum)\b[^()=]*$|(?:class|struct)\b[^;{}]*:[^;{}]*$")
_ACCESS = re.compile(r"^\s*(?:public|private|protected)\s*:")


def _blocks(code):
    """Each brace block as (kind, head_start, open, close); a block in a function is not listed."""
    stack = []
    found = []
    start = 0  # Where the text before the next brace begins.
    for position, char in enumerate(code):
        if char == "{":
            kind = _kind(code[start:position], stack[-1][0] if stack else "namespace")
            stack.append((kind, start, position))
            start = position + 1
        elif char == "}" and stack:
            kind, head, opened = stack.pop()
            parent = stack[-1][0] if stack else "namespace"
            if parent in ("namespace", "type"):
                found.append((kind, head, opened, position))
            start = position + 1
        elif char == ";":
            start = position + 1
    return sorted(found, key=lambda block: block[2])


def _kind(head, parent):
    if parent == "function" or parent == "other":
        return "other"
    head = re.sub(r"^[ \t]*#.*(?:\\\n.*)*$", "", head, flags=re.MULTILINE)
    if _NAMESPACE.search(head):
        return "namespace"
    if re.search(r"\)[^=]*$", head) and not re.search(r"=\s*$", head):
        return "function"
    if _TYPE.search(head):
        return "type"
    return "other"


def functions(text):
    """The functions at namespace or class scope, with their length from signature to closing brace."""
    code = sources.without_comments_and_strings(text)
    found = []
    for kind, head, opened, closed in _blocks(code):
        if kind == "function":
            begin = head + len(code[head:opened]) - len(code[head:opened].lstrip())
            found.append(Function(code.count("\n", 0, begin) + 1, code.count("\n", begin, closed) + 1))
    return found


def undocumented(text):
    """The symbols at namespace scope, outside `detail`, that no /// comment stands above or beside.

    A comment holds for the declarations below it up to a blank line or another comment, and for the
    later overloads of a function.
    """
    code = sources.without_comments_and_strings(text)
    lines = text.splitlines()
    found = []
    functions_seen = set()
    block_end = -1  # The last line of a commented declaration, or of one that continues its block.
    for line, statement in _namespace_statements(code):
        name = _function_name(statement)
        if _has_comment(lines, line, statement) or line == block_end + 1 or name in functions_seen:
            block_end = line + statement.count("\n")
            functions_seen.update({name} - {None})
        elif _needs_comment(statement):
            found.append(Symbol(line, " ".join(statement.split())[:60]))
    return found


def _function_name(statement):
    for name in re.findall(r"(\w+)\s*\(", statement.split("{")[0]):
        if name not in ("requires", "decltype", "noexcept", "alignas"):
            return name
    return None


def _namespace_statements(code):
    """(line, text) of each declaration at namespace scope; what stands in braces is left out."""
    found = []
    names = []  # The open namespaces.
    depth = 0  # Braces open that are no namespace's.
    start = 0
    position = 0
    while position < len(code):
        char = code[position]
        if char == "#" and depth == 0 and not code[start:position].strip():
            position = _end_of_directive(code, position)
            start = position
            continue
        if char == "{":
            head = code[start:position]
            if depth == 0 and _NAMESPACE.search(head):
                names.append(head.split("namespace")[-1].strip())
                start = position + 1
            else:
                depth += 1
        elif char == "}":
            if depth > 0:
                depth -= 1
                if depth == 0 and _ends_here(code, position, code[start:position]):
                    _add(found, names, code, start, position)
                    start = position + 1
            elif names:
                names.pop()
                start = position + 1
        elif char == ";" and depth == 0:
            _add(found, names, code, start, position)
            start = position + 1
        position += 1
    return found


def _end_of_directive(code, position):
    end = code.find("\n", position)
    while end != -1 and code[end - 1] == "\\":
        end = code.find("\n", end + 1)
    return len(code) if end == -1 else end


def _ends_here(code, position, statement):
    """Whether a closing brace ends a declaration: a function's body does, a type or a value needs ';'."""
    return not re.match(r"\s*(?:;|[\w*&{,(])", code[position + 1:]) or _kind_is_function(statement)


def _kind_is_function(statement):
    return _kind(statement[:statement.find("{")], "namespace") == "function"


def _add(found, names, code, start, end):
    statement = code[start:end]
    if not statement.strip() or any(re.search(r"\bdetail\b|^$", name) for name in names):
        return
    begin = start + len(statement) - len(statement.lstrip())
    found.append((code.count("\n", 0, begin) + 1, statement.strip()))


def _needs_comment(statement):
    head = statement.split("{")[0]
    if re.match(r"(?:using\s+namespace|static_assert)\b|using\s+[\w:]+$", head.strip()):
        return False
    # An explicit instantiation or a specialisation is documented with its template.
    if re.match(r"(?:extern\s+)?template\s*(?:<\s*>|(?:class|struct)\b)", head):
        return False
    if re.search(r"\boperator\b", head):
        return False
    declares_type = re.search(r"\b(?:class|struct|union|enum)\s+(?:\[\[\w+\]\]\s*)?\w+\s*$", head)
    if declares_type and "{" not in statement:
        return False  # A forward declaration.
    # A member or an overload that is defined outside of its class has its comment there.
    return not re.search(r"\w(?:<[^<>()]*>)?::~?\w+\s*\(", head.split("(")[0] + "(")


def _has_comment(lines, first, statement):
    last = first + statement.count("\n")
    above = lines[first - 2] if first > 1 else ""
    return above.lstrip().startswith("///") or "///" in lines[first - 1] or "///" in lines[last - 1]
