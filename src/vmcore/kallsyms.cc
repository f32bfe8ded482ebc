#include "vmcore/kallsyms.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace inquest::vmcore {
namespace {

constexpr uint64_t kMaxNames = uint64_t{64} << 20;  // bytes of all packed names: several times what any kernel has
constexpr size_t kMaxTokens = 16384;                // bytes of the token table: about 1 KiB in practice
constexpr uint32_t kBlock = 256;                    // symbols to a marker
constexpr uint32_t kRuns = 1 << 16;                 // of symbols in the index by hash: one or two symbols each

// A polynomial hash, so that a whole token is one step: hash(ab) = hash(a) * P^|b| + hash(b).
constexpr uint32_t kPrime = 0x01000193;

uint32_t hash_of(std::string_view text) {
  uint32_t hash = 0;
  for (const char c : text) hash = hash * kPrime + static_cast<uint8_t>(c);
  return hash;
}

uint32_t power_of(size_t length) {
  uint32_t power = 1;
  while (length-- > 0) power *= kPrime;
  return power;
}

uint32_t load_u32(const uint8_t* at) {
  uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

}  // namespace

Result<void> Kallsyms::load_tokens(const KallsymsPlaces& places) {
  std::array<uint16_t, 256> index{};
  if (auto done = space_->read(places.token_index, std::as_writable_bytes(std::span(index))); !done) {
    return fail(done.error());
  }
  tokens_.resize(kMaxTokens);
  tokens_.resize(space_->read_some(places.token_table, std::as_writable_bytes(std::span(tokens_))));
  for (size_t i = 0; i < index.size(); ++i) {
    const std::string_view rest =
        std::string_view(tokens_.data(), tokens_.size()).substr(std::min<size_t>(index[i], tokens_.size()));
    const size_t end = rest.find('\0');
    if (end == std::string_view::npos) {
      return fail(ErrorCode::Malformed, fmt::format("kallsyms: token {} does not lie in the token table at {:#x}", i,
                                                    places.token_table.value));
    }
    token_[i] = rest.substr(0, end);
  }
  return {};
}

Result<void> Kallsyms::load_names(const KallsymsPlaces& places) {
  // The names end before the next table; which one that is differs, but none lies among them.
  uint64_t limit = uint64_t{count_} * 64 + 4096;
  for (const VirtAddr other : {places.token_table, places.token_index, places.addresses}) {
    if (other > places.names) limit = std::min(limit, other - places.names);
  }
  limit = std::min(limit, kMaxNames);
  names_.resize(limit);
  names_.resize(space_->read_some(places.names, std::as_writable_bytes(std::span(names_))));

  // Bit 7 of a length says since v6.1 that another byte follows; before, it was part of the length. Nothing tells which
  // but the markers, which follow the names and hold the offset of every 256th.
  if (walk(true)) return {};
  if (walk(false)) return {};
  return fail(ErrorCode::Malformed,
              fmt::format("kallsyms: the names at {:#x} do not hold {} symbols", places.names.value, count_));
}

bool Kallsyms::markers_agree(size_t names_end) const {
  const size_t blocks = (count_ + kBlock - 1) / kBlock;
  // Markers are 4 bytes wide since v4.20 and were 8 before; aligned to 8, or to 4 since v6.5.
  for (const size_t alignment : {size_t{8}, size_t{4}}) {
    for (const size_t width : {size_t{4}, size_t{8}}) {
      const size_t start = (names_end + alignment - 1) / alignment * alignment;
      if (start + blocks * width > names_.size()) continue;
      bool agree = true;
      for (size_t block = 0; block < blocks && agree; ++block) {
        agree = load_u32(&names_[start + block * width]) == offsets_[block * kBlock];
      }
      if (agree) return true;
    }
  }
  return false;
}

bool Kallsyms::walk(bool big_lengths) {
  std::array<uint32_t, 256> hash{};
  std::array<uint32_t, 256> power{};
  for (size_t i = 0; i < token_.size(); ++i) {
    hash[i] = hash_of(token_[i]);
    power[i] = power_of(token_[i].size());
  }
  offsets_.assign(count_, 0);
  std::vector<uint32_t> hashes(count_);
  big_lengths_ = big_lengths;
  bool ambiguous = false;
  size_t at = 0;
  for (uint32_t i = 0; i < count_; ++i) {
    if (at >= names_.size()) return false;
    offsets_[i] = static_cast<uint32_t>(at);
    size_t length = names_[at++];
    if (length >= 0x80) {
      ambiguous = true;
      if (big_lengths) {
        if (at >= names_.size()) return false;
        length = (length & 0x7f) | (size_t{names_[at++]} << 7);
      }
    }
    if (length == 0 || length > names_.size() - at) return false;
    // The first character is the symbol's type, and no part of its name.
    const uint8_t first = names_[at];
    if (token_[first].empty()) return false;
    uint32_t sum = hash_of(token_[first].substr(1));
    for (size_t k = 1; k < length; ++k) sum = sum * power[names_[at + k]] + hash[names_[at + k]];
    hashes[i] = sum;
    at += length;
  }
  if (ambiguous && big_lengths && !markers_agree(at)) return false;
  index_by(hashes);
  return true;
}

// By counting: half the memory of a table with chains, and in each run the symbols stay in their order.
void Kallsyms::index_by(const std::vector<uint32_t>& hashes) {
  runs_.assign(kRuns + 1, 0);
  for (const uint32_t hash : hashes) ++runs_[hash % kRuns + 1];
  for (uint32_t run = 0; run < kRuns; ++run) runs_[run + 1] += runs_[run];
  by_hash_.resize(hashes.size());
  // Each run's begin moves to its end, which is where the next one begins.
  for (uint32_t i = 0; i < hashes.size(); ++i) by_hash_[runs_[hashes[i] % kRuns]++] = i;
  for (uint32_t run = kRuns; run > 0; --run) runs_[run] = runs_[run - 1];
  runs_[0] = 0;
}

std::span<const uint32_t> Kallsyms::with_hash(uint32_t hash) const {
  const uint32_t begin = runs_[hash % kRuns];
  return std::span(by_hash_).subspan(begin, runs_[hash % kRuns + 1] - begin);
}

Symbol Kallsyms::symbol(uint32_t index) const {
  Symbol out;
  if (index >= count_) return out;
  out.name = name(index);
  size_t at = offsets_[index];
  if (big_lengths_ && names_[at] >= 0x80) ++at;
  out.type = token_[names_[at + 1]].front();
  out.address = address(index).value_or(VirtAddr{});
  for (uint32_t next = index + 1; next < count_; ++next) {
    const auto end = address(next);
    if (!end) break;
    if (*end > out.address) {
      out.size = *end - out.address;
      break;
    }
    if (next - index > kBlock) break;
  }
  return out;
}

std::string Kallsyms::name(uint32_t index) const {
  if (index >= count_) return {};
  size_t at = offsets_[index];
  size_t length = names_[at++];
  if (big_lengths_ && length >= 0x80) length = (length & 0x7f) | (size_t{names_[at++]} << 7);
  std::string out;
  for (size_t k = 0; k < length && out.size() < 4096; ++k) out += token_[names_[at + k]];
  return out.substr(1);
}

std::optional<VirtAddr> Kallsyms::address_as(uint32_t index, Encoding encoding) const {
  if (index >= count_) return std::nullopt;
  if (encoding == Encoding::Whole) {
    const auto whole = space_->pointer(addresses_ + uint64_t{index} * 8);
    return whole ? std::optional(*whole) : std::nullopt;
  }
  const VirtAddr place = addresses_ + uint64_t{index} * 4;
  const auto raw = space_->u32(place);
  if (!raw) return std::nullopt;
  const int64_t offset = static_cast<int32_t>(*raw);
  switch (encoding) {
    case Encoding::BasePlus: return VirtAddr{base_ + *raw};
    case Encoding::PlaceRelative: return place + static_cast<uint64_t>(offset);
    default: break;
  }
  // Positive: an absolute value, as per-CPU symbols have; negative: counted from the base, one less.
  if (offset >= 0) return VirtAddr{static_cast<uint64_t>(offset)};
  return VirtAddr{base_ - 1 - static_cast<uint64_t>(offset)};
}

std::optional<VirtAddr> Kallsyms::address(uint32_t index) const { return address_as(index, encoding_); }

std::vector<uint32_t> Kallsyms::find_all(std::string_view wanted) const {
  std::vector<uint32_t> out;
  for (const uint32_t i : with_hash(hash_of(wanted))) {
    if (name(i) == wanted) out.push_back(i);
  }
  return out;
}

std::optional<VirtAddr> Kallsyms::find(std::string_view wanted) const {
  for (const uint32_t i : with_hash(hash_of(wanted))) {
    if (name(i) == wanted) return address(i);
  }
  return std::nullopt;
}

std::optional<Symbol> Kallsyms::at(VirtAddr wanted) const {
  uint32_t low = 0;
  uint32_t high = count_;
  while (low < high) {  // the first symbol behind the address
    const uint32_t middle = low + (high - low) / 2;
    const auto value = address(middle);
    if (!value) return std::nullopt;
    if (*value <= wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0) return std::nullopt;
  uint32_t index = low - 1;
  const auto found = address(index);
  while (index > 0 && low - index < kBlock && address(index - 1) == found) --index;
  return symbol(index);
}

Result<void> Kallsyms::find_encoding(const KallsymsPlaces& places, std::optional<VirtAddr> stext) {
  addresses_ = places.addresses;
  if (places.relative_base) {
    auto base = space_->u64(*places.relative_base);
    if (!base) return fail(base.error());
    base_ = *base;
  }
  const auto names = find_all("_stext");
  if (names.empty() || !stext) {
    encoding_ = places.relative_base ? Encoding::AbsolutePerCpu : Encoding::Whole;
    return {};
  }
  for (const Encoding encoding :
       {Encoding::AbsolutePerCpu, Encoding::BasePlus, Encoding::PlaceRelative, Encoding::Whole}) {
    const bool wants_base = encoding == Encoding::AbsolutePerCpu || encoding == Encoding::BasePlus;
    if (wants_base != places.relative_base.has_value()) continue;
    if (address_as(names.front(), encoding) == stext) {
      encoding_ = encoding;
      return {};
    }
  }
  return fail(ErrorCode::Malformed, fmt::format("kallsyms: no known encoding puts _stext at {:#x}", stext->value));
}

Result<Kallsyms> Kallsyms::open_at(AddressSpace& space, const KallsymsPlaces& places, std::optional<VirtAddr> stext) {
  if (places.count == 0 || places.count > kMaxSymbols) {
    return fail(ErrorCode::Malformed, fmt::format("kallsyms: {} symbols cannot be", places.count));
  }
  Kallsyms out;
  out.space_ = &space;
  out.count_ = places.count;
  if (auto done = out.load_tokens(places); !done) return fail(done.error());
  if (auto done = out.load_names(places); !done) return fail(done.error());
  if (auto done = out.find_encoding(places, stext); !done) return fail(done.error());
  return out;
}

Result<Kallsyms> Kallsyms::open(AddressSpace& space, const VmcoreInfo& info) {
  const auto stext = info.symbol("_stext");
  const auto names = info.symbol("kallsyms_names");
  const auto count = info.symbol("kallsyms_num_syms");
  const auto table = info.symbol("kallsyms_token_table");
  const auto index = info.symbol("kallsyms_token_index");
  auto addresses = info.symbol("kallsyms_offsets");
  if (!addresses) addresses = info.symbol("kallsyms_addresses");
  if (names && count && table && index && addresses) {
    const auto number = space.u32(*count);
    if (!number) return fail(number.error());
    return open_at(space, {*names, *table, *index, *number, *addresses, info.symbol("kallsyms_relative_base")}, stext);
  }
  if (!stext) return fail(ErrorCode::NotFound, "VMCOREINFO names neither kallsyms nor _stext");
  const auto places = find_kallsyms(space, *stext);
  if (!places) return fail(places.error());
  return open_at(space, *places, stext);
}

}  // namespace inquest::vmcore
