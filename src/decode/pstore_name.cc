#include "decode/pstore_name.h"

#include "base/text.h"

namespace inquest::decode {
namespace {

// A clock that was never set says 1970; none of these kernels is older than 2010.
constexpr uint64_t kEarliest = 1'262'304'000;
constexpr uint64_t kLatest = 4'102'444'800;  // 2100

std::optional<Ns> plausible(uint64_t seconds) {
  if (seconds < kEarliest || seconds > kLatest) return std::nullopt;
  return static_cast<Ns>(seconds) * kSecond;
}

}  // namespace

std::optional<PstoreName> parse_pstore_name(std::string_view name, uint32_t count, uint32_t part) {
  if (name.ends_with(".enc.z")) name.remove_suffix(6);
  const size_t first = name.find('-');
  const size_t last = name.rfind('-');
  if (first == std::string_view::npos || first == 0 || last == first) return std::nullopt;
  const auto id = parse_int<uint64_t>(name.substr(last + 1));
  if (!id) return std::nullopt;
  PstoreName out{name.substr(0, first), name.substr(first + 1, last - first - 1), *id, {}, 0};
  if (out.backend.starts_with("efi")) {
    // generic_id() in drivers/firmware/efi/efi-pstore.c: (timestamp * 100 + part) * 1000 + count
    out.written = plausible(*id / 100'000);
    if (out.written) out.moment = *id / 100'000;
  } else if (out.backend == "erst") {
    // cper_next_record_id() in drivers/firmware/efi/cper.c: the time of the boot's first record in the upper half, and
    // they are numbered from 1 in the lower.
    out.moment = *id >> 32;
    if (count == 1 && (*id & 0xFFFFFFFF) == part) out.written = plausible(*id >> 32);
  }
  return out;
}

}  // namespace inquest::decode
