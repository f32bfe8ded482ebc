// Before v6.0 nothing says where kallsyms is. The tables lie one behind the other in the kernel's read-only data:
//
//     offsets (or addresses), relative_base, num_syms, names, markers, token_table, token_index
//
// so that the token table, which is easy to know, leads back to the others. Each step is checked by the next.
#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include "vmcore/kallsyms.h"

namespace inquest::vmcore {
namespace {

constexpr uint64_t kImage = uint64_t{128} << 20;  // how far behind _stext the tables may lie
constexpr uint64_t kPage = 4096;
constexpr uint32_t kBlock = 256;
constexpr uint64_t kMostBytesASymbol = 129;

// The tokens of the digits, which no kernel packs.
constexpr std::string_view kDigits("0\0001\0002\0003\0004\0005\0006\0007\0008\0009\0", 20);

uint64_t aligned(uint64_t value, uint64_t to) { return (value + to - 1) / to * to; }

// Where the token table begins that has the digits there, and its length: 48 tokens before them, 256 in all.
struct Tokens {
  VirtAddr start;
  std::array<uint16_t, 256> index{};
  uint64_t length = 0;
};

std::optional<Tokens> tokens_around(AddressSpace& space, VirtAddr digits) {
  constexpr uint64_t kBefore = 4096;
  std::array<char, kBefore + 8192> bytes{};
  const VirtAddr from = digits - kBefore;
  const size_t got = space.read_some(from, std::as_writable_bytes(std::span(bytes)));
  if (got <= kBefore + kDigits.size() || bytes[kBefore - 1] != '\0') return std::nullopt;
  size_t at = kBefore;
  for (int token = 0; token < '0'; ++token) {
    if (at == 0) return std::nullopt;
    --at;  // the NUL of the token before
    while (at > 0 && bytes[at - 1] != '\0') --at;
  }
  // The first tokens are those of control characters, which no symbol has: they may be empty or packed words. Where
  // the table begins is therefore not certain; the index behind it must agree.
  Tokens out;
  out.start = from + at;
  size_t end = at;
  for (size_t token = 0; token < 256; ++token) {
    out.index[token] = static_cast<uint16_t>(end - at);
    while (end < got && bytes[end] != '\0') ++end;
    if (end >= got) return std::nullopt;
    ++end;
  }
  out.length = end - at;
  return out;
}

std::optional<VirtAddr> index_behind(AddressSpace& space, const Tokens& tokens) {
  for (const uint64_t alignment : {8, 4}) {
    const VirtAddr there{aligned((tokens.start + tokens.length).value, alignment)};
    std::array<uint16_t, 256> index{};
    if (!space.read(there, std::as_writable_bytes(std::span(index)))) continue;
    if (index == tokens.index) return there;
  }
  return std::nullopt;
}

struct Markers {
  VirtAddr start;
  uint64_t blocks = 0;
  uint64_t second = 0;  // offset of the 256th name
  uint64_t last = 0;
};

// The markers end before the token table: offsets that fall, read backwards, down to a zero.
std::optional<Markers> markers_before(AddressSpace& space, VirtAddr tokens, uint64_t width) {
  const auto number = [&](VirtAddr at) -> std::optional<uint64_t> {
    uint64_t value = 0;
    if (!space.read(at, std::as_writable_bytes(std::span(&value, 1)).first(width))) return std::nullopt;
    return value;
  };
  for (uint64_t padding = 0; padding < 8; padding += 4) {
    VirtAddr at = tokens - padding - width;
    if (at.value % width != 0) continue;
    auto value = number(at);
    if (!value || *value == 0) continue;
    Markers out;
    out.last = *value;
    out.blocks = 1;
    while (*value != 0 && out.blocks < Kallsyms::kMaxSymbols / kBlock) {
      at = at - width;
      const auto before = number(at);
      if (!before || *before >= *value || *value - *before > kBlock * kMostBytesASymbol) break;
      out.second = *value;
      value = before;
      ++out.blocks;
    }
    if (*value != 0 || out.blocks < 2) continue;
    out.start = at;
    return out;
  }
  return std::nullopt;
}

// The names end at the markers, and their number stands before them: go back until both agree.
std::optional<KallsymsPlaces> names_before(AddressSpace& space, const Markers& markers) {
  const VirtAddr latest{(markers.start - markers.last).value / 8 * 8};
  for (uint64_t back = 0; back <= kBlock * kMostBytesASymbol; back += 8) {
    const VirtAddr names = latest - back;
    const auto count = space.u32(names - 8);
    if (!count || (uint64_t{*count} + kBlock - 1) / kBlock != markers.blocks) continue;
    uint64_t at = 0;
    for (uint32_t i = 0; i < kBlock; ++i) {
      const auto length = space.u8(names + at);
      if (!length) break;
      at += uint64_t{*length} + 1;
    }
    if (at != markers.second) continue;
    KallsymsPlaces out;
    out.names = names;
    out.count = *count;
    return out;
  }
  return std::nullopt;
}

std::optional<KallsymsPlaces> places_around(AddressSpace& space, VirtAddr digits, VirtAddr text) {
  const auto tokens = tokens_around(space, digits);
  if (!tokens) return std::nullopt;
  const auto index = index_behind(space, *tokens);
  if (!index) return std::nullopt;
  for (const uint64_t width : {4, 8}) {
    const auto markers = markers_before(space, tokens->start, width);
    if (!markers) continue;
    auto out = names_before(space, *markers);
    if (!out) continue;
    out->token_table = tokens->start;
    out->token_index = *index;
    // Since v4.6 a base stands before the number of symbols, which is at or before the kernel's text and begins a page;
    // before that, whole addresses do.
    const VirtAddr base = out->names - 16;
    const auto value = space.u64(base);
    if (value && *value <= text.value && *value % kPage == 0 && text.value - *value < kImage) {
      out->relative_base = base;
      out->addresses = base - aligned(uint64_t{out->count} * 4, 8);
    } else {
      out->addresses = out->names - 8 - uint64_t{out->count} * 8;
    }
    return out;
  }
  return std::nullopt;
}

}  // namespace

Result<KallsymsPlaces> find_kallsyms(AddressSpace& space, VirtAddr text) {
  std::array<char, kPage + kDigits.size()> window{};  // the end of the page before, and a page
  bool joined = false;
  for (uint64_t offset = 0; offset < kImage; offset += kPage) {
    const VirtAddr page = VirtAddr{text.value / kPage * kPage} + offset;
    const std::span body(window.data() + kDigits.size(), kPage);
    if (!space.read(page, std::as_writable_bytes(body))) {
      joined = false;
      continue;
    }
    const std::string_view all(window.data(), window.size());
    for (size_t at = all.find(kDigits, joined ? 0 : kDigits.size()); at != std::string_view::npos;
         at = all.find(kDigits, at + 1)) {
      const VirtAddr digits = page - kDigits.size() + at;
      if (auto places = places_around(space, digits, text)) return *places;
    }
    std::copy(body.end() - static_cast<ptrdiff_t>(kDigits.size()), body.end(), window.begin());
    joined = true;
  }
  return fail(ErrorCode::NotFound,
              fmt::format("kallsyms was not found in the {} MiB behind _stext ({:#x})", kImage >> 20, text.value));
}

}  // namespace inquest::vmcore
