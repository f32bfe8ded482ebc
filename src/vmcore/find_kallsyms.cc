// Before v6.0 nothing says where kallsyms is. The tables lie one behind the other in the kernel's read-only data:
//
//     up to v4.5     addresses, num_syms, names, markers, token_table, token_index
//     v4.6           offsets, relative_base, num_syms, names, markers, token_table, token_index
//     v6.2           offsets, relative_base, num_syms, names, markers, seqs_of_names, token_table, token_index
//     v6.4           num_syms, names, markers, token_table, token_index, offsets, relative_base, seqs_of_names
//     v7.0           the same without relative_base
//
// so that the token table, which is easy to know, leads to the others. Each step is checked by the next, and the last
// by the address that _stext must have.
//
// Source: scripts/kallsyms.c; commits 2213e9a66bb8 ("kallsyms: add support for relative offsets in kallsyms address
// table"), v4.6; 60443c88f3a8 ("kallsyms: Improve the performance of kallsyms_lookup_name()"), v6.2; 404bad70fcf7
// ("scripts/kallsyms: change the output order"), v6.4.
#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "vmcore/kallsyms.h"

namespace inquest::vmcore {
namespace {

constexpr uint64_t kImage = uint64_t{128} << 20;  // how far behind _stext the tables may lie
constexpr uint64_t kPage = 4096;
constexpr uint32_t kBlock = 256;
constexpr uint64_t kMostBytesASymbol = 520;  // a big symbol: two bytes of length and its name, of which most is packed
constexpr uint64_t kBytesASequence = 3;      // of seqs_of_names

// The tokens of the digits, which no kernel packs.
constexpr std::string_view kDigits("0\0001\0002\0003\0004\0005\0006\0007\0008\0009\0", 20);

uint64_t aligned(uint64_t value, uint64_t to) { return (value + to - 1) / to * to; }
VirtAddr aligned(VirtAddr value, uint64_t to) { return {aligned(value.value, to)}; }

struct Tokens {
  VirtAddr start, index;
};

// The tables that have the digits there: the end of the tokens behind them leads to the index, and the index to the
// first token.
std::optional<Tokens> tokens_around(AddressSpace& space, VirtAddr digits) {
  constexpr size_t kBehind = 256 - '0';  // the digits' and all later tokens
  std::array<char, 8192> bytes{};
  const size_t got = space.read_some(digits, std::as_writable_bytes(std::span(bytes)));
  std::array<uint64_t, kBehind> starts{};
  size_t end = 0;
  for (uint64_t& start : starts) {
    start = end;
    while (end < got && bytes[end] != '\0') ++end;
    if (end >= got) return std::nullopt;
    ++end;
  }
  for (const uint64_t alignment : {8, 4}) {
    const VirtAddr there = aligned(digits + end, alignment);
    std::array<uint16_t, 256> index{};
    if (!space.read(there, std::as_writable_bytes(std::span(index))) || index[0] != 0) continue;
    const uint64_t before = index['0'];
    bool agree = std::ranges::is_sorted(index);
    for (size_t i = 0; i < kBehind && agree; ++i) agree = index['0' + i] == before + starts[i];
    if (agree) return Tokens{digits - before, there};
  }
  return std::nullopt;
}

struct Markers {
  VirtAddr start;
  uint64_t blocks = 0;
  uint64_t second = 0;  // offset of the 256th name
  uint64_t last = 0;
};

// Offsets that fall, read backwards from `end`, down to a zero.
std::optional<Markers> markers_before(AddressSpace& space, VirtAddr end, uint64_t width) {
  const auto number = [&](VirtAddr at) -> std::optional<uint64_t> {
    std::array<std::byte, 8> raw{};
    if (!space.read(at, std::span(raw).first(width))) return std::nullopt;
    uint64_t value = 0;
    std::memcpy(&value, raw.data(), raw.size());
    return value;
  };
  VirtAddr at = end - width;
  if (at.value % width != 0) return std::nullopt;
  auto value = number(at);
  if (!value || *value == 0) return std::nullopt;
  Markers out;
  out.last = *value;
  out.blocks = 1;
  while (*value != 0 && out.blocks < Kallsyms::kMaxSymbols / kBlock) {
    at = at - width;
    const auto before = number(at);
    if (!before || *before >= *value || *value - *before > kBlock * kMostBytesASymbol) return std::nullopt;
    out.second = *value;
    value = before;
    ++out.blocks;
  }
  if (*value != 0 || out.blocks < 2) return std::nullopt;
  out.start = at;
  return out;
}

// How far 256 names reach; nothing where memory is missing.
std::optional<uint64_t> length_of_block(AddressSpace& space, VirtAddr names, bool big_lengths) {
  uint64_t at = 0;
  for (uint32_t i = 0; i < kBlock; ++i) {
    const auto first = space.u8(names + at++);
    if (!first) return std::nullopt;
    uint64_t length = *first;
    if (big_lengths && length >= 0x80) {
      const auto second = space.u8(names + at++);
      if (!second) return std::nullopt;
      length = (length & 0x7f) | uint64_t{*second} << 7;
    }
    at += length;
  }
  return at;
}

struct Names {
  VirtAddr count_at, start;
  uint32_t count = 0;
};

// The names end at the markers, and their number stands before them: go back until both agree.
std::optional<Names> names_before(AddressSpace& space, const Markers& markers) {
  const VirtAddr latest{(markers.start - markers.last).value / 4 * 4};
  for (uint64_t back = 0; back <= kBlock * kMostBytesASymbol; back += 4) {
    const VirtAddr names = latest - back;
    for (const uint64_t before : {8, 4}) {
      const auto count = space.u32(names - before);
      if (!count || (uint64_t{*count} + kBlock - 1) / kBlock != markers.blocks) continue;
      for (const bool big_lengths : {true, false}) {
        if (length_of_block(space, names, big_lengths) == markers.second) return Names{names - before, names, *count};
      }
    }
  }
  return std::nullopt;
}

// Markers that end right before the token table, or before seqs_of_names, whose length follows from their number.
std::optional<Names> names_of(AddressSpace& space, VirtAddr tokens) {
  for (const uint64_t width : {4, 8}) {
    for (uint64_t padding = 0; padding < 8; padding += 4) {
      const auto markers = markers_before(space, tokens - padding, width);
      const auto names = markers ? names_before(space, *markers) : std::nullopt;
      if (names) return names;
    }
  }
  for (uint64_t gap = 4; gap < Kallsyms::kMaxSymbols * kBytesASequence; gap += 4) {
    const VirtAddr end = tokens - gap;
    if (!space.u32(end - 4)) return std::nullopt;
    const auto markers = markers_before(space, end, 4);
    constexpr uint64_t kPadding = 16;
    if (!markers || gap > markers->blocks * kBlock * kBytesASequence + kPadding ||
        gap < (markers->blocks - 1) * kBlock * kBytesASequence) {
      continue;
    }
    if (const auto names = names_before(space, *markers)) return names;
  }
  return std::nullopt;
}

// All places where the addresses may lie, given the rest.
std::vector<KallsymsPlaces> arrangements(const Tokens& tokens, const Names& names) {
  const uint64_t offsets = uint64_t{names.count} * 4;
  const VirtAddr behind = tokens.index + 512;
  const VirtAddr base_before{names.count_at.value / 8 * 8 - 8};
  KallsymsPlaces out;
  out.names = names.start;
  out.token_table = tokens.start;
  out.token_index = tokens.index;
  out.count = names.count;
  std::vector<KallsymsPlaces> all;
  const auto add = [&](VirtAddr addresses, std::optional<VirtAddr> base) {
    out.addresses = addresses;
    out.relative_base = base;
    all.push_back(out);
  };
  add(base_before - aligned(offsets, 8), base_before);
  add(behind, aligned(behind + offsets, 8));
  add(VirtAddr{names.count_at.value / 8 * 8} - uint64_t{names.count} * 8, std::nullopt);
  add(behind, std::nullopt);
  return all;
}

std::optional<KallsymsPlaces> places_around(AddressSpace& space, VirtAddr digits, VirtAddr text) {
  const auto tokens = tokens_around(space, digits);
  if (!tokens) return std::nullopt;
  const auto names = names_of(space, tokens->start);
  if (!names) return std::nullopt;
  for (const KallsymsPlaces& one : arrangements(*tokens, *names)) {
    if (Kallsyms::open_at(space, one, text)) return one;
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
