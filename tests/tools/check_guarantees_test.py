# SPDX-License-Identifier: Apache-2.0
"""Tests of tools/check_guarantees.py."""

import pathlib
import tempfile
import unittest

import check_guarantees

_TESTS = "TEST(Step, RunsOnce) {}\n\nDURABLE_TEST(Order, IsPaid, .handler = f) {}\n\nTEST_F(\n    Long, NameOnTheNextLine) {}\n"


class CheckGuarantees(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "docs").mkdir()
        (self.root / "step_test.cc").write_text(_TESTS, encoding="utf-8")

    def errors(self, table):
        (self.root / "docs" / "guarantees.md").write_text(table, encoding="utf-8")
        return check_guarantees.check(self.root)

    def test_accepts_rows_whose_tests_exist(self):
        table = "| 1 | a step runs once | `Step.RunsOnce`, `Order.IsPaid` |\n| 2 | more | `Long.NameOnTheNextLine` |\n"
        self.assertEqual(self.errors(table), [])

    def test_refuses_a_test_that_does_not_exist(self):
        errors = self.errors("| 1 | a step runs once | `Step.RunsTwice` |\n")
        self.assertEqual(errors, ["docs/guarantees.md:1: there is no test Step.RunsTwice"])

    def test_refuses_a_row_without_a_test(self):
        errors = self.errors("| 1 | a step runs once | none yet |\n")
        self.assertEqual(errors, ["docs/guarantees.md:1: guarantee 1 names no test"])

    def test_refuses_a_number_that_is_left_out(self):
        errors = self.errors("| 2 | a step runs once | `Step.RunsOnce` |\n")
        self.assertEqual(errors, ["docs/guarantees.md:1: expected number 1, found 2"])

    def test_refuses_a_document_without_a_table(self):
        self.assertEqual(self.errors("Nothing.\n"), ["docs/guarantees.md: there is no table of guarantees"])


if __name__ == "__main__":
    unittest.main()
