#include "decode/sample_table.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::decode {
namespace {

// Names in a message: of people's tables, so made safe and short.
std::string shown(std::string_view name) { return ellipsis(printable(name), 40); }

std::optional<double> flag(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return 1;
  if (text == "false" || text == "False" || text == "FALSE") return 0;
  return std::nullopt;
}

// What tables write for a figure that is not there.
bool absent(std::string_view text) {
  return text.empty() || text == "null" || text == "undefined" || text == "-" || text == "N/A" || text == "n/a";
}

// "cpu=cpu0, host=x" into tags and host; a comma within a value cannot be told from one between tags, unless no "="
// follows.
void split_tags(std::string_view text, std::vector<Tag>& tags, std::string_view& host) {
  while (!text.empty()) {
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) return;
    const std::string_view name = trim(text.substr(0, equals));
    text.remove_prefix(equals + 1);
    const size_t next = text.find('=');
    const size_t end = next == std::string_view::npos ? text.size() : text.rfind(',', next);
    const std::string_view value = text.substr(0, end);
    if (name == "host") {
      host = value;
    } else {
      tags.push_back({name, value});
    }
    text.remove_prefix(end == std::string_view::npos || end == text.size() ? text.size() : end + 1);
  }
}

void append_key(std::string& key, std::string_view cell) {
  const auto length = static_cast<uint32_t>(cell.size());
  char bytes[sizeof length];
  std::memcpy(bytes, &length, sizeof length);
  key.append(bytes, sizeof length).append(cell);
}

}  // namespace

void SampleTable::define(std::vector<Column> columns) {
  columns_ = std::move(columns);
  guessed_tags_ = 0;
  sort_out();
}

void SampleTable::sort_out() {
  time_ = kNone;
  keys_.clear();
  values_.clear();
  guesses_.clear();
  for (size_t i = 0; i < columns_.size(); ++i) {
    switch (columns_[i].role) {
      case Role::Skip: break;
      case Role::Time:
        if (time_ == kNone) time_ = i;
        break;
      case Role::Host:
      case Role::Measurement:
      case Role::FieldName:
      case Role::Result:
      case Role::Tags:
      case Role::Tag: keys_.push_back(i); break;
      case Role::Number:
      case Role::Flag:
      case Role::Loose:
      case Role::Text: values_.push_back(i); break;
      case Role::Guess:
      case Role::GuessField: guesses_.push_back(i); break;
    }
  }
  forget();
}

void SampleTable::forget() {
  known_keys_ = {};
  series_.clear();
  last_id_ = 0;
  same_key_ = false;
}

void SampleTable::set_names(std::string_view measurement, std::string_view tags, std::string_view result) {
  measurement_ = measurement;
  tags_ = tags;
  result_ = result;
  forget();
}

void SampleTable::guess(std::span<const std::string_view> cells) {
  bool changed = false;
  for (const size_t i : guesses_) {
    const std::string_view text = cell(cells, i);
    if (absent(text)) continue;
    Column& column = columns_[i];
    if (parse_value(text, style_).kind != ValueKind::Text) {
      column.role = Role::Number;
    } else if (flag(text)) {
      column.role = Role::Flag;
    } else if (column.role == Role::Guess && guessed_tags_ < kMostTags) {
      column.role = Role::Tag;
      ++guessed_tags_;
    } else {
      column.role = Role::Text;
    }
    changed = true;
  }
  if (changed) sort_out();
}

void SampleTable::row(std::span<const std::string_view> cells, const Place& place) {
  same_key_ = false;
  if (cells.size() != columns_.size()) {
    into_.problem(place, fmt::format("row has {}, {} expected", counted(cells.size(), "column"), columns_.size()));
    return;
  }
  if (time_ == kNone) {
    into_.note(place, "a table without a time column: its rows are no samples");
    return;
  }
  const auto time = times_.parse(cell(cells, time_));
  if (!time) {
    into_.problem(place, fmt::format("column {} is not a time", shown(columns_[time_].name)));
    return;
  }
  if (!guesses_.empty()) guess(cells);
  same_key_ = matches_last(cells, time->utc);
  if (!same_key_ && !find_key(cells, time->utc, place)) return;
  for (size_t at = 0; at < values_.size(); ++at) value(cells, at, *time, place);
}

bool SampleTable::again(std::string_view time, std::string_view value, const Place& place) {
  const model::SeriesId series = series_[(last_id_ - 1) * values_.size()];
  if (series >= kTooMany) return false;
  const auto when = times_.parse(time);
  if (!when || when->utc != last_utc_) return false;
  const SampleValue figure = parse_value(value, style_);
  if (figure.kind != ValueKind::Number) return false;
  into_.sample(series, *when, figure.value, place);
  return true;
}

