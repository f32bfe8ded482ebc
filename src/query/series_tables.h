// What the store gives, as Flux's tables: one for each series and field.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "query/context.h"
#include "query/table.h"
#include "query/time_bound.h"
#include "store/store.h"

namespace inquest::query {

// Collects slices. Tables have the columns _start, _stop, _time, _value, _field, _measurement and the tags, and are
// grouped by all but _time and _value.
class SeriesTables {
 public:
  SeriesTables(Context& context, Bounds bounds) : context_(context), bounds_(bounds) {}

  // All slices of one selection. A field that changed its type becomes float where it always was a number, else string.
  Result<void> read(const store::Selection& selection);
  Tables finish() { return std::move(tables_); }

 private:
  struct Field {
    ColumnType type = ColumnType::Float;
    std::vector<Ns> times;
    std::vector<uint64_t> words;
    std::vector<std::string> strings;
    std::unordered_map<std::string, uint64_t> places;  // of strings
  };
  Result<void> add(const store::Slice& slice);
  void flush();
  Table table_of(const store::SeriesKey& key, const std::string& field, Field& values) const;

  Context& context_;
  Bounds bounds_;
  Tables tables_;
  store::SeriesKey key_;  // of what is being collected
  std::map<std::string, Field> fields_;
  uint64_t bytes_ = 0;
};

}  // namespace inquest::query
