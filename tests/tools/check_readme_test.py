# SPDX-License-Identifier: Apache-2.0
"""Tests of tools/check_readme.py."""

import pathlib
import tempfile
import unittest

import check_readme

_EXAMPLE = "#include <x.h>\n\nint main() {\n  return 0;\n}\n"


class CheckReadme(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "hello.cc").write_text(_EXAMPLE, encoding="utf-8")

    def errors(self, readme):
        (self.root / "README.md").write_text(readme, encoding="utf-8")
        return check_readme.check(self.root)

    def test_accepts_a_passage_of_the_named_file(self):
        self.assertEqual(self.errors("Text.\n\n<!-- hello.cc -->\n```cpp\nint main() {\n  return 0;\n}\n```\n"), [])

    def test_accepts_code_of_other_languages(self):
        self.assertEqual(self.errors("```cmake\nfind_package(durable)\n```\n"), [])

    def test_refuses_code_that_differs_from_the_file(self):
        errors = self.errors("<!-- hello.cc -->\n```cpp\nint main() { return 0; }\n```\n")
        self.assertEqual(errors, ["README.md:2: not a passage of hello.cc: copy it from there again"])

    def test_refuses_code_without_an_origin(self):
        errors = self.errors("Text.\n```cpp\nint main() {\n```\n")
        self.assertEqual(len(errors), 1)
        self.assertIn("README.md:2: C++ without its origin", errors[0])

    def test_refuses_an_origin_that_is_no_file(self):
        self.assertEqual(self.errors("<!-- bye.cc -->\n```cpp\nint x;\n```\n"), ["README.md:2: there is no file bye.cc"])


if __name__ == "__main__":
    unittest.main()
