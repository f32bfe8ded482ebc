#include "decode/csv_reader.h"

namespace inquest::decode {

void CsvReader::line(std::string_view text, const Place& place) {
  if (!lines_.empty()) {
    join(text, place);
    return;
  }
  if (known_line(text, place)) return;
  if (row_.split(text) == CsvRow::State::Whole) {
    row(row_, text, place);
  } else {
    open_ = text;
    lines_.push_back(place);
  }
}

void CsvReader::join(std::string_view text, const Place& place) {
  open_ += '\n';
  open_ += text;
  lines_.push_back(place);
  if (row_.still_open(text)) {
    if (lines_.size() >= kMostLines || open_.size() >= kMostBytes) give_up();
    return;
  }
  row_.split(open_);
  if (width() != 0 && row_.fields().size() != width()) {
    give_up();
    return;
  }
  Place whole = lines_.front();
  whole.length = static_cast<uint32_t>(place.offset + place.length - whole.offset);
  lines_.clear();
  row(row_, open_, whole);
}

void CsvReader::single_line(std::string_view text, const Place& place) {
  if (known_line(text, place)) return;
  if (row_.split(text) == CsvRow::State::Whole) {
    row(row_, text, place);
  } else {
    sink().problem(place, "a quote is not closed");
  }
}

void CsvReader::give_up() {
  const std::string text = std::move(open_);
  const std::vector<Place> lines = std::move(lines_);
  open_.clear();
  lines_.clear();
  sink().problem(lines.front(), "a quote is not closed");
  size_t at = lines.front().length + 1;
  for (size_t i = 1; i < lines.size(); ++i) {
    single_line(std::string_view(text).substr(at, lines[i].length), lines[i]);
    at += lines[i].length + 1;
  }
}

void CsvReader::end() {
  if (!lines_.empty()) give_up();
}

}  // namespace inquest::decode
