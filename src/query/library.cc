#include "query/library.h"

#include <memory>

#include <fmt/format.h>

#include "query/builtin_function.h"
#include "query/function_set.h"
#include "query/interpreter.h"
#include "query/parser.h"
#include "query/resolver.h"

namespace inquest::query {

uint32_t Package::slot(std::string_view name) {
  const auto [it, added] = slots.try_emplace(std::string(name), static_cast<uint32_t>(values.size()));
  if (added) values.emplace_back();
  return it->second;
}

std::optional<uint32_t> Package::find(std::string_view name) const {
  const auto it = slots.find(std::string(name));
  return it == slots.end() ? std::nullopt : std::optional(it->second);
}

Result<void> Library::load_universe(Interpreter& interpreter) {
  add("");
  return fill(kUniverse, interpreter);
}

uint32_t Library::add(std::string_view path) {
  packages_.push_back(std::make_unique<Package>());
  packages_.back()->path = std::string(path);
  return static_cast<uint32_t>(packages_.size() - 1);
}

Result<std::optional<uint32_t>> Library::load(std::string_view path, Interpreter& interpreter) {
  if (const auto it = places_.find(std::string(path)); it != places_.end()) return it->second;
  const uint32_t at = add(path);
  // Known before it is full: packages that import each other meet an unfinished one, not an endless loop.
  places_[std::string(path)] = at;
  if (auto filled = fill(at, interpreter); !filled) return fail(std::move(filled).error());
  if (!packages_[at]->values.empty()) return at;
  places_.erase(std::string(path));
  return std::nullopt;
}

Result<void> Library::fill(uint32_t at, Interpreter& interpreter) {
  const std::string path = packages_[at]->path;
  for (const FunctionSet* set : function_sets()) {
    for (const Builtin& builtin : set->builtins) {
      if (builtin.package != path) continue;
      const uint32_t slot = packages_[at]->slot(builtin.name);
      packages_[at]->values[slot] = Value::function(Ref<Function>(new BuiltinFunction(builtin, interpreter)));
    }
  }
  for (const FunctionSet* set : function_sets()) {
    for (const Prelude& prelude : set->preludes) {
      if (prelude.package != path) continue;
      auto program = parse(prelude.text, Places::Hidden);
      if (!program) return fail(ErrorCode::Failed, fmt::format("package `{}`: {}", path, program.error().message));
      auto kept = std::make_unique<Program>(std::move(*program));
      auto unknown = resolve(*kept, at, interpreter);
      if (!unknown) return fail(ErrorCode::Failed, fmt::format("package `{}`: {}", path, unknown.error().message));
      if (!unknown->empty()) {
        return fail(ErrorCode::Failed, fmt::format("package `{}` needs `{}`", path, unknown->front().name));
      }
      auto ran = interpreter.run(*kept);
      packages_[at]->preludes.push_back(std::move(kept));
      if (!ran) return fail(std::move(ran).error());
    }
  }
  return {};
}

}  // namespace inquest::query
