// A store in memory, for tests of what reads one.
#pragma once

#include <algorithm>
#include <bit>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "store/store.h"

namespace inquest::testing {

struct Line {
  store::SeriesKey key;
  Ns time = 0;
  std::map<std::string, double> fields;
};

// Holds lines of floats, and remembers what it was asked for.
class FakeStore final : public store::Store {
 public:
  std::vector<Line> lines;
  std::vector<store::Selection> asked;

  void write(std::string_view, std::string, Done done) override { done({}); }
  void write(std::vector<store::Event>, Done done) override { done({}); }
  Result<std::vector<std::string>> buckets() override { return std::vector<std::string>{"telegraf"}; }
  Result<void> create_bucket(std::string_view) override { return {}; }
  Result<void> events(const store::EventQuery&, const std::function<bool(store::StoredEvent&&)>&) override {
    return {};
  }
  Result<uint64_t> put_incident(const store::KeptIncident&) override { return uint64_t{1}; }
  Result<std::vector<store::KeptIncident>> incidents(std::optional<uint64_t>) override { return {}; }
  Result<void> flush() override { return {}; }
  store::Usage usage() override { return {}; }

  Result<void> select(const store::Selection& selection, const std::function<bool(store::Slice&&)>& take) override {
    asked.push_back(selection);
    std::map<store::SeriesKey, std::vector<Line>> by_series;
    for (const Line& line : lines) {
      if (matches(selection, line)) by_series[line.key].push_back(line);
    }
    for (auto& [key, rows] : by_series) {
      std::ranges::sort(rows, {}, &Line::time);
      if (selection.newest_first) std::ranges::reverse(rows);
      if (selection.rows_per_series > 0 && rows.size() > selection.rows_per_series)
        rows.resize(selection.rows_per_series);
      store::Slice slice;
      slice.key = &key;
      std::map<std::string, store::Column> columns;
      for (size_t row = 0; row < rows.size(); ++row) {
        slice.times.push_back(rows[row].time);
        for (const auto& [field, value] : rows[row].fields) {
          if (!wanted(selection, field)) continue;
          store::Column& column = columns[field];
          column.field = field;
          column.bits.resize(rows.size());
          column.present.resize(rows.size());
          column.bits[row] = std::bit_cast<uint64_t>(value);
          column.present[row] = true;
        }
      }
      for (auto& [field, column] : columns) slice.columns.push_back(std::move(column));
      if (!take(std::move(slice))) break;
    }
    return {};
  }

  Result<void> series(const store::Selection& selection,
                      const std::function<bool(const store::SeriesKey&)>& take) override {
    std::vector<store::SeriesKey> keys;
    for (const Line& line : lines) {
      if (matches(selection, line)) keys.push_back(line.key);
    }
    std::ranges::sort(keys);
    const auto repeated = std::ranges::unique(keys);
    keys.erase(repeated.begin(), repeated.end());
    for (const auto& key : keys) {
      if (!take(key)) break;
    }
    return {};
  }

  Result<std::vector<std::pair<std::string, store::FieldType>>> fields(const store::Selection& selection) override {
    std::map<std::string, store::FieldType> found;
    for (const Line& line : lines) {
      if (!matches(selection, line)) continue;
      for (const auto& [field, value] : line.fields) found[field] = store::FieldType::Float;
    }
    return std::vector<std::pair<std::string, store::FieldType>>(found.begin(), found.end());
  }

 private:
  static bool wanted(const store::Selection& selection, const std::string& field) {
    return selection.fields.empty() || std::ranges::find(selection.fields, field) != selection.fields.end();
  }
  static bool matches(const store::Selection& selection, const Line& line) {
    if (line.time < selection.from || line.time >= selection.to) return false;
    if (selection.measurement && *selection.measurement != line.key.measurement) return false;
    for (const auto& tag : selection.tags) {
      if (tag.kind == store::TagMatch::Kind::Equal && line.key.tag(tag.key) != tag.value) return false;
    }
    return std::ranges::any_of(line.fields, [&](const auto& field) { return wanted(selection, field.first); });
  }
};

}  // namespace inquest::testing
