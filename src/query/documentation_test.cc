// docs/query.md names what is supported: the list there is this one.
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "query/function_set.h"
#include "query/interpreter.h"
#include "query/library.h"

namespace inquest::query {
namespace {

constexpr std::string_view kBegin = "<!-- functions: begin -->\n";
constexpr std::string_view kEnd = "<!-- functions: end -->\n";

// "- `date`: `add`, `hour`, ..." for each package, those that need no import first.
std::string list_of_functions() {
  Context context(0, nullptr, {});
  const auto interpreter = Interpreter::create(context);
  EXPECT_TRUE(interpreter.has_value());
  std::set<std::string> packages{""};
  for (const FunctionSet* set : function_sets()) {
    for (const Builtin& builtin : set->builtins) packages.emplace(builtin.package);
    for (const Prelude& prelude : set->preludes) packages.emplace(prelude.package);
  }
  std::string out;
  Library& library = (*interpreter)->library();
  for (const std::string& path : packages) {
    if (path.starts_with("internal/")) continue;
    const auto loaded =
        path.empty() ? Result<std::optional<uint32_t>>(Library::kUniverse) : library.load(path, **interpreter);
    EXPECT_TRUE(loaded && *loaded) << path;
    if (!loaded || !*loaded) continue;
    std::set<std::string> names;
    for (const auto& [name, slot] : library.package(**loaded).slots) {
      if (!name.starts_with('_')) names.insert("`" + name + "`");
    }
    out += fmt::format("- {}: {}\n", path.empty() ? "without an import" : "`" + path + "`", fmt::join(names, ", "));
  }
  return out;
}

TEST(Documentation, NamesAllFunctionsThatAreSupported) {
  const std::string path = INQUEST_SOURCE_DIR "/docs/query.md";
  std::ifstream in(path, std::ios::binary);
  std::ostringstream read;
  read << in.rdbuf();
  const std::string text = read.str();
  const size_t begin = text.find(kBegin);
  const size_t end = text.find(kEnd);
  ASSERT_TRUE(begin != std::string::npos && end != std::string::npos) << path;
  const std::string list = list_of_functions();
  if (std::getenv("INQUEST_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text.substr(0, begin) << kBegin << list << text.substr(end);
    return;
  }
  EXPECT_EQ(text.substr(begin + kBegin.size(), end - begin - kBegin.size()), list)
      << "INQUEST_UPDATE_GOLDEN=1 writes the list anew";
}

}  // namespace
}  // namespace inquest::query
