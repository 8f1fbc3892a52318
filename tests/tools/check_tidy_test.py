# SPDX-License-Identifier: Apache-2.0
"""Tests of tools/check_tidy.py and of the outline that it reads, on small trees."""

import pathlib
import tempfile
import unittest

import check_tidy
import cpp_outline

_SPDX = "// SPDX-License-Identifier: Apache-2.0\n"
_TABLE = """{"packages": {}, "forbidden_in_pure": [], "rooms": {
  "base": {"files": ["include/durable/base/", "src/base/"], "may_include": []},
  "engine": {"files": ["src/engine/"], "may_include": ["base"]}}}"""
_LIMITS = """{"file_lines_max": 20, "function_lines_max": 5, "pure_rooms": ["engine"],
  "banned_in_pure_rooms": {"system_clock": "take the time as an argument"},
  "undocumented": {"include/durable/base/plain.h": "a reason"}}"""


class CheckTidy(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("tools/layers.json", _TABLE)
        self.write("tools/tidy.json", _LIMITS)
        self.write("src/CMakeLists.txt", "# " + _SPDX[3:] + "add(base/a.cc engine/a.cc) # base/dead.cc\n")

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def errors(self):
        return check_tidy.check(self.root)

    def assert_one_error(self, *parts):
        errors = self.errors()
        self.assertEqual(len(errors), 1, errors)
        for part in parts:
            self.assertIn(part, errors[0])

    def test_accepts_a_tidy_tree(self):
        self.write("src/base/a.cc", _SPDX + "int f() {\n  return 1;\n}\n")
        self.assertEqual(self.errors(), [])

    def test_refuses_a_long_file(self):
        self.write("src/base/a.cc", _SPDX + "int x;\n" * 20)
        self.assert_one_error("src/base/a.cc:1:", "21 lines, at most 20")

    def test_refuses_a_long_function_and_names_its_line(self):
        self.write("src/base/a.cc", _SPDX + "\nint f() {\n" + "  g();\n" * 4 + "}\n")
        self.assert_one_error("src/base/a.cc:3:", "function of 6 lines, at most 5")

    def test_refuses_a_header_without_pragma_once(self):
        self.write("include/durable/base/a.h", _SPDX)
        self.assert_one_error("no #pragma once")

    def test_refuses_a_file_without_its_licence(self):
        self.write("src/base/a.cc", "int x;\n")
        self.assert_one_error("SPDX-License-Identifier")

    def test_accepts_the_licence_below_the_interpreter(self):
        self.write("dev", "#!/bin/sh\n# " + _SPDX[3:])
        self.assertEqual(self.errors(), [])

    def test_refuses_postponed_work(self):
        self.write("src/base/a.cc", _SPDX + "// TODO: later\n")
        self.assert_one_error("src/base/a.cc:2: TODO")

    def test_refuses_a_banned_name_in_a_pure_room_only(self):
        code = _SPDX + "auto now = std::chrono::system_clock::now();\n"
        self.write("src/base/a.cc", code)
        self.assertEqual(self.errors(), [])
        self.write("src/engine/a.cc", code)
        self.assert_one_error("src/engine/a.cc:2:", "system_clock", "take the time as an argument")

    def test_ignores_a_banned_name_in_a_comment_or_a_string(self):
        self.write("src/engine/a.cc", _SPDX + '// no system_clock\nauto text = "system_clock";\n')
        self.assertEqual(self.errors(), [])

    def test_refuses_a_source_that_no_cmake_file_names(self):
        self.write("src/base/dead.cc", _SPDX)
        self.assert_one_error("src/base/dead.cc:1: dead file")

    def test_refuses_a_private_header_that_nothing_includes(self):
        self.write("src/base/a.h", _SPDX + "#pragma once\n")
        self.assert_one_error("src/base/a.h:1: dead file")
        self.write("src/base/a.cc", _SPDX + '#include "base/a.h"\n')
        self.assertEqual(self.errors(), [])

    def test_refuses_a_public_symbol_without_a_comment(self):
        self.write("include/durable/base/a.h", _SPDX + "#pragma once\nnamespace durable {\nint f();\n}\n")
        self.assert_one_error("include/durable/base/a.h:4:", "int f()")

    def test_accepts_a_public_symbol_whose_header_is_excused(self):
        self.write("include/durable/base/plain.h", _SPDX + "#pragma once\nstruct S {};\n")
        self.assertEqual(self.errors(), [])


class Outline(unittest.TestCase):
    def functions(self, text):
        return [tuple(function) for function in cpp_outline.functions(text)]

    def undocumented(self, text):
        return [symbol.text for symbol in cpp_outline.undocumented(text)]

    def test_counts_a_function_from_its_signature_to_its_brace(self):
        self.assertEqual(self.functions("int a;\n\nint f(int x,\n      int y) {\n  return 1;\n}\n"), [(3, 4)])

    def test_counts_members_constructors_and_trailing_returns(self):
        text = "struct S : Base {\n  S() : a_(1), b_(f()) {\n  }\n  auto g() const noexcept -> int { return 1; }\n};\n"
        self.assertEqual(self.functions(text), [(2, 2), (4, 1)])

    def test_counts_a_lambda_as_part_of_its_function(self):
        self.assertEqual(self.functions("void f() {\n  auto g = [] {\n  };\n  if (g()) {\n  }\n}\n"), [(1, 6)])

    def test_counts_no_table_and_no_type(self):
        text = "enum class E { a, b };\nconst int table[] = {f(1),\n f(2)};\nnamespace n {\nstruct S {\n int x{};\n};\n}\n"
        self.assertEqual(self.functions(text), [])

    def test_is_not_misled_by_braces_in_text(self):
        self.assertEqual(self.functions('void f() {\n  g("}", \'}\', R"(})");  // }\n}\n'), [(1, 3)])

    def test_finds_types_functions_variables_and_aliases(self):
        text = "class A {\n  int x;\n};\nvoid f();\ninline constexpr int n = 1;\nusing B = A;\ntemplate <class T>\nvoid g(T t) { t(); }\n"
        self.assertEqual(len(self.undocumented(text)), 5)

    def test_accepts_a_comment_above_or_beside(self):
        text = "/// A.\nclass A {};\nint n = 1;  ///< N.\n/// G.\ntemplate <class T>\nvoid g(T t);\n"
        self.assertEqual(self.undocumented(text), [])

    def test_takes_a_comment_for_the_block_below_it(self):
        self.assertEqual(self.undocumented("/// Both.\nvoid f();\nvoid f(int x,\n       int y);\nvoid g() { f(); }\n\nvoid h();\n"),
                         ["void h()"])

    def test_takes_a_comment_for_all_overloads(self):
        self.assertEqual(self.undocumented("/// F.\nvoid f();\n\ntemplate <class T>\nvoid f(T x);\n\nvoid g();\n"),
                         ["void g()"])

    def test_needs_none_for_forward_declarations_operators_and_details(self):
        text = ("class A;\nnamespace detail {\nint x;\n}\nbool operator==(A, A);\nusing std::swap;\n"
                "template <>\nstruct hash<A> {};\nstatic_assert(true);\n")
        self.assertEqual(self.undocumented(text), [])

    def test_ignores_directives(self):
        self.assertEqual(self.undocumented("#define F(x) \\\n  int x;\n#include <vector>\n"), [])


if __name__ == "__main__":
    unittest.main()
