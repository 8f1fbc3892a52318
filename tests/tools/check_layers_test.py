# SPDX-License-Identifier: Apache-2.0
"""Tests of tools/check_layers.py on small trees."""

import pathlib
import tempfile
import unittest

import check_layers

_TABLE = """{
  "packages": {"boost": ["boost/"]},
  "forbidden_in_pure": ["mutex"],
  "rooms": {
    "base": {"files": ["include/durable/base/", "src/base/"], "may_include": []},
    "engine": {"files": ["src/engine/"], "may_include": ["base"], "pure": true},
    "json": {"files": ["src/json/"], "may_include": ["base"], "third_party": {"boost": ["src/json/"]}},
    "examples": {"files": ["examples/"], "may_include": ["base", "json"], "public_only": true}
  }
}"""


class CheckLayers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("tools/layers.json", _TABLE)
        self.write("include/durable/base/error.h", "")
        self.write("src/json/codec.h", "")

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def errors(self):
        return check_layers.check(self.root)

    def assert_one_error(self, *parts):
        errors = self.errors()
        self.assertEqual(len(errors), 1, errors)
        for part in parts:
            self.assertIn(part, errors[0])

    def test_accepts_what_the_table_allows(self):
        self.write("src/engine/decide.cc", '#include <durable/base/error.h>\n#include <vector>\n')
        self.write("src/json/codec.cc", '#include "json/codec.h"\n#include <boost/json.hpp>\n')
        self.assertEqual(self.errors(), [])

    def test_refuses_a_room_that_the_row_does_not_name(self):
        self.write("src/engine/decide.cc", '// why\n#include "json/codec.h"\n')
        self.assert_one_error("src/engine/decide.cc:2:", "'engine' may include base", "'json'")

    def test_finds_a_header_beside_the_includer(self):
        self.write("src/base/error.cc", '#include "detail.h"\n')
        self.assert_one_error('"detail.h" names no file')
        self.write("src/base/detail.h", "")
        self.assertEqual(self.errors(), [])

    def test_refuses_a_package_outside_of_its_files(self):
        self.write("src/engine/decide.cc", "#include <boost/json.hpp>\n")
        self.assert_one_error("no file may include boost")

    def test_refuses_a_package_that_the_table_does_not_know(self):
        self.write("src/base/error.cc", "#include <fmt/format.h>\n")
        self.assert_one_error("<fmt/format.h> is no file of this project")

    def test_refuses_a_thread_header_in_a_pure_room_only(self):
        self.write("src/base/error.cc", "#include <mutex>\n")
        self.assertEqual(self.errors(), [])
        self.write("src/engine/decide.cc", "#include <mutex>\n")
        self.assert_one_error("src/engine/decide.cc:1:", "pure", "<mutex>")

    def test_refuses_a_private_header_where_only_public_ones_are_allowed(self):
        self.write("examples/hello.cc", '#include "json/codec.h"\n')
        self.assert_one_error("public headers only")

    def test_ignores_an_include_in_a_comment(self):
        self.write("src/engine/decide.cc", '// #include "json/codec.h"\n/*\n#include <mutex>\n*/\n')
        self.assertEqual(self.errors(), [])

    def test_refuses_a_file_without_a_room(self):
        self.write("src/new/thing.cc", "")
        self.assert_one_error("src/new/thing.cc:1:", "no room")

    def test_does_not_look_into_the_build_folder(self):
        self.write("build/dev/generated.cc", "#include <mutex>\n")
        self.assertEqual(self.errors(), [])

    def test_refuses_a_link_that_the_table_does_not_allow(self):
        self.write("src/engine/CMakeLists.txt", "durable_add_room(engine SOURCES decide.cc PUBLIC_LINK durable::json)")
        self.assert_one_error("'engine' may not link durable::json")

    def test_refuses_a_table_with_a_circle(self):
        self.write("tools/layers.json", _TABLE.replace('src/base/"], "may_include": []', 'src/base/"], "may_include": ["json"]'))
        self.assert_one_error("circle", "base -> json -> base")

    def test_refuses_a_table_that_names_no_room(self):
        self.write("tools/layers.json", _TABLE.replace('["base", "json"]', '["base", "jason"]'))
        self.assert_one_error("'jason', which is no room")


if __name__ == "__main__":
    unittest.main()
