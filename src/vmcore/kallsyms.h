// The kernel's own table of symbols: names for addresses and addresses for names, without any debug information.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "vmcore/address.h"
#include "vmcore/address_space.h"
#include "vmcore/vmcoreinfo.h"

namespace inquest::vmcore {

struct Symbol {
  std::string name;
  VirtAddr address;
  char type = '?';    // as nm(1) has it: 't' text, 'd' data, ... upper case for global ones
  uint64_t size = 0;  // up to the next symbol; 0 for the last one
};

// Where the tables of scripts/kallsyms.c lie.
struct KallsymsPlaces {
  VirtAddr names, token_table, token_index;
  uint32_t count = 0;
  VirtAddr addresses;  // of offsets, or of whole addresses
  std::optional<VirtAddr>
      relative_base;  // where the base is stored; none where addresses are whole or relative to their own place
};

// The names stay as the kernel packed them; what is kept beside them is an index of their hashes, and an offset of
// each. The address table is read in place. Not for several threads at once; the address space must outlive it.
//
// Source: scripts/kallsyms.c and kernel/kallsyms.c from v4.4 on; commits 2213e9a66bb8 ("kallsyms: add support for
// relative offsets in kallsyms address table"), v4.6; 73bbb94466fd ("kallsyms: support "big" kernel symbols"), v6.1.
class Kallsyms {
 public:
  static constexpr uint32_t kMaxSymbols = 4'000'000;

  // Where VMCOREINFO says (v6.0 and newer), else found by a look at the kernel's image. NotFound where neither works,
  // Malformed where the tables contradict each other.
  static Result<Kallsyms> open(AddressSpace& space, const VmcoreInfo& info);
  // From places that the caller knows. `stext` is what tells the encodings of addresses apart.
  static Result<Kallsyms> open_at(AddressSpace& space, const KallsymsPlaces& places, std::optional<VirtAddr> stext);

  uint32_t size() const { return count_; }
  // The symbol with that place in the table, which is sorted by address (per-CPU ones, which are offsets, first).
  Symbol symbol(uint32_t index) const;
  std::string name(uint32_t index) const;
  std::optional<VirtAddr> address(uint32_t index) const;

  // The first one of that name; local symbols may have several.
  std::optional<VirtAddr> find(std::string_view name) const;
  std::vector<uint32_t> find_all(std::string_view name) const;
  // The symbol that begins at or before the address: of several with one address the first. Nothing before the first.
  std::optional<Symbol> at(VirtAddr address) const;

 private:
  enum class Encoding : uint8_t { Whole, BasePlus, AbsolutePerCpu, PlaceRelative };

  Kallsyms() = default;
  Result<void> load_tokens(const KallsymsPlaces& places);
  Result<void> load_names(const KallsymsPlaces& places);
  bool walk(bool big_lengths);
  bool markers_agree(size_t names_end) const;
  void index_by(const std::vector<uint32_t>& hashes);
  std::span<const uint32_t> with_hash(uint32_t hash) const;
  Result<void> find_encoding(const KallsymsPlaces& places, std::optional<VirtAddr> stext);
  std::optional<VirtAddr> address_as(uint32_t index, Encoding encoding) const;

  AddressSpace* space_ = nullptr;
  uint32_t count_ = 0;
  bool big_lengths_ = false;
  std::vector<char> tokens_;
  std::array<std::string_view, 256> token_{};  // into tokens_
  std::vector<uint8_t> names_;
  std::vector<uint32_t> offsets_;  // into names_, of each symbol's length
  // All symbols' numbers, those whose names' hashes share their low bits together, and where each such run begins.
  std::vector<uint32_t> by_hash_, runs_;
  VirtAddr addresses_;
  uint64_t base_ = 0;
  Encoding encoding_ = Encoding::AbsolutePerCpu;
};

// Looks for the tables of kernels before v6.0 in the kernel's image, which begins at `text`: the token table gives
// itself away by the ten digits, each a token of its own, in order.
Result<KallsymsPlaces> find_kallsyms(AddressSpace& space, VirtAddr text);

}  // namespace inquest::vmcore
