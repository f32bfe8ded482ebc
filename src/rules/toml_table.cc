#include "rules/toml_table.h"

#include <algorithm>

#include <fmt/format.h>

namespace inquest::rules {

void Faults::add(uint64_t line, std::string message) {
  any_ = true;
  Error error{ErrorCode::Malformed, std::move(message), file_, 0, 0};
  error.line = line;
  out_.push_back(std::move(error));
}

TomlTable::TomlTable(const toml::table& table, std::initializer_list<std::string_view> keys, Faults& faults)
    : table_(table), faults_(faults) {
  for (const auto& [key, value] : table) {
    if (std::ranges::find(keys, key.str()) == keys.end()) faults.add(value, fmt::format("no such key: {}", key.str()));
  }
}

const toml::node& TomlTable::place(std::string_view key) const {
  const toml::node* const found = node(key);
  return found == nullptr ? table_ : *found;
}

std::string TomlTable::text(std::string_view key) const {
  const toml::node* const found = node(key);
  if (found == nullptr) return {};
  if (!found->is_string()) {
    faults_.add(*found, fmt::format("{} is not a string", key));
    return {};
  }
  return found->as_string()->get();
}

std::string TomlTable::required(std::string_view key) const {
  std::string found = text(key);
  if (found.empty() && (node(key) == nullptr || node(key)->is_string()))
    faults_.add(place(key), fmt::format("{} is {}", key, node(key) == nullptr ? "missing" : "empty"));
  return found;
}

std::optional<double> TomlTable::number(std::string_view key) const {
  const toml::node* const found = node(key);
  if (found == nullptr) return std::nullopt;
  if (const auto value = found->value<double>()) return value;
  faults_.add(*found, fmt::format("{} is not a number", key));
  return std::nullopt;
}

void TomlTable::each_text(std::string_view key, const std::function<void(std::string, const toml::node&)>& take) const {
  const toml::node* const found = node(key);
  if (found == nullptr) return;
  if (!found->is_array()) {
    faults_.add(*found, fmt::format("{} is not a list", key));
    return;
  }
  for (const toml::node& element : *found->as_array()) {
    if (!element.is_string())
      faults_.add(element, fmt::format("{} is not a list of strings", key));
    else
      take(element.as_string()->get(), element);
  }
}

std::vector<std::string> TomlTable::texts(std::string_view key) const {
  std::vector<std::string> out;
  each_text(key, [&](std::string one, const toml::node&) { out.push_back(std::move(one)); });
  return out;
}

void TomlTable::each_table(std::string_view key, const std::function<void(const toml::table&)>& take) const {
  const toml::node* const found = node(key);
  if (found == nullptr) return;
  if (!found->is_array_of_tables()) {
    faults_.add(*found, fmt::format("{} is not a list of tables: write [[{}]]", key, key));
    return;
  }
  for (const toml::node& element : *found->as_array()) take(*element.as_table());
}

}  // namespace inquest::rules
