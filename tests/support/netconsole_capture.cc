#include "support/netconsole_capture.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"

namespace inquest::testing {
namespace {

std::string decode_base64(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    uint32_t value = 0;
    if (c >= 'A' && c <= 'Z')
      value = static_cast<uint32_t>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      value = static_cast<uint32_t>(c - 'a' + 26);
    else if (c >= '0' && c <= '9')
      value = static_cast<uint32_t>(c - '0' + 52);
    else if (c == '+')
      value = 62;
    else if (c == '/')
      value = 63;
    else
      break;
    bits = bits << 6 | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xff);
    }
  }
  return out;
}

// "6,427,7071770,-,ncfrag=0/1200;text": the sequence number, and where the text begins in its record.
struct Header {
  uint64_t sequence = 0;
  std::string head;  // without the fragment
  uint64_t offset = 0;
  std::string_view text;
};
std::optional<Header> read_header(std::string_view datagram) {
  const size_t end = datagram.find(';');
  if (end == std::string_view::npos || end > 96) return std::nullopt;
  const auto fields = split(datagram.substr(0, end), ',');
  if (fields.size() < 4 || !parse_int<uint64_t>(fields[0]) || !parse_int<uint64_t>(fields[2])) return std::nullopt;
  const auto sequence = parse_int<uint64_t>(fields[1]);
  if (!sequence) return std::nullopt;
  Header header{*sequence, {}, 0, datagram.substr(end + 1)};
  for (const std::string_view field : fields) {
    if (field.starts_with("ncfrag=")) {
      header.offset = parse_int<uint64_t>(field.substr(7, field.find('/') - 7)).value_or(0);
      continue;
    }
    if (!header.head.empty()) header.head += ',';
    header.head += field;
  }
  return header;
}

}  // namespace

std::vector<CapturedDatagram> netconsole_datagrams(std::string_view jsonl) {
  std::vector<CapturedDatagram> out;
  for (const std::string_view line : lines(jsonl)) {
    constexpr std::string_view kTime = "\"t\": ";
    constexpr std::string_view kBytes = "\"b64\": \"";
    const size_t time = line.find(kTime);
    const size_t bytes = line.find(kBytes);
    if (time == std::string_view::npos || bytes == std::string_view::npos) continue;
    const std::string_view digits = line.substr(time + kTime.size());
    const auto seconds = parse_double(digits.substr(0, digits.find(',')));
    if (!seconds) continue;
    out.push_back({static_cast<int64_t>(*seconds * 1e6) * 1000, decode_base64(line.substr(bytes + kBytes.size()))});
  }
  std::ranges::stable_sort(out, {}, &CapturedDatagram::time);
  return out;
}

std::string netconsole_text(std::string_view jsonl) {
  struct Record {
    std::string head;
    std::map<uint64_t, std::string> pieces;
  };
  std::map<uint64_t, Record> records;
  std::string plain;
  for (const std::string_view line : lines(jsonl)) {
    constexpr std::string_view kKey = "\"b64\": \"";
    const size_t at = line.find(kKey);
    if (at == std::string_view::npos) continue;
    const std::string datagram = decode_base64(line.substr(at + kKey.size()));
    if (const auto header = read_header(datagram)) {
      records[header->sequence].head = header->head;
      records[header->sequence].pieces[header->offset] = header->text;
    } else {
      plain += datagram;
    }
  }
  for (const auto& [sequence, record] : records) {
    plain += record.head + ';';
    for (const auto& [offset, piece] : record.pieces) plain += piece;
    if (!plain.ends_with('\n')) plain += '\n';
  }
  return plain;
}

}  // namespace inquest::testing