bool SampleTable::matches_last(std::span<const std::string_view> cells, bool utc) const {
  if (last_id_ == 0 || utc != last_utc_) return false;
  const char* at = last_key_.data();
  for (const size_t i : keys_) {
    const std::string_view text = cells[i];
    uint32_t length = 0;
    std::memcpy(&length, at, sizeof length);
    at += sizeof length;
    if (text != std::string_view(at, length)) return false;
    at += length;
  }
  return true;
}

bool SampleTable::find_key(std::span<const std::string_view> cells, bool utc, const Place& place) {
  last_key_.clear();
  for (const size_t i : keys_) append_key(last_key_, cells[i]);
  last_key_ += utc ? 'U' : 'L';
  last_utc_ = utc;
  const bool full = known_keys_.size() > Telemetry::kMostSeries || series_.size() > kMostCells;
  if (last_key_.size() <= kLongestKey) last_id_ = full ? known_keys_.find(last_key_) : known_keys_.intern(last_key_);
  if (last_key_.size() > kLongestKey || last_id_ == 0) {
    into_.problem(place, last_id_ == 0 ? "too many series: those that come now are left out" : "tags too long");
    last_id_ = 0;
    return false;
  }
  const size_t end = last_id_ * values_.size();
  if (series_.size() < end) series_.resize(end, kNoSeries);
  return true;
}

void SampleTable::value(std::span<const std::string_view> cells, size_t at, const SampleTime& time,
                        const Place& place) {
  const size_t column = values_[at];
  const std::string_view text = cell(cells, column);
  if (text.empty()) return;
  const Role role = columns_[column].role;
  double figure = 0;
  if (const SampleValue parsed = role == Role::Text ? SampleValue{} : parse_value(text, style_);
      parsed.kind == ValueKind::Number && role != Role::Flag) {
    figure = parsed.value;
  } else if (absent(text)) {
    return;
  } else if (const auto known = flag(text); known && (role == Role::Flag || role == Role::Loose)) {
    figure = *known;
  } else if (parsed.kind == ValueKind::NotFinite) {
    into_.problem(place, fmt::format("column {} is not a finite number", shown(columns_[column].name)));
    return;
  } else if (role == Role::Text || role == Role::Loose) {
    into_.text_value(place);
    return;
  } else {
    into_.problem(place, fmt::format("column {} is not a {}", shown(columns_[column].name),
                                     role == Role::Flag ? "boolean" : "number"));
    return;
  }
  const model::SeriesId series = series_of(cells, at, time.utc, place);
  if (series != kTooMany) into_.sample(series, time, figure, place);
}

model::SeriesId SampleTable::series_of(std::span<const std::string_view> cells, size_t at, bool utc,
                                       const Place& place) {
  model::SeriesId& known = series_[(last_id_ - 1) * values_.size() + at];
  if (known == kNoSeries) known = make_series(cells, values_[at], utc, place);
  return known;
}

model::SeriesId SampleTable::make_series(std::span<const std::string_view> cells, size_t column, bool utc,
                                         const Place& place) {
  Telemetry::Name name{{}, measurement_, {}, columns_[column].name};
  std::string_view result = result_;
  std::vector<Tag> tags;
  split_tags(tags_, tags, name.host);
  for (const size_t i : keys_) {
    const std::string_view text = cell(cells, i);
    switch (columns_[i].role) {
      case Role::Host: name.host = text; break;
      case Role::Measurement: name.measurement = text; break;
      case Role::FieldName: name.field = text; break;
      case Role::Result: result = text; break;
      case Role::Tags: split_tags(text, tags, name.host); break;
      default: tags.push_back({columns_[i].name, text}); break;
    }
  }
  std::string joined;
  join_tags(tags, joined);
  name.tags = joined;
  std::string told_apart;
  if (clashes(name, result)) {
    tags.push_back({"result", result});
    join_tags(tags, told_apart);
    name.tags = told_apart;
  }
  return into_.series(name, utc, place).value_or(kTooMany);
}

// Two results of one query ("mean", "max") can be of the same series; the first keeps the plain name.
bool SampleTable::clashes(const Telemetry::Name& name, std::string_view result) {
  std::string key;
  for (const std::string_view part : {name.host, name.measurement, name.tags, name.field}) append_key(key, part);
  const model::StrId id = names_.intern(key);
  const model::StrId came_in = results_.intern(result);
  if (first_result_.size() < id) {
    first_result_.push_back(came_in);
    return false;
  }
  return first_result_[id - 1] != came_in;
}

}  // namespace inquest::decode
