// How well we agree with syzkaller's own report tests, where a copy of some of them lies beside the source tree.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "crashtext/detector.h"

namespace inquest::crashtext {
namespace {

struct Expected {
  std::string name;
  std::string title;  // empty: there is no crash in it
  std::vector<std::string> alt_titles;
  std::string type;
  bool corrupted = false;
  std::string log;
};

// Header lines up to an empty one, then the log, then perhaps the report as syzkaller prints it.
Expected read_case(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  std::erase(text, '\r');
  Expected expected;
  expected.name = path.filename();
  const size_t end = text.find("\n\n");
  for (const std::string_view line : split(std::string_view(text).substr(0, end), '\n')) {
    const auto value = [&](std::string_view key) { return std::string(line.substr(key.size())); };
    if (line.starts_with("TITLE: ")) expected.title = value("TITLE: ");
    if (line.starts_with("ALT: ")) expected.alt_titles.push_back(value("ALT: "));
    if (line.starts_with("TYPE: ")) expected.type = value("TYPE: ");
    if (line == "CORRUPTED: Y") expected.corrupted = true;
  }
  expected.log = text.starts_with("\n") ? text.substr(1) : text.substr(std::min(end, text.size() - 2) + 2);
  if (const size_t report = expected.log.find("\n\nREPORT:\n"); report != std::string::npos)
    expected.log.resize(report + 1);
  std::ranges::sort(expected.alt_titles);
  return expected;
}

std::string difference(const Expected& expected, const std::vector<Report>& reports) {
  if (expected.title.empty()) return reports.empty() ? "" : fmt::format("found {}", reports[0].title);
  if (reports.empty()) return fmt::format("missed {}", expected.title);
  const Report& report = reports.front();
  std::string out;
  if (report.title != expected.title) out += fmt::format("title {} not {}; ", report.title, expected.title);
  if (report.alt_titles != expected.alt_titles) {
    out += fmt::format("alt {} not {}; ", fmt::join(report.alt_titles, " | "), fmt::join(expected.alt_titles, " | "));
  }
  if (report.type != expected.type) out += fmt::format("type {} not {}; ", report.type, expected.type);
  if (report.corrupted.has_value() != expected.corrupted) {
    out += fmt::format("corrupted {} not {}; ", report.corrupted.value_or("no"), expected.corrupted);
  }
  return out;
}

TEST(Syzkaller, AgreesOnTitlesTypesAndCorruption) {
  const std::filesystem::path folder = INQUEST_SOURCE_DIR "/../shared/corpora/syzkaller";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "there is no " << folder;
  size_t all = 0;
  size_t right = 0;
  size_t false_alarms = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const Expected expected = read_case(entry.path());
    const std::string wrong = difference(expected, find_reports(expected.log));
    ++all;
    right += wrong.empty() ? 1 : 0;
    if (wrong.empty()) continue;
    false_alarms += expected.title.empty() ? 1 : 0;
    fmt::print("{}: {}\n", expected.name, wrong);
  }
  fmt::print("syzkaller: {} of {} right ({:.1f} %), {} false alarms\n", right, all,
             100.0 * static_cast<double>(right) / static_cast<double>(all), false_alarms);
  EXPECT_GE(static_cast<double>(right), 0.99 * static_cast<double>(all));
  EXPECT_EQ(false_alarms, 0U);
}

}  // namespace
}  // namespace inquest::crashtext
