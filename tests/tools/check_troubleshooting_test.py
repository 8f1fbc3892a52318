# SPDX-License-Identifier: Apache-2.0
"""Tests of tools/check_troubleshooting.py."""

import pathlib
import tempfile
import unittest

import check_troubleshooting

_TABLE = "| message | cause | what to do |\n|---|---|---|\n"
_FIXED = "".join(f"| `{text}` | a | b |\n" for text in check_troubleshooting._FIXED)


class CheckTroubleshooting(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("include/durable/sdk/errors.h", "class StepError : public DurableError {\n};\n")
        pieces = [piece for text in check_troubleshooting._FIXED for piece in check_troubleshooting.pieces(text)]
        self.write("src/fixed.cc", "".join(f'f("{piece}");\n' for piece in pieces))

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def errors(self, rows, fixed=_FIXED):
        self.write("docs/troubleshooting.md", "`StepError`\n\n" + _TABLE + fixed + rows)
        return check_troubleshooting.check(self.root)

    def test_accepts_a_message_that_the_sources_say_around_its_placeholders(self):
        self.write("src/a.cc", 'return "no answer from " + url + ": phase " + phase;\n')
        self.assertEqual(self.errors("| `no answer from <url>: phase <phase>` | a | b |\n"), [])

    def test_joins_strings_that_stand_side_by_side(self):
        self.write("src/a.cc", 'throw Error("the file has \\"no\\" "\n    "end");\n')
        self.assertEqual(self.errors('| `the file has "no" end` | a | b |\n'), [])

    def test_refuses_a_message_that_has_changed(self):
        errors = self.errors("| `the file has no end` | a | b |\n")
        self.assertEqual(len(errors), 1)
        self.assertIn('no source says "the file has no end"', errors[0])

    def test_does_not_take_a_comment_for_a_message(self):
        self.write("src/a.cc", '// "the file has no end"\n')
        self.assertEqual(len(self.errors("| `the file has no end` | a | b |\n")), 1)

    def test_misses_a_message_of_the_testing_modes(self):
        errors = self.errors("", _FIXED.replace("Failed to get execution status", "Failed"))
        self.assertTrue(any("no table has the message: Failed to get execution status" in e for e in errors))

    def test_misses_an_error_that_the_page_does_not_name(self):
        self.write("src/a.cc", 'fail("Runtime.NoSuchHandler");\n')
        self.assertEqual(self.errors(""), ["docs/troubleshooting.md:1: nothing is said of the error Runtime.NoSuchHandler"])

    def test_misses_a_class_of_errors(self):
        self.write("include/durable/sdk/errors.h", "class InvokeError final : public OperationError {\n};\n")
        self.assertIn("docs/troubleshooting.md:1: nothing is said of the error InvokeError", self.errors(""))

    def test_leaves_other_tables_alone(self):
        self.assertEqual(self.errors("\n| AWS says | do |\n|---|---|\n| `nothing of ours` | a |\n"), [])


if __name__ == "__main__":
    unittest.main()
