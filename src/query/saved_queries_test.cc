// Queries that people published with their dashboards, where they are at hand: all parse, and most can be run.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "query/engine.h"
#include "query/parser.h"

namespace inquest::query {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// "${host}" and "${host:regex}" replaced, as Grafana does before it sends a query.
std::string without_variables(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t at = text.find("${");
    const size_t end = at == std::string_view::npos
                           ? at
                           : text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_:", at + 2);
    if (end == std::string_view::npos) break;
    out += text.substr(0, at);
    if (text[end] == '}') {
      out += "x";
      text.remove_prefix(end + 1);
    } else {
      out += text.substr(at, end - at);
      text.remove_prefix(end);
    }
  }
  return out.append(text);
}

TEST(SavedQueries, ParseAndMostHaveAllTheirFunctions) {
  const fs::path folder = fs::path(INQUEST_SOURCE_DIR) / "../shared/flux/queries";
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is not there";
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  size_t known = 0;
  std::map<std::string, size_t> missing;
  for (const fs::path& file : files) {
    auto program = parse(without_variables(read(file)));
    ASSERT_TRUE(program) << file.filename() << ": " << program.error().message;
    auto variables = parse("option v = {} option task = {every: 1h, name: \"task\"}");
    ASSERT_TRUE(variables);
    for (Statement& statement : program->statements) variables->statements.push_back(std::move(statement));
    program->statements = std::move(variables->statements);
    Context context(0, nullptr, {});
    const auto unknown = find_unknown(std::move(*program), context);
    ASSERT_TRUE(unknown) << file.filename() << ": " << unknown.error().message;
    if (unknown->empty()) ++known;
    for (const Unknown& name : *unknown) ++missing[name.name];
  }
  std::string rest;
  for (const auto& [name, count] : missing) rest += fmt::format("  {:3} {}\n", count, name);
  fmt::print("{} of {} saved queries have all their functions; not supported:\n{}", known, files.size(), rest);
  EXPECT_GE(known * 100, files.size() * 90);
}

}  // namespace
}  // namespace inquest::query
