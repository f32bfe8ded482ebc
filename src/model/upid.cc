#include "model/upid.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace inquest::model {
namespace {

constexpr std::string_view kStart = "UPID:";
constexpr size_t kMostLength = 512;
constexpr uint64_t kEarliest = 946'684'800;         // 2000: no Proxmox is older
constexpr uint64_t kLatest = 4'102'444'800;         // 2100
constexpr uint64_t kLongestUptime = 3'200'000'000;  // a century, in seconds

// Of at least eight hexadecimal digits.
std::optional<uint64_t> hexadecimal(std::string_view field) {
  if (field.size() < 8 || field.size() > 16) return std::nullopt;
  return parse_int<uint64_t>(field, 16);
}

}  // namespace

std::optional<Upid> parse_upid(std::string_view text) {
  if (!text.starts_with(kStart)) return std::nullopt;
  const std::string_view whole = text.substr(0, kMostLength);
  std::array<std::string_view, 8> fields;
  size_t count = 0;
  size_t at = kStart.size();
  size_t wanted = 7;
  while (count < wanted) {
    const size_t colon = whole.find(':', at);
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view field = whole.substr(at, colon - at);
    if (field.find_first_of(" \t\r\n") != std::string_view::npos) return std::nullopt;
    fields[count++] = field;
    at = colon + 1;
    // Where a type is due, a backup server's has the start's time: the number before it was the task's.
    if (count == 5 && hexadecimal(field)) wanted = 8;
  }
  const size_t rest = wanted - 4;  // of the start's time
  const auto pid = hexadecimal(fields[1]);
  const auto ticks = hexadecimal(fields[2]);
  const auto start = hexadecimal(fields[rest]);
  if (!pid || *pid > UINT32_MAX || !ticks || *ticks / 100 > kLongestUptime || !start || *start < kEarliest ||
      *start > kLatest || fields[0].empty() || fields[rest + 1].empty() || fields[rest + 3].empty())
    return std::nullopt;
  Upid out;
  out.text = whole.substr(0, at);
  out.node = fields[0];
  out.pid = static_cast<uint32_t>(*pid);
  out.uptime = static_cast<Ns>(*ticks) * (kSecond / 100);
  out.start = static_cast<Ns>(*start) * kSecond;
  out.type = fields[rest + 1];
  out.object = fields[rest + 2];
  out.user = fields[rest + 3];
  return out;
}

std::optional<Upid> find_upid(std::string_view text) {
  for (size_t at = text.find(kStart); at != std::string_view::npos; at = text.find(kStart, at + 1)) {
    if (const auto upid = parse_upid(text.substr(at))) return upid;
  }
  return std::nullopt;
}

}  // namespace inquest::model
