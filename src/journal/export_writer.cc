#include "journal/export_writer.h"

#include <charconv>

#include "journal/payload.h"
#include "journal/printable.h"

namespace inquest::journal {
namespace {

void append_number(uint64_t number, std::string& out) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(digits, static_cast<size_t>(end - digits));
}

void append_field(std::string_view payload, std::string& out) {
  // The entry itself says its boot, at the front.
  if (payload.starts_with("_BOOT_ID=")) return;
  const size_t equals = payload.find('=');
  if (equals == std::string_view::npos || !field_name(payload.substr(0, equals))) return;
  if (is_printable(payload, false)) {
    out += payload;
  } else {
    const uint64_t size = payload.size() - equals - 1;
    out += payload.substr(0, equals);
    out += '\n';
    for (int shift = 0; shift < 64; shift += 8) out += static_cast<char>(size >> shift & 0xFF);
    out += payload.substr(equals + 1);
  }
  out += '\n';
}

}  // namespace

bool ExportWriter::write(JournalFile& file, const Entry& entry, std::string& out) {
  bool whole = true;
  out += "__CURSOR=";
  append_cursor(file, entry, out);
  out += "\n__REALTIME_TIMESTAMP=";
  append_number(entry.realtime, out);
  out += "\n__MONOTONIC_TIMESTAMP=";
  append_number(entry.monotonic, out);
  out += "\n_BOOT_ID=";
  out += entry.boot_id.text();
  out += '\n';
  for (uint32_t i = 0; i < entry.item_count; ++i) {
    const uint64_t offset = entry.item(i);
    if (const ItemCache::Slot* const known = cache_.find(file.index(), offset)) {
      out += known->text;
      continue;
    }
    const auto data = file.data(offset);
    const auto payload = data ? file.payload(*data, scratch_, kLargestPayload) : std::nullopt;
    if (!payload) {
      whole = false;
      continue;
    }
    const size_t before = out.size();
    append_field(*payload, out);
    if (data->entries > 1) cache_.keep(file.index(), offset, 0, 0, std::string_view(out).substr(before));
  }
  out += '\n';
  return whole;
}

}  // namespace inquest::journal
