#include "evidence/pstore_record.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <zlib.h>

namespace inquest::evidence {
namespace {

bool begins_record(std::string_view text) {
  // kmsg_dump_reason_str() and its forerunners
  static constexpr std::array<std::string_view, 8> kReasons = {"Panic#",   "Oops#", "Emergency#", "Shutdown#",
                                                               "Restart#", "Halt#", "Poweroff#",  "Unknown#"};
  const auto* const reason =
      std::ranges::find_if(kReasons, [&](std::string_view known) { return text.starts_with(known); });
  return reason != kReasons.end() && text.size() > reason->size() && text[reason->size()] >= '0' &&
         text[reason->size()] <= '9';
}

// The first bytes of what `head` holds if it is deflated so.
bool holds_record(std::string_view head, int window_bits) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits) != Z_OK) return false;
  std::array<char, 16> out{};
  // zlib does not write there; its type says so only when it is compiled with ZLIB_CONST.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(head.data()));
  stream.avail_in = static_cast<uInt>(head.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  inflate(&stream, Z_NO_FLUSH);
  const size_t got = out.size() - stream.avail_out;
  inflateEnd(&stream);
  return begins_record({out.data(), got});
}

}  // namespace

bool is_compressed_pstore_record(std::string_view head) {
  if (head.starts_with(kEfiAttributes)) head.remove_prefix(kEfiAttributes.size());
  if (head.size() < 16) return false;
  const auto first = static_cast<uint8_t>(head[0]);
  const auto second = static_cast<uint8_t>(head[1]);
  if ((first & 0x0F) == Z_DEFLATED && (first * 256 + second) % 31 == 0) return holds_record(head, MAX_WBITS);
  // Of bare deflate, bits 1 and 2 are the first block's type: 1 or 2 where something is compressed.
  const int type = first >> 1 & 3;
  return (type == 1 || type == 2) && holds_record(head, -MAX_WBITS);
}

bool is_ecc_note(std::string_view head) {
  if (!head.starts_with('\n')) return false;
  head.remove_prefix(1);
  return head.starts_with("ECC: ") || head.starts_with("No error") ||
         (!head.empty() && head[0] >= '0' && head[0] <= '9');
}

}  // namespace inquest::evidence
