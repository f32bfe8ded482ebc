#include "support/golden.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::testing {
namespace {

constexpr size_t kContext = 3;
constexpr size_t kShown = 12;  // lines of each side: the rest is for `diff`

bool updating() {
  const char* value = std::getenv("INQUEST_UPDATE_GOLDEN");
  return value != nullptr && std::string_view(value) == "1";
}

bool write_file(const std::string& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return out.good();
}

// Unlike inquest::lines, keeps the carriage returns: they are differences too.
std::vector<std::string_view> raw_lines(std::string_view text) {
  std::vector<std::string_view> out = split(text, '\n');
  if (out.back().empty()) {
    out.pop_back();
  } else {
    out.push_back("\\ no newline at the end");
  }
  return out;
}

void show(std::string& out, char sign, const std::vector<std::string_view>& lines, size_t from, size_t to) {
  for (size_t i = from; i < std::min(to, from + kShown); ++i) out += fmt::format("{}{}\n", sign, lines[i]);
  if (to > from + kShown) out += fmt::format("{}... {}\n", sign, counted(to - from - kShown, "more line"));
}

}  // namespace

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) ADD_FAILURE() << "cannot read " << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string first_difference(std::string_view expected, std::string_view actual) {
  if (expected == actual) return {};
  const auto old_lines = raw_lines(expected);
  const auto new_lines = raw_lines(actual);
  const size_t shorter = std::min(old_lines.size(), new_lines.size());
  size_t same = 0;
  while (same < shorter && old_lines[same] == new_lines[same]) ++same;
  size_t tail = 0;
  while (tail < shorter - same && old_lines[old_lines.size() - 1 - tail] == new_lines[new_lines.size() - 1 - tail])
    ++tail;
  std::string out = fmt::format("@@ line {} @@\n", same + 1);
  show(out, ' ', old_lines, same - std::min(same, kContext), same);
  show(out, '-', old_lines, same, old_lines.size() - tail);
  show(out, '+', new_lines, same, new_lines.size() - tail);
  const size_t after = old_lines.size() - tail;
  show(out, ' ', old_lines, after, std::min(old_lines.size(), after + kContext));
  return out;
}

::testing::AssertionResult matches_golden(const std::string& path, std::string_view actual) {
  const bool exists = std::filesystem::exists(path);
  const std::string expected = exists ? read_file(path) : std::string();
  if (exists && expected == actual) return ::testing::AssertionSuccess();
  if (updating()) {
    if (!write_file(path, actual)) return ::testing::AssertionFailure() << "cannot write " << path;
    fmt::print("golden: wrote {}\n", path);
    return ::testing::AssertionSuccess();
  }
  if (!exists) {
    return ::testing::AssertionFailure() << "there is no golden file " << path
                                         << "\nINQUEST_UPDATE_GOLDEN=1 writes it; then read it. It would say:\n"
                                         << actual;
  }
  return ::testing::AssertionFailure() << "differs from " << path
                                       << " (INQUEST_UPDATE_GOLDEN=1 rewrites it; then read the diff)\n"
                                       << first_difference(expected, actual);
}

}  // namespace inquest::testing
