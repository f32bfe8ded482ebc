// Whole reports, as a person approved them: tests/golden/crash. And the table of types in the documentation.

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "crashtext/detector.h"
#include "crashtext/pattern.h"
#include "support/golden.h"

namespace inquest::crashtext {
namespace {

namespace fs = std::filesystem;

std::string told(const Report& report) {
  const Anatomy& anatomy = report.anatomy;
  std::string out = fmt::format("{}\n  alt        {}\n", report.title, fmt::join(report.alt_titles, " | "));
  const auto row = [&](std::string_view label, std::string_view text) {
    if (!text.empty()) out += fmt::format("  {:10} {}\n", label, text);
  };
  row("type", report.type);
  row("place", fmt::format("bytes {}-{}, lines {}-{}", report.range.start, report.range.end, report.range.first_line,
                           report.range.last_line));
  row("context", report.context);
  row("root", report.root ? "yes" : report.consequence_of ? fmt::format("no, of {}", *report.consequence_of) : "no");
  row("panicked", report.panicked ? "yes" : "");
  row("previous", report.previous_boot ? "yes" : "");
  row("corrupted", report.corrupted.value_or(""));
  row("kernel", anatomy.identity.kernel);
  row("who", anatomy.identity.comm);
  row("at", anatomy.position ? to_string(*anatomy.position) : "");
  row("culprit", fmt::format("{} [{}]", anatomy.culprit.function, anatomy.culprit.module));
  row("signature", report.signature);
  for (const Frame& frame : anatomy.frames()) {
    out += fmt::format("    {}{} ({})\n", frame.reliable ? "" : "? ", to_string(frame), to_string(frame.context));
  }
  return out;
}

TEST(GoldenCrashes, AreToldAsBefore) {
  size_t samples = 0;
  for (const auto& entry : fs::directory_iterator(INQUEST_SOURCE_DIR "/tests/golden/crash")) {
    if (entry.path().extension() != ".log") continue;
    ++samples;
    std::string all;
    for (const Report& report : find_reports(testing::read_file(entry.path()))) all += told(report);
    EXPECT_TRUE(testing::matches_golden(entry.path().string() + ".golden", all)) << entry.path();
  }
  EXPECT_GT(samples, 0U);
}

// A type may stand in several places of the table; its meaning is said once.
TEST(CrashTypes, AreInTheDocumentation) {
  std::map<std::string_view, const Type*> all;
  for (const Type& type : types()) {
    if (!type.name.empty()) all.emplace(type.name, &type);
  }
  std::string text =
      "# Types of crashes\n\n"
      "What `type` can be in the output of `inquest crash`, and how grave it is: *fatal*: the kernel, or what the host "
      "was "
      "there for, does not\ngo on after it; *error*: it was survived, and no sound host prints it; *warning*: a hint. "
      "A "
      "report that panicked is fatal whatever its\ntype. The table is made from `src/crashtext/patterns/*.toml`; a "
      "test "
      "keeps it true.\n\n| type | meaning | severity |\n|---|---|---|\n";
  for (const auto& [name, type] : all) {
    text += fmt::format("| `{}` | {} | {} |\n", name, type->meaning, to_string(type->severity));
  }
  EXPECT_TRUE(testing::matches_golden(INQUEST_SOURCE_DIR "/docs/crash-types.md", text));
}

}  // namespace
}  // namespace inquest::crashtext
