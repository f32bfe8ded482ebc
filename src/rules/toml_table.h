// Reads TOML tables strictly: every fault is told with its place, none ends the reading.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "base/error.h"

namespace inquest::rules {

// What is wrong with one file.
class Faults {
 public:
  Faults(std::string file, std::vector<Error>& out) : file_(std::move(file)), out_(out) {}

  void add(const toml::node& at, std::string message) { add(at.source().begin.line, std::move(message)); }
  void add(uint64_t line, std::string message);
  bool any() const { return any_; }
  const std::string& file() const { return file_; }

 private:
  std::string file_;
  std::vector<Error>& out_;
  bool any_ = false;
};

// One table, whose every key must be one of `keys`. Views of the parsed file: must not outlive it.
class TomlTable {
 public:
  TomlTable(const toml::table& table, std::initializer_list<std::string_view> keys, Faults& faults);

  const toml::node* node(std::string_view key) const { return table_.get(key); }
  // What a fault about the key is about: its value, else the table.
  const toml::node& place(std::string_view key) const;

  // Empty where the key is missing, which is a fault for one that is required, or is no string.
  std::string text(std::string_view key) const;
  std::string required(std::string_view key) const;
  std::optional<double> number(std::string_view key) const;
  // Each string of a list, with its place.
  void each_text(std::string_view key, const std::function<void(std::string, const toml::node&)>& take) const;
  std::vector<std::string> texts(std::string_view key) const;
  // Each table of a list of tables.
  void each_table(std::string_view key, const std::function<void(const toml::table&)>& take) const;
  // The word, looked up in a table of words; a fault where it is none of them.
  template <class T, class Parse>
  std::optional<T> word(std::string_view key, Parse parse) const {
    const std::string given = required(key);
    if (given.empty()) return std::nullopt;
    std::optional<T> value = parse(given);
    if (!value) faults_.add(place(key), std::string(key) + ": no such thing as \"" + given + "\"");
    return value;
  }

 private:
  const toml::table& table_;
  Faults& faults_;
};

}  // namespace inquest::rules
