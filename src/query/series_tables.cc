#include "query/series_tables.h"

#include <bit>

#include "query/annotated_csv.h"

namespace inquest::query {
namespace {

ColumnType type_of(store::FieldType type) {
  switch (type) {
    case store::FieldType::Float: return ColumnType::Float;
    case store::FieldType::Integer: return ColumnType::Int;
    case store::FieldType::Unsigned: return ColumnType::UInt;
    case store::FieldType::Boolean: return ColumnType::Bool;
    case store::FieldType::String: return ColumnType::String;
  }
  return ColumnType::Float;
}

bool is_number(ColumnType type) {
  return type == ColumnType::Float || type == ColumnType::Int || type == ColumnType::UInt;
}

double number_of(ColumnType type, uint64_t word) {
  if (type == ColumnType::Int) return static_cast<double>(static_cast<int64_t>(word));
  return type == ColumnType::UInt ? static_cast<double>(word) : std::bit_cast<double>(word);
}

template <class Places>
uint64_t place_of(const std::string& text, std::vector<std::string>& strings, Places& places) {
  const auto [it, added] = places.try_emplace(text, strings.size());
  if (added) strings.push_back(text);
  return it->second;
}

// The value in another type: a number as a double, all else as text.
template <class Field>
uint64_t converted(ColumnType from, uint64_t word, ColumnType to, Field& field) {
  if (to == ColumnType::Float) return std::bit_cast<uint64_t>(number_of(from, word));
  return place_of(csv_text(Cell{from, false, word, {}}), field.strings, field.places);
}

}  // namespace

Result<void> SeriesTables::read(const store::Selection& selection) {
  Result<void> outcome;
  auto read = context_.store()->select(selection, [&](store::Slice&& slice) {
    outcome = add(slice);
    return outcome.has_value();
  });
  if (!outcome) return outcome;
  if (!read) return read;
  flush();
  return {};
}

Result<void> SeriesTables::add(const store::Slice& slice) {
  if (*slice.key != key_) flush();
  key_ = *slice.key;
  const uint64_t cells = slice.times.size() * (slice.columns.size() + 1);
  bytes_ += cells * 2 * sizeof(uint64_t);
  if (auto counted = context_.step(cells); !counted) return counted;
  if (auto fits = context_.room(bytes_); !fits) return fits;
  for (const store::Column& column : slice.columns) {
    const ColumnType type = type_of(column.type);
    const auto [it, added] = fields_.try_emplace(column.field);
    Field& field = it->second;
    if (added) field.type = type;
    if (field.type != type && field.type != ColumnType::String) {
      const ColumnType wider = is_number(field.type) && is_number(type) ? ColumnType::Float : ColumnType::String;
      if (wider != field.type) {
        for (uint64_t& word : field.words) word = converted(field.type, word, wider, field);
        field.type = wider;
      }
    }
    std::vector<uint64_t> places;  // of this slice's strings in the field's
    for (const std::string& text : column.strings) places.push_back(place_of(text, field.strings, field.places));
    for (size_t row = 0; row < slice.times.size(); ++row) {
      if (!column.present.empty() && !column.present[row]) continue;
      uint64_t word = column.bits[row];
      if (type == ColumnType::String) {
        if (word >= places.size()) return fail(ErrorCode::Malformed, "the store gave a string that is not there");
        word = places[word];
      } else if (type != field.type) {
        word = converted(type, word, field.type, field);
      }
      field.times.push_back(slice.times[row]);
      field.words.push_back(word);
    }
  }
  return {};
}

void SeriesTables::flush() {
  for (auto& [name, field] : fields_) {
    if (!field.times.empty()) tables_.push_back(table_of(key_, name, field));
  }
  fields_.clear();
}

Table SeriesTables::table_of(const store::SeriesKey& key, const std::string& name, Field& field) const {
  std::vector<GroupKey::Part> parts = {{"_start", Cell::time(bounds_.start)},
                                       {"_stop", Cell::time(bounds_.stop)},
                                       {"_field", Cell::of(name)},
                                       {"_measurement", Cell::of(key.measurement)}};
  for (const auto& [tag, value] : key.tags) parts.push_back({tag, Cell::of(value)});
  Table out;
  out.rows = field.times.size();
  out.key = GroupKey(std::move(parts));
  out.range = TimeRange{bounds_.start, bounds_.stop};
  const auto put_key = [&](size_t at) {
    const auto& part = out.key.parts()[at];
    out.columns.push_back({part.label, Column::constant(part.value, out.rows)});
  };
  put_key(0);
  put_key(1);
  std::vector<uint64_t> times(field.times.begin(), field.times.end());
  out.columns.push_back({"_time", Column(ColumnType::Time, std::move(times))});
  auto strings = field.type == ColumnType::String
                     ? std::make_shared<const std::vector<std::string>>(std::move(field.strings))
                     : nullptr;
  out.columns.push_back({"_value", Column(field.type, std::move(field.words), {}, std::move(strings))});
  for (size_t at = 2; at < out.key.parts().size(); ++at) put_key(at);
  return out;
}

}  // namespace inquest::query
