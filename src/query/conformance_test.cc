// The language's own test cases, where they are at hand: those whose functions are all supported must pass.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/engine.h"
#include "query/parser.h"

namespace inquest::query {
namespace {

namespace fs = std::filesystem;

// So that what passes cannot shrink unseen.
constexpr size_t kFewestPassing = 540;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".flux") out.push_back(entry.path());
  }
  std::ranges::sort(out);
  return out;
}

// `option testing.tags = ["skip"]`: a case that its own authors do not run.
bool is_skipped(const Program& program, std::string_view name) {
  for (const Statement& test : program.statements) {
    if (test.kind != Statement::Kind::TestCase || test.name.view() != name) continue;
    for (const Statement& statement : test.body) {
      if (statement.kind != Statement::Kind::Option || statement.name.view() != "tags") continue;
      return std::ranges::any_of(statement.value->operands,
                                 [](const ExpressionPtr& tag) { return tag->literal.as_string() == "skip"; });
    }
  }
  return false;
}

struct Outcome {
  enum class Kind { Passed, Failed, Unsupported } kind = Kind::Passed;
  std::string why;
};

Outcome run_case(const std::string& text, std::string_view name) {
  auto program = parse(text);
  if (!program) {
    const bool known = program.error().code == ErrorCode::Unsupported;
    return {known ? Outcome::Kind::Unsupported : Outcome::Kind::Failed, program.error().message};
  }
  Context context(kSecond * 1'900'000'000, nullptr, {});
  size_t rows = 0;
  std::string first;
  const auto ran = run(
      test_case(std::move(*program), name), context,
      [&](std::string_view, const Tables& tables) {
        for (const Table& table : tables) {
          if (table.find("_diff") == nullptr) continue;  // a result of the case itself
          rows += table.rows;
          const Column* shown = table.find("_row");
          for (size_t row = 0; shown != nullptr && row < table.rows && row < 4 && first.size() < 1000; ++row) {
            first += fmt::format("\n      {} {}", table.find("_diff")->text(row), shown->text(row));
          }
        }
        return Result<void>{};
      },
      Names::Repeated);
  if (!ran) {
    const bool unsupported = ran.error().code == ErrorCode::Unsupported;
    return {unsupported ? Outcome::Kind::Unsupported : Outcome::Kind::Failed, ran.error().message};
  }
  return rows == 0 ? Outcome{} : Outcome{Outcome::Kind::Failed, "differs:" + first};
}

struct Tally {
  size_t passed = 0;
  std::vector<std::string> failed;
  std::map<std::string, size_t> unsupported;  // cases by what they need first
};

Tally run_folder(const fs::path& folder) {
  Tally out;
  for (const fs::path& file : files_below(folder)) {
    const std::string text = read(file);
    auto program = parse(text);
    if (!program) {
      out.failed.push_back(fmt::format("{}: {}", file.filename().string(), program.error().message));
      continue;
    }
    for (const std::string& name : test_cases(*program)) {
      if (is_skipped(*program, name)) continue;
      const Outcome outcome = run_case(text, name);
      if (outcome.kind == Outcome::Kind::Passed) ++out.passed;
      if (outcome.kind == Outcome::Kind::Failed) {
        out.failed.push_back(fmt::format("{} {}: {}", fs::relative(file, folder).string(), name, outcome.why));
      }
      if (outcome.kind == Outcome::Kind::Unsupported) {
        const size_t from = outcome.why.find('`');
        const size_t to = outcome.why.find('`', from + 1);
        ++out.unsupported[from == std::string::npos ? outcome.why : outcome.why.substr(from + 1, to - from - 1)];
      }
    }
  }
  return out;
}

TEST(FluxConformance, PassesEveryCaseWhoseFunctionsAreSupported) {
  const fs::path folder = fs::path(INQUEST_SOURCE_DIR) / "../shared/flux/conformance";
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is not there";
  const Tally tally = run_folder(folder);
  size_t left = 0;
  std::string rest;
  for (const auto& [name, count] : tally.unsupported) {
    left += count;
    rest += fmt::format("  {:3} {}\n", count, name);
  }
  fmt::print("{} cases pass, {} fail, {} need what is not supported:\n{}", tally.passed, tally.failed.size(), left,
             rest);
  for (const std::string& line : tally.failed) ADD_FAILURE() << line;
  EXPECT_GE(tally.passed, kFewestPassing);
}

// Cases of our own, in tests/flux/, in the same form.
TEST(FluxCases, AllPass) {
  const Tally tally = run_folder(fs::path(INQUEST_SOURCE_DIR) / "tests/flux");
  for (const std::string& line : tally.failed) ADD_FAILURE() << line;
  EXPECT_THAT(tally.unsupported, ::testing::IsEmpty());
  EXPECT_GE(tally.passed, 10U);
}

}  // namespace
}  // namespace inquest::query
