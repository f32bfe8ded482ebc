// The packages that a query uses: builtins, what is written in Flux in terms of them, and the query's own file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "query/syntax.h"
#include "query/value.h"

namespace inquest::query {

// Members by slot. A slot keeps its place while further ones are added.
struct Package {
  std::string path;  // as it is imported; empty for what needs no import
  std::unordered_map<std::string, uint32_t> slots;
  std::vector<Value> values;
  std::vector<std::unique_ptr<Program>> preludes;  // resolved; functions of the package lie in them

  uint32_t slot(std::string_view name);  // a new one where it has no such member
  std::optional<uint32_t> find(std::string_view name) const;
};

class Interpreter;

// Belongs to one query: options change members.
class Library {
 public:
  static constexpr uint32_t kUniverse = 0;  // what needs no import

  // Before anything else.
  Result<void> load_universe(Interpreter& interpreter);

  // The package of that path, loaded with what it imports itself; nothing where none of its functions is supported.
  Result<std::optional<uint32_t>> load(std::string_view path, Interpreter& interpreter);
  // An empty package, for a file.
  uint32_t add(std::string_view path);

  Package& package(uint32_t at) { return *packages_[at]; }
  const Package& package(uint32_t at) const { return *packages_[at]; }

 private:
  Result<void> fill(uint32_t at, Interpreter& interpreter);

  std::vector<std::unique_ptr<Package>> packages_;
  std::unordered_map<std::string, uint32_t> places_;
};

}  // namespace inquest::query
