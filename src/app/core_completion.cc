#include "app/core_completion.h"

#include <algorithm>
#include <cctype>
#include <functional>

#include "base/text.h"
#include "vmcore/expression.h"

namespace inquest::app {
namespace {

bool in_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// The end of `text` that `belongs` to one thing.
std::string_view tail(std::string_view text, const std::function<bool(char)>& belongs) {
  size_t start = text.size();
  while (start > 0 && belongs(text[start - 1])) --start;
  return text.substr(start);
}

void add_commands(std::string_view begun, std::vector<std::string>& out) {
  for (const CoreCommand* command : core_commands()) {
    if (command->name.starts_with(begun)) out.emplace_back(command->name);
  }
  for (const std::string_view own : {"help", "exit"}) {
    if (own.starts_with(begun)) out.emplace_back(own);
  }
}

void add_symbols(vmcore::Kernel& kernel, std::string_view begun, std::vector<std::string>& out) {
  const vmcore::Kallsyms* symbols = kernel.symbols();
  if (symbols == nullptr || begun.empty()) return;
  for (uint32_t i = 0; i < symbols->size() && out.size() < CoreCompletion::kMost; ++i) {
    std::string name = symbols->name(i);
    if (name.starts_with(begun)) out.push_back(std::move(name));
  }
}

// Members of what stands before the dot: its value says which.
void add_members(vmcore::Kernel& kernel, std::string_view expression, std::string_view begun,
                 std::vector<std::string>& out) {
  const auto value = vmcore::evaluate(kernel, expression);
  if (!value || value->values.empty()) return;
  vmcore::CType type = value->values[0].type;
  if (vmcore::is_pointer(type)) type = vmcore::target_of(type).value_or(vmcore::CType());
  if (!vmcore::is_structure(type)) return;
  const vmcore::Type bare = vmcore::strip_typedefs(type.type);
  // Those of unnamed structs in it are its own; a few levels are all that there are.
  constexpr int kDeepest = 8;
  const std::function<void(vmcore::Type, int)> add = [&](vmcore::Type of, int depth) {
    of = vmcore::strip_typedefs(of);
    if (!of || depth > kDeepest) return;
    for (const vmcore::Member& member : of.source->members(of.id)) {
      if (out.size() >= CoreCompletion::kMost) return;
      if (member.name.empty()) {
        add(member.type, depth + 1);
      } else if (member.name.starts_with(begun)) {
        out.push_back(member.name);
      }
    }
  };
  add(bare, 0);
}

}  // namespace

CoreCompletion complete_core_line(CoreSession& session, std::string_view line) {
  CoreCompletion out;
  out.begun = tail(line, in_name);
  const std::string_view before = line.substr(0, line.size() - out.begun.size());
  const auto words = split_blanks(before);
  if (words.empty() || words[0] == "help" || words[0] == "foreach") {
    add_commands(out.begun, out.names);
  } else if (words.back() == "struct" || words.back() == "union" || before.ends_with("struct ") ||
             before.ends_with("union ")) {
    out.names = session.kernel.types().names(out.begun, CoreCompletion::kMost);
  } else if (before.ends_with(".") || before.ends_with("->")) {
    std::string_view chain =
        tail(before, [](char c) { return in_name(c) || std::string_view(".->[]:").find(c) != std::string_view::npos; });
    chain.remove_suffix(chain.ends_with(".") ? 1 : 2);
    add_members(session.kernel, chain, out.begun, out.names);
  } else {
    add_symbols(session.kernel, out.begun, out.names);
  }
  std::ranges::sort(out.names);
  out.names.erase(std::ranges::unique(out.names).begin(), out.names.end());
  return out;
}

}  // namespace inquest::app
