// Whatever the bytes: reports lie in the input and in order, how the input is cut into pieces changes nothing, and
// reading from a report's start on finds it again.

#include "crashtext/detector.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace {

using inquest::crashtext::Detector;
using inquest::crashtext::Report;

void require(bool holds, std::string_view law) {
  if (holds) return;
  fmt::print(stderr, "{}\n", law);
  std::abort();
}

std::vector<Report> in_pieces(std::string_view text, size_t piece) {
  std::vector<Report> out;
  Detector detector([&](Report&& report) { out.push_back(std::move(report)); });
  for (size_t at = 0; at < text.size(); at += piece) detector.feed(text.substr(at, piece));
  detector.finish();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<Report> whole = inquest::crashtext::find_reports(text);
  uint64_t previous = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    const Report& report = whole[i];
    require(!report.title.empty(), "a report has a title");
    require(report.title.size() <= 120, "a title is short");
    require(report.range.start < report.range.end && report.range.end <= size, "a report lies in the input");
    require(report.range.start >= previous, "reports come in the order of their first lines");
    require(!report.consequence_of || *report.consequence_of < i, "a consequence comes after its cause");
    previous = report.range.start;
    const std::vector<Report> again = inquest::crashtext::find_reports(text.substr(report.range.start));
    require(!again.empty() && again.front().range.start == 0, "a report is found again from its start on");
  }
  const std::vector<Report> cut = in_pieces(text, 1 + size % 61);
  require(cut.size() == whole.size(), "pieces give as many reports");
  for (size_t i = 0; i < cut.size(); ++i) {
    require(cut[i].title == whole[i].title && cut[i].range == whole[i].range, "pieces give the same reports");
  }
  return 0;
}
