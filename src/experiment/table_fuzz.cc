// The fuzz target of tables and configurations: whatever the bytes, what is concluded agrees with the rows, and
// mixtures of two configurations begin and end as they should.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "experiment/analysis.h"
#include "experiment/difference.h"

namespace {

using namespace inquest;
using namespace inquest::experiment;

void require(bool holds, std::string_view law) {
  if (holds) return;
  fmt::print(stderr, "{}\n", law);
  std::abort();
}

void check(const Analysis& analysis) {
  const Count all = analysis.design.total();
  require(analysis.inside.runs + analysis.outside.runs == all.runs || analysis.conditions.all.empty(), "runs got lost");
  for (const Cell& cell : analysis.cells) {
    require(cell.count.failures <= cell.count.runs && cell.count.runs > 0, "a cell with more failures than runs");
    if (analysis.noisy) continue;
    const auto holds = [&](const Condition& condition) { return condition.holds(cell.levels); };
    const bool held = std::ranges::any_of(analysis.conditions.all, holds);
    require(!held || cell.count.failures > 0, "a condition holds in a clean setting");
    require(held || cell.count.failures == 0 || analysis.conditions.all.empty() || analysis.conditions.cut,
            "no condition holds in a failing setting");
  }
  for (const FactorTest& test : analysis.tests) require(test.test.p >= 0 && test.test.p <= 1, "p is no probability");
}

std::string without_blanks(std::string_view text) {
  std::string out;
  for (const auto line : lines(text)) {
    if (trim(line).empty()) continue;
    for (const char c : line) out += c == '\t' || c == ' ' || c == '\r' ? std::string() : std::string(1, c);
    out += '\n';
  }
  return out;
}

void check(std::string_view good, std::string_view bad) {
  const auto difference = Difference::between(good, bad);
  if (!difference) return;
  std::vector<size_t> all(difference->changes().size());
  for (size_t i = 0; i < all.size(); ++i) all[i] = i;
  const std::string first = difference->compose({});
  const std::string last = difference->compose(all);
  if (difference->form() == Difference::Form::Words) return;
  require(without_blanks(first) == without_blanks(good), "no change made, and it is not the good configuration");
  require(without_blanks(last) == without_blanks(bad), "all changes made, and it is not the bad configuration");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto tables = read_tables(text)) {
    for (const Table& table : *tables) {
      if (const auto analysis = analyse(table)) check(*analysis);
    }
  }
  const size_t half = text.find('\0');
  if (half != std::string_view::npos) check(text.substr(0, half), text.substr(half + 1));
  return 0;
}
