// Crashes that were made on purpose: what serial line, netconsole and pstore kept of one death is the same report.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "crashtext/detector.h"
#include "support/netconsole_capture.h"

namespace inquest::crashtext {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = INQUEST_SOURCE_DIR "/../shared/lab/cases";

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What the words of a case's name promise. The first that the name contains counts; "" is a case of another module.
struct Promise {
  std::string_view word;
  std::vector<std::string_view> types;
};
const std::vector<Promise>& promises() {
  static const std::vector<Promise> all = {
      {"softlockup", {"HANG"}},
      {"rcu-stall", {"HANG"}},
      {"refcount", {"REFCOUNT_WARNING"}},
      {"mce", {"HW-MCE"}},
      {"oom", {"OOM-KILL"}},
      {"null", {"NULL-POINTER-DEREFERENCE"}},
      {"div", {"DoS"}},
      {"no-root", {"DoS", "BOOT-NO-ROOT"}},
      {"sysrq", {"DoS"}},
      {"panic", {"DoS"}},
      {"corrupt-stack", {"DoS"}},
      {"bug", {"BUG"}},
  };
  return all;
}

const std::vector<std::string_view>* promised(std::string_view name) {
  // "oops-only-nopanic" and "bug-in-init-nopanic" say what does not happen, too.
  std::string words(name);
  if (const size_t at = words.find("nopanic"); at != std::string::npos) words.erase(at);
  for (const Promise& promise : promises()) {
    if (words.find(promise.word) != std::string::npos) return &promise.types;
  }
  return nullptr;
}

struct Capture {
  std::string name;
  std::string text;
};

std::vector<Capture> captures(const fs::path& folder) {
  std::vector<Capture> out;
  out.push_back({"serial", content(folder / "serial.log")});
  for (const auto* const name : {"netconsole-plain.jsonl", "netconsole-ext.jsonl"}) {
    if (!fs::exists(folder / name)) continue;
    std::string text = testing::netconsole_text(content(folder / name));
    if (!text.empty()) out.push_back({name, std::move(text)});
  }
  if (fs::exists(folder / "pstore")) {
    for (const auto& entry : fs::directory_iterator(folder / "pstore")) {
      if (entry.path().filename().string().starts_with("dmesg-")) {
        out.push_back({entry.path().filename(), content(entry.path())});
      }
    }
  }
  return out;
}

std::vector<Report> roots(const std::string& text) {
  std::vector<Report> all = find_reports(text);
  std::erase_if(all, [](const Report& report) { return !report.root; });
  return all;
}

TEST(LabCrashes, GiveTheSameRootReportInEveryCapture) {
  if (!fs::exists(kCases)) GTEST_SKIP() << "there is no " << kCases;
  size_t cases = 0;
  size_t seen = 0;
  for (const auto& folder : fs::directory_iterator(kCases)) {
    const std::string name = folder.path().filename();
    std::optional<Report> first;
    for (const Capture& capture : captures(folder.path())) {
      const std::vector<Report> found = roots(capture.text);
      const std::string where = fmt::format("{}, {}", name, capture.name);
      // A part of a pstore record that is not the last one, and a kernel that did not mind, have none.
      if (found.empty()) {
        fmt::print("{}: no report\n", where);
        continue;
      }
      // Two boots that died the same death are two roots.
      for (const Report& report : found) EXPECT_EQ(report.signature, found.front().signature) << where << report.title;
      ++seen;
      const Report& report = found.front();
      if (const auto* const types = promised(name)) {
        EXPECT_NE(std::ranges::find(*types, report.type), types->end())
            << where << ": " << report.type << ", " << report.title;
      }
      if (!first) {
        first = report;
        ++cases;
      }
      EXPECT_EQ(report.title, first->title) << where;
      EXPECT_EQ(report.signature, first->signature) << where;
    }
  }
  fmt::print("lab: {} cases, {} captures with a report\n", cases, seen);
  EXPECT_GT(cases, 0U);
}

}  // namespace
}  // namespace inquest::crashtext
