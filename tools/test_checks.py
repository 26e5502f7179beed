"""The checks of the sources find what is planted, and nothing in a clean tree."""

import pathlib
import tempfile
import unittest

import check_layers
import check_sizes
import check_tests


class Tree:
    """A small project in a temporary folder: path -> text."""

    def __init__(self, files):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def __enter__(self):
        return self.root

    def __exit__(self, *_):
        self.folder.cleanup()


def findings(check, files):
    with Tree(files) as root:
        return check.check(root)


class LayersTest(unittest.TestCase):
    def findings(self, files):
        return findings(check_layers, files)

    def test_accepts_a_downward_include(self):
        self.assertEqual([], self.findings({
            "src/base/text.h": "#include <string>\n",
            "src/event/event.h": '#include "base/text.h"\n',
        }))

    def test_finds_an_upward_include(self):
        found = self.findings({
            "src/base/text.h": '\n#include "event/event.h"\n',
            "src/event/event.h": "",
        })
        self.assertEqual(1, len(found))
        self.assertIn("src/base/text.h:2", found[0])

    def test_finds_siblings_that_include_each_other(self):
        for family in ("store", "receiver", "codec", "forwarder"):
            found = self.findings({
                f"src/{family}/a/a.h": f'#include "{family}/b/b.h"\n',
                f"src/{family}/b/b.h": "",
            })
            self.assertEqual(1, len(found), family)
            self.assertIn("siblings", found[0])

    def test_lets_config_include_config_headers_only(self):
        files = {
            "src/net/config.h": "",
            "src/net/front.h": "",
            "src/config/config.h": '#include "net/config.h"\n',
        }
        self.assertEqual([], self.findings(files))
        files["src/config/config.h"] = '#include "net/front.h"\n'
        self.assertEqual(1, len(self.findings(files)))

    def test_finds_a_library_out_of_its_place(self):
        found = self.findings({"src/pipeline/pipeline.cc": "#include <boost/asio.hpp>\n"})
        self.assertEqual(1, len(found))
        self.assertEqual([], self.findings({"src/net/loop.cc": "#include <boost/asio.hpp>\n"}))

    def test_finds_generated_code_on_the_way_of_a_report(self):
        self.assertEqual(1, len(self.findings({"src/codec/a/a.cc": '#include "proto/event.pb.h"\n'})))
        self.assertEqual([], self.findings({"src/codec/a/a_test.cc": '#include "proto/event.pb.h"\n'}))

    def test_finds_a_header_that_is_not_there(self):
        found = self.findings({"src/base/a.h": '#include "base/missing.h"\n'})
        self.assertIn("no such header", found[0])

    def test_finds_a_cycle(self):
        found = self.findings({
            "src/base/a.h": '#include "base/b.h"\n',
            "src/base/b.h": '#include "base/a.h"\n',
        })
        self.assertEqual(["include cycle: base/a.h -> base/b.h -> base/a.h"], found)

    def test_finds_a_folder_without_a_rule(self):
        self.assertIn("no component", self.findings({"src/misc/a.h": "#include <string>\n"})[0])


class TestsTest(unittest.TestCase):
    def findings(self, files):
        return findings(check_tests, files)

    def test_accepts_listed_tests(self):
        self.assertEqual([], self.findings({
            "src/base/CMakeLists.txt": "add_component_test(base_test SOURCES text_test.cc)\n",
            "src/base/text_test.cc": "",
            "tests/e2e/CMakeLists.txt": "add_e2e_test(test_swctl)\n",
            "tests/e2e/test_swctl.py": "",
        }))

    def test_finds_an_unlisted_test(self):
        found = self.findings({
            "src/base/CMakeLists.txt": "add_component_test(base_test SOURCES long_text_test.cc)\n",
            "src/base/long_text_test.cc": "",
            "src/base/text_test.cc": "",
            "tests/e2e/test_swctl.py": "",
        })
        self.assertEqual(["src/base/text_test.cc", "tests/e2e/test_swctl.py"],
                         [line.split(":")[0] for line in found])

    def test_finds_a_store_and_a_receiver_without_their_contract(self):
        found = self.findings({"src/store/new/new.cc": "", "src/receiver/new/new.cc": ""})
        self.assertEqual(4, len(found))

    def test_accepts_a_store_with_its_contract(self):
        self.assertEqual([], self.findings({
            "src/store/new/CMakeLists.txt": "new_test.cc",
            "src/store/new/new.cc": "",
            "src/store/new/new_test.cc":
                '#include "store/testing/event_store_contract.h"\nINSTANTIATE_TEST_SUITE_P(New, X, Y)\n',
        }))

    def test_finds_a_codec_without_fuzz_target_and_differential_test(self):
        self.assertEqual(2, len(self.findings({"src/codec/new/new.cc": ""})))

    def test_finds_a_skipped_test(self):
        found = self.findings({
            "src/base/CMakeLists.txt": "a_test.cc",
            "src/base/a_test.cc": "TEST(A, DISABLED_B) {}\nTEST(A, C) { GTEST_SKIP(); }\n",
        })
        self.assertEqual(2, len(found))


class SizesTest(unittest.TestCase):
    def test_finds_what_is_too_long_and_too_big(self):
        found = findings(check_sizes, {
            "src/a.cc": "x\n" * (check_sizes.MAX_LINES + 1),
            "src/b.cc": "x\n" * check_sizes.MAX_LINES,
            "testdata/c.bin": "x" * (check_sizes.MAX_BYTES + 1),
        })
        self.assertEqual(["src/a.cc", "testdata/c.bin"], [line.split(":")[0] for line in found])


if __name__ == "__main__":
    unittest.main()
