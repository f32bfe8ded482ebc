#include "journal/entry_writer.h"

#include <array>
#include <iterator>

#include <fmt/format.h>

#include "journal/export_writer.h"
#include "journal/json_writer.h"
#include "journal/payload.h"
#include "journal/short_writer.h"

namespace inquest::journal {
namespace {

constexpr std::array<std::string_view, 10> kModes = {
    "short",  "short-iso", "short-iso-precise", "short-precise", "short-full", "short-monotonic", "short-unix", "json",
    "export", "cat"};

void append_hex(uint64_t number, std::string& out) {
  char digits[16];
  char* p = std::end(digits);
  do {
    *--p = "0123456789abcdef"[number & 15];
    number >>= 4;
  } while (number != 0);
  out.append(p, static_cast<size_t>(std::end(digits) - p));
}

}  // namespace

std::optional<OutputMode> output_mode(std::string_view name) {
  for (size_t i = 0; i < kModes.size(); ++i) {
    if (kModes[i] == name) return static_cast<OutputMode>(i);
  }
  return std::nullopt;
}

std::string_view to_string(OutputMode mode) { return kModes[static_cast<size_t>(mode)]; }

std::unique_ptr<EntryWriter> make_writer(OutputMode mode, const Zone& zone, bool safe) {
  switch (mode) {
    case OutputMode::Json: return std::make_unique<JsonWriter>();
    case OutputMode::Export: return std::make_unique<ExportWriter>();
    default: return std::make_unique<ShortWriter>(mode, zone, safe);
  }
}

void append_cursor(JournalFile& file, const Entry& entry, std::string& out) {
  out += "s=";
  out += file.header().seqnum_id.text();
  out += ";i=";
  append_hex(entry.seqnum, out);
  out += ";b=";
  out += entry.boot_id.text();
  out += ";m=";
  append_hex(entry.monotonic, out);
  out += ";t=";
  append_hex(entry.realtime, out);
  out += ";x=";
  append_hex(entry.xor_hash, out);
}

std::optional<std::string_view> first_value(JournalFile& file, const Entry& entry, std::string_view field,
                                            std::string& scratch) {
  for (uint32_t i = 0; i < entry.item_count; ++i) {
    const auto data = file.data(entry.item(i));
    if (!data) continue;
    auto payload = file.payload(*data, scratch, data->flags == 0 ? 0 : field.size() + 1);
    if (!payload || payload->size() <= field.size() || (*payload)[field.size()] != '=' || !payload->starts_with(field))
      continue;
    if (data->flags != 0) payload = file.payload(*data, scratch, kLargestPayload);
    if (payload) return payload->substr(field.size() + 1);
  }
  return std::nullopt;
}

}  // namespace inquest::journal
