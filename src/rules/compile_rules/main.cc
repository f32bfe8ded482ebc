// Compiles the knowledge base: compile_rules KNOWLEDGE.bin PATTERNS.bin RULES-FOLDER
//
// Runs during the build, so that a fault in a rule is a build error that names file and line, and so that nothing is
// parsed or compiled when the program starts.

#include <cstdio>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "rules/knowledge_base.h"
#include "rules/knowledge_blob.h"
#include "rules/matcher.h"

namespace {

bool write(const char* path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  out.close();
  if (!out) fmt::print(stderr, "{}: not written\n", path);
  return static_cast<bool>(out);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace inquest::rules;
  if (argc != 4) {
    fmt::print(stderr, "usage: compile_rules KNOWLEDGE.bin PATTERNS.bin RULES-FOLDER\n");
    return 2;
  }
  const Loaded loaded = KnowledgeBase::load(argv[3]);
  for (const inquest::Error& fault : loaded.faults) fmt::print(stderr, "{}\n", fault.text());
  if (!loaded.faults.empty()) return 1;
  const auto patterns = Matcher::serialised(loaded.base);
  if (!patterns) {
    fmt::print(stderr, "{}\n", patterns.error().text());
    return 1;
  }
  return write(argv[1], to_blob(loaded.base)) && write(argv[2], *patterns) ? 0 : 1;
}
