#include "journal/json_writer.h"

#include <charconv>

#include "journal/printable.h"

namespace inquest::journal {
namespace {

constexpr size_t kThreshold = 4096;     // JSON_THRESHOLD of systemd's src/shared/logs-show.c
constexpr size_t kMostNames = 1 << 16;  // remembered at a time
constexpr uint32_t kNoField = UINT32_MAX;

void append_number(uint64_t number, std::string& out) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(digits, static_cast<size_t>(end - digits));
}

// json_format_string() of systemd's src/shared/json.c, for text that is_printable().
void append_string(std::string_view text, std::string& out) {
  out += '"';
  while (true) {
    const size_t plain = text.find_first_of("\"\\\n\t");
    out += text.substr(0, plain);
    if (plain == std::string_view::npos) break;
    out += '\\';
    out += text[plain] == '\n' ? 'n' : text[plain] == '\t' ? 't' : text[plain];
    text.remove_prefix(plain + 1);
  }
  out += '"';
}

void append_bytes(std::string_view bytes, std::string& out) {
  char separator = '[';
  for (const char byte : bytes) {
    out += separator;
    append_number(static_cast<uint8_t>(byte), out);
    separator = ',';
  }
  out += ']';
}

void append_value(std::string_view name, std::string_view value, std::string& out) {
  if (name.size() + 1 + value.size() >= kThreshold) {
    out += "null";
  } else if (is_printable(value, true)) {
    append_string(value, out);
  } else {
    append_bytes(value, out);
  }
}

}  // namespace

uint32_t JsonWriter::name_id(std::string_view name) {
  const auto known = names_.find(name);
  if (known != names_.end()) return known->second;
  const auto id = static_cast<uint32_t>(seen_.size());
  names_.emplace(name, id);
  seen_.push_back(0);
  return id;
}

bool JsonWriter::add_item(JournalFile& file, uint64_t offset) {
  Field field;
  field.begin = text_.size();
  if (const ItemCache::Slot* const known = cache_.find(file.index(), offset)) {
    field.name = known->tag;
    field.value = field.begin + known->tail;
    text_ += known->text;
  } else {
    const auto data = file.data(offset);
    const auto payload = data ? file.payload(*data, scratch_, kThreshold) : std::nullopt;
    if (!payload) return false;
    const size_t equals = payload->substr(0, kThreshold).find('=');
    field.name = kNoField;
    // The entry itself says its boot, at the front.
    if (equals != std::string_view::npos && field_name(payload->substr(0, equals)) &&
        !payload->starts_with("_BOOT_ID=")) {
      const std::string_view name = payload->substr(0, equals);
      field.name = name_id(name);
      text_ += '"';
      text_ += name;
      text_ += "\":";
      field.value = text_.size();
      append_value(name, payload->substr(equals + 1), text_);
    }
    if (data->entries > 1) {
      cache_.keep(file.index(), offset, field.name, static_cast<uint32_t>(field.value - field.begin),
                  std::string_view(text_).substr(field.begin));
    }
  }
  if (field.name == kNoField) return true;
  field.end = text_.size();
  fields_.push_back(field);
  repeated_ = repeated_ || seen_[field.name] == entry_;
  seen_[field.name] = entry_;
  return true;
}

// Where a name comes again: its values together, where it came first.
void JsonWriter::gather(std::string& out) const {
  const std::string_view text = text_;
  for (size_t i = 0; i < fields_.size(); ++i) {
    const Field& field = fields_[i];
    const auto same = [&](const Field& other) { return other.name == field.name; };
    const auto here = fields_.begin() + static_cast<ptrdiff_t>(i);
    if (std::find_if(fields_.begin(), here, same) != here) continue;
    out += ',';
    auto next = std::find_if(here + 1, fields_.end(), same);
    if (next == fields_.end()) {
      out += text.substr(field.begin, field.end - field.begin);
      continue;
    }
    out += text.substr(field.begin, field.value - field.begin);
    out += '[';
    out += text.substr(field.value, field.end - field.value);
    for (; next != fields_.end(); next = std::find_if(next + 1, fields_.end(), same)) {
      out += ',';
      out += text.substr(next->value, next->end - next->value);
    }
    out += ']';
  }
}

bool JsonWriter::write(JournalFile& file, const Entry& entry, std::string& out) {
  if (seen_.size() > kMostNames) {
    names_.clear();
    seen_.clear();
    cache_ = ItemCache(13);
  }
  ++entry_;
  repeated_ = false;
  fields_.clear();
  text_.clear();
  bool whole = true;
  for (uint32_t i = 0; i < entry.item_count; ++i) whole = add_item(file, entry.item(i)) && whole;

  out += "{\"__CURSOR\":\"";
  append_cursor(file, entry, out);
  out += "\",\"__REALTIME_TIMESTAMP\":\"";
  append_number(entry.realtime, out);
  out += "\",\"__MONOTONIC_TIMESTAMP\":\"";
  append_number(entry.monotonic, out);
  out += "\",\"_BOOT_ID\":\"";
  out += entry.boot_id.text();
  out += '"';
  if (repeated_) {
    gather(out);
  } else {
    for (const Field& field : fields_) {
      out += ',';
      out += std::string_view(text_).substr(field.begin, field.end - field.begin);
    }
  }
  out += "}\n";
  return whole;
}

}  // namespace inquest::journal
