#include "crashtext/address.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "crashtext/errno_name.h"

namespace inquest::crashtext {
namespace {

// A member of a structure lies at most this far behind the structure's start; beyond it a coincidence is likelier.
constexpr uint64_t kFarthestMember = 0x1000;

struct Poison {
  uint64_t value;
  std::string_view name;
  std::string_view meaning;
};

// include/linux/poison.h; CONFIG_ILLEGAL_POINTER_VALUE is 0xdead000000000000 on x86-64 and arm64.
constexpr uint64_t kDelta = 0xdead000000000000;
constexpr auto kPointers = std::to_array<Poison>({
    {kDelta + 0x100, "LIST_POISON1",
     "the `next` pointer of a list entry after list_del(): it was used or removed again after its removal"},
    {kDelta + 0x122, "LIST_POISON2",
     "the `prev` (or hlist `pprev`) pointer of a list entry after list_del(): it was removed twice or used after its "
     "removal"},
    {kDelta + 0x200, "LIST_POISON2 (kernels before v5.3)",
     "the `prev` (or hlist `pprev`) pointer of a list entry after list_del(): it was removed twice or used after its "
     "removal"},
    {kDelta + 0x300, "TIMER_ENTRY_STATIC", "the list entry of a timer that was never queued"},
    {kDelta + 0x400, "TAIL_MAPPING", "the `mapping` of a compound page's tail page"},
    {kDelta + 0x800, "SKB_LIST_POISON_NEXT", "the `next` pointer of a socket buffer that has left its list"},
    {kDelta + 0x801, "NET_PTR_POISON", "a network pointer that was put out of use"},
    {kDelta + 0xeb9f, "BPF_PTR_POISON", "a BPF pointer that must not be used in this place"},
    {0x100100 + kDelta, "LIST_POISON1 (kernels before v4.3)", "the `next` pointer of a list entry after list_del()"},
    {0x200200 + kDelta, "LIST_POISON2 (kernels before v4.3)", "the `prev` pointer of a list entry after list_del()"},
});
constexpr auto kNarrowPointers = std::to_array<Poison>({
    {0x100100, "LIST_POISON1 (kernels before v4.3)", "the `next` pointer of a list entry after list_del()"},
    {0x200200, "LIST_POISON2 (kernels before v4.3)", "the `prev` pointer of a list entry after list_del()"},
});

// Whole words.
constexpr auto kWords = std::to_array<Poison>({
    {0x09F911029D74E35B, "RED_INACTIVE", "the red zone beside a free slab object (SLAB)"},
    {0xD84156C5635688C0, "RED_ACTIVE", "the red zone beside a used slab object (SLAB)"},
    {0xdeadbeefdeadbeef, "0xdeadbeef",
     "a value that drivers and firmware write to be recognised; the kernel's core does not"},
    {0xdead4ead, "SPINLOCK_MAGIC", "the magic number of a debugged spinlock: a lock was read as a pointer"},
});

// Bytes that fill memory.
constexpr auto kBytes = std::to_array<Poison>({
    {0x6b, "POISON_FREE", "freed slab memory: the object was used after kfree() (slub_debug=P)"},
    {0x5a, "POISON_INUSE",
     "slab memory that was allocated and never written (slub_debug=P): a field was not initialised"},
    {0xa5, "POISON_END", "the last byte of a poisoned slab object"},
    {0xbb, "SLUB_RED_INACTIVE", "the red zone of a free slab object: something read beyond the object before it"},
    {0xcc, "SLUB_RED_ACTIVE or freed init memory",
     "the red zone of a used slab object (read beyond its end), __init code or data after boot, or int3 padding"},
    {0xaa, "PAGE_POISON",
     "a free page (page_poisoning), or a local variable that was never set (INIT_STACK_ALL_PATTERN)"},
    {0xa7, "POOL_POISON_FREED", "freed memory of a DMA pool"},
    {0xa9, "POOL_POISON_ALLOCATED", "memory of a DMA pool that was never written"},
    {0x5b, "JBD_POISON_FREE", "a freed journal head of jbd"},
    {0x5c, "JBD2_POISON_FREE", "a freed journal head of jbd2"},
    {0xbd, "KEY_DESTROY", "a destroyed key"},
    {0xfe, "KMSAN or allocator fill", "memory that an allocator filled on being freed"},
});

AddressReading make(AddressKind kind, std::string text, uint64_t base, std::string meaning) {
  AddressReading result{kind, std::move(text), base, {}};
  result.reading.meaning = std::move(meaning);
  return result;
}

std::string plus(std::string_view name, uint64_t offset) {
  return offset == 0 ? std::string(name) : fmt::format("{} + 0x{:x}", name, offset);
}

template <size_t N>
std::optional<AddressReading> poisoned_pointer(uint64_t address, const std::array<Poison, N>& table) {
  // The nearest one below wins: the values lie close together.
  const Poison* best = nullptr;
  for (const Poison& poison : table) {
    if (address >= poison.value && address - poison.value < 0x100 && (best == nullptr || poison.value > best->value))
      best = &poison;
  }
  if (best == nullptr) return std::nullopt;
  return make(AddressKind::Poison, plus(best->name, address - best->value), best->value, std::string(best->meaning));
}

std::optional<AddressReading> poisoned_word(uint64_t address) {
  for (const Poison& poison : kWords) {
    if (address < poison.value || address - poison.value >= kFarthestMember) continue;
    return make(AddressKind::Poison, plus(poison.name, address - poison.value), poison.value,
                std::string(poison.meaning));
  }
  return std::nullopt;
}

// A pointer out of filled memory, with a small offset added (or subtracted) to it.
std::optional<AddressReading> poisoned_bytes(uint64_t address, unsigned bits) {
  for (const Poison& poison : kBytes) {
    uint64_t word = poison.value * 0x0101010101010101U;
    if (bits == 32) word &= 0xffffffffU;
    const bool below = address < word;
    const uint64_t distance = below ? word - address : address - word;
    if (distance >= kFarthestMember) continue;
    const std::string offset = distance == 0 ? "" : fmt::format(" {} 0x{:x}", below ? '-' : '+', distance);
    return make(AddressKind::Poison, fmt::format("{} (0x{:02x}){}", poison.name, poison.value, offset), word,
                std::string(poison.meaning));
  }
  return std::nullopt;
}

std::optional<AddressReading> error_pointer(uint64_t address, unsigned bits) {
  const uint64_t top = bits == 32 ? 0xffffffffU : UINT64_MAX;
  if (address > top || top - address >= 4095) return std::nullopt;
  const int number = static_cast<int>(top - address + 1);
  const ErrnoName* name = find_errno(number);
  AddressReading result = make(
      AddressKind::ErrorPointer, name != nullptr ? fmt::format("ERR_PTR(-{})", name->name) : fmt::format("-{}", number),
      address,
      name != nullptr
          ? fmt::format("an error code (-{}, {}) was used as a pointer: a missing IS_ERR() check", number, name->text)
          : fmt::format("{} bytes below zero: container_of() of a NULL pointer, as no error has this number", number));
  if (name != nullptr)
    result.reading.note("Or a member that lies before the one pointed to: container_of() of a NULL pointer.");
  return result;
}

std::optional<AddressReading> text_in_pointer(uint64_t address, unsigned bits) {
  std::string letters;
  for (unsigned shift = 0; shift < bits; shift += 8) {
    const auto c = static_cast<char>(address >> shift & 0xFFU);
    if (c < 0x20 || c > 0x7e) break;
    letters += c;
  }
  // Four letters happen by chance in a user address; a whole word of them does not.
  if (letters.size() < bits / 8) return std::nullopt;
  return make(AddressKind::Text, fmt::format("text \"{}\"", letters), address,
              "the bytes are letters (in memory order): the pointer was overwritten by a string");
}

struct Region {
  uint64_t first;
  uint64_t last;
  AddressKind kind;
  std::string_view name;
};

// Documentation/arch/x86/x86_64/mm.rst, four-level page tables; since v4.20 the direct map begins 0x8000000000 higher
// than before.
constexpr auto kX86Regions = std::to_array<Region>({
    {0xffff880000000000, 0xffffc8ffffffffff, AddressKind::DirectMap, "direct map of RAM"},
    {0xffffc90000000000, 0xffffe8ffffffffff, AddressKind::Vmalloc, "vmalloc, ioremap and kernel stacks"},
    {0xffffe90000000000, 0xffffebffffffffff, AddressKind::Vmemmap, "struct page array (vmemmap)"},
    {0xffffec0000000000, 0xfffffbffffffffff, AddressKind::KasanShadow, "KASAN shadow"},
    {0xfffffe0000000000, 0xfffffe7fffffffff, AddressKind::Fixed, "per-CPU entry areas"},
    {0xffffff0000000000, 0xffffff7fffffffff, AddressKind::Fixed, "espfix stacks"},
    {0xffffffef00000000, 0xfffffffeffffffff, AddressKind::Fixed, "EFI mappings"},
    {0xffffffff80000000, 0xffffffffbfffffff, AddressKind::KernelImage,
     "kernel image (modules from ffffffffa0000000 where there is no KASLR)"},
    {0xffffffffc0000000, 0xffffffffff5fffff, AddressKind::Modules, "modules and BPF programs"},
    {0xffffffffff600000, 0xffffffffff600fff, AddressKind::User, "vsyscall page"},
    {0xffffffffff601000, 0xffffffffffffefff, AddressKind::Fixed, "fixmap or a guard hole"},
});
// Documentation/arch/arm64/memory.rst, 48 bits, since v5.4; before it the halves stood the other way round.
constexpr auto kArm64Regions = std::to_array<Region>({
    {0xffff000000000000, 0xffff7fffffffffff, AddressKind::DirectMap, "linear map of RAM (vmalloc before v5.4)"},
    {0xffff800000000000, 0xffff80007fffffff, AddressKind::Modules, "modules"},
    {0xffff800080000000, 0xfffffbffefffffff, AddressKind::Vmalloc, "vmalloc and kernel image (linear map before v5.4)"},
    {0xfffffc0000000000, 0xfffffdffffffffff, AddressKind::Vmemmap, "struct page array (vmemmap)"},
    {0xfffffe0000000000, 0xffffffffffffffff, AddressKind::Fixed, "fixmap, PCI I/O or a guard hole"},
});
constexpr auto kPpc64Regions = std::to_array<Region>({
    {0xc000000000000000, 0xc007ffffffffffff, AddressKind::DirectMap, "linear map of RAM, and the kernel image"},
    {0xc008000000000000, 0xc00bffffffffffff, AddressKind::Vmalloc, "vmalloc, modules and ioremap (radix)"},
    {0xc00c000000000000, 0xc00fffffffffffff, AddressKind::Vmemmap, "struct page array (vmemmap)"},
    {0xd000000000000000, 0xdfffffffffffffff, AddressKind::Vmalloc, "vmalloc, modules and ioremap (hash)"},
    {0xf000000000000000, 0xf00fffffffffffff, AddressKind::Vmemmap, "struct page array (vmemmap, hash)"},
});
constexpr auto kRiscvRegions = std::to_array<Region>({
    {0xff60000000000000, 0xffff7fffffffffff, AddressKind::DirectMap, "linear map of RAM (five-level page tables)"},
    {0xffff8f8000000000, 0xffffaf7fffffffff, AddressKind::Vmalloc, "vmalloc (four-level page tables)"},
    {0xffffaf8000000000, 0xffffef7fffffffff, AddressKind::DirectMap, "linear map of RAM (four-level page tables)"},
    {0xffffffd600000000, 0xffffffff7fffffff, AddressKind::DirectMap,
     "linear map of RAM, or modules (three-level page tables)"},
    {0xffffffff80000000, 0xffffffffffffffff, AddressKind::KernelImage, "kernel image"},
});

std::span<const Region> regions(Arch arch) {
  switch (arch) {
    case Arch::Arm64: return kArm64Regions;
    case Arch::Ppc64: return kPpc64Regions;
    case Arch::Riscv: return kRiscvRegions;
    case Arch::X86_64:
    case Arch::Unknown: return kX86Regions;
    default: return {};
  }
}

// generic KASAN on x86-64 keeps the shadow of address A at (A >> 3) + 0xdffffc0000000000; of a small A this is no
// canonical address.
constexpr uint64_t kKasanOffset = 0xdffffc0000000000;

std::optional<AddressReading> kasan_shadow(uint64_t address) {
  if (address < kKasanOffset || address - kKasanOffset > 0x1fffffffffffU) return std::nullopt;
  const uint64_t from = (address - kKasanOffset) << 3U;
  return make(AddressKind::KasanShadow, fmt::format("KASAN shadow of 0x{:x}-0x{:x}", from, from + 7), from,
              fmt::format("KASAN looked up the shadow of 0x{:x}, which has none: {}", from,
                          from < kFarthestMember ? "a NULL pointer plus an offset was about to be used"
                                                 : "a wild pointer was about to be used"));
}

AddressReading non_canonical(uint64_t address) {
  AddressReading result = make(AddressKind::NonCanonical, "non-canonical address", address,
                               "no address at all on this processor: the pointer holds something else, or was damaged");
  result.reading.note(
      "x86 answers it with a general protection fault and not with a page fault, and CR2 does not hold it.");
  // A pointer of the kernel that lost one of the bits that must all be set.
  const uint64_t missing = ~address & 0xffff800000000000U;
  if (std::popcount(missing) == 1) {
    result.reading.note(fmt::format(
        "One bit away from the kernel address 0x{:x} (bit {} is clear): a flipped bit in RAM or on a bus fits; "
        "test the memory before the code is blamed.",
        address | missing, std::countr_zero(missing)));
  }
  const uint64_t extra = address & 0xffff800000000000U;
  if (std::popcount(extra) == 1) {
    result.reading.note(fmt::format("One bit away from 0x{:x} (bit {} is set): a flipped bit is possible.",
                                    address ^ extra, std::countr_zero(extra)));
  }
  return result;
}

AddressReading user_address(uint64_t address) {
  AddressReading result = make(AddressKind::User, "user-space address", address,
                               "an address of the lower half: a program's pointer, or garbage that looks like one");
  result.reading.note(
      "The kernel must go through copy_from_user() and the like; a direct access is a bug even where it works (SMAP, "
      "PAN stop it).");
  if (std::popcount(address) == 1) {
    result.reading.note(
        fmt::format("Only bit {} is set: a flipped bit in a zero is possible.", std::countr_zero(address)));
  }
  return result;
}

AddressReading in_region(uint64_t address, Arch arch) {
  for (const Region& region : regions(arch)) {
    if (address < region.first || address > region.last) continue;
    AddressReading result =
        make(region.kind, std::string(region.name), region.first, fmt::format("lies in the {}", region.name));
    if (region.kind == AddressKind::Vmalloc) {
      result.reading.note(
          "Regions here have unmapped guard pages between them: a fault just behind an area is an overrun, on a stack "
          "an overflow.");
    } else if (region.kind == AddressKind::DirectMap) {
      result.reading.note(
          "RAM is mapped here as a whole, so that a fault means a wild pointer, or a page that was unmapped or "
          "protected on purpose "
          "(debug_pagealloc, KFENCE, memory poisoned by hardware).");
    }
    if (arch == Arch::X86_64 || arch == Arch::Unknown) {
      result.reading.note(
          "KASLR shifts the direct map, vmalloc and vmemmap (nokaslr: as here); with it the region is a guess.");
    }
    return result;
  }
  return make(AddressKind::Kernel, "kernel half", address,
              "an address of the kernel's half, in no region that is known for this architecture");
}

AddressReading classify(uint64_t address, Arch arch) {
  const unsigned bits = address_bits(arch);
  const bool x86 = arch == Arch::X86_64 || arch == Arch::Unknown;
  if (address < kFarthestMember) {
    return make(
        AddressKind::Null, address == 0 ? "NULL" : fmt::format("NULL + 0x{:x}", address), 0,
        address == 0
            ? "a NULL pointer was used"
            : fmt::format(
                  "a member at offset 0x{:x} of a structure (or element of an array) was used through a NULL pointer",
                  address));
  }
  if (auto found = error_pointer(address, bits)) return *std::move(found);
  if (bits == 64) {
    if (auto found = poisoned_pointer(address, kPointers)) return *std::move(found);
    if (auto found = poisoned_word(address)) return *std::move(found);
    if (auto found = poisoned_bytes(address, bits)) return *std::move(found);
    if (x86) {
      if (auto found = kasan_shadow(address)) return *std::move(found);
    }
    if (auto found = text_in_pointer(address, bits)) return *std::move(found);
    if (address < 0x10000) {
      return make(AddressKind::Null, fmt::format("NULL + 0x{:x}", address), 0,
                  "a large offset from a NULL pointer (an array?), or a small number used as a pointer");
    }
    // s390 and sparc64 give kernel and user each a whole space; mips and loongarch split by the top bits as well.
    if (arch == Arch::S390 || arch == Arch::Sparc)
      return make(AddressKind::Kernel, "address", address,
                  "kernel and user have separate spaces here: the number alone does not tell");
    if (address >> 47U == 0 || (arch == Arch::Arm64 && address >> 52U == 0)) return user_address(address);
    if (x86 && address >> 47U != 0x1ffff) {
      // Five-level page tables make more of them canonical.
      if (address >> 56U == 0) return user_address(address);
      if (address >> 56U == 0xff) {
        AddressReading result = non_canonical(address);
        result.reading.note(
            "Canonical with five-level page tables (la57), where the direct map begins at 0xff11000000000000.");
        return result;
      }
      return non_canonical(address);
    }
    return in_region(address, arch);
  }
  if (auto found = poisoned_pointer(address, kNarrowPointers)) return *std::move(found);
  if (auto found = poisoned_bytes(address, bits)) return *std::move(found);
  if (auto found = text_in_pointer(address, bits)) return *std::move(found);
  if (address < 0xc0000000) return user_address(address);
  return make(AddressKind::Kernel, "kernel address", address,
              "an address of the kernel's part (from 0xc0000000 with the usual 3G/1G split)");
}

}  // namespace

std::string_view to_string(AddressKind kind) {
  switch (kind) {
    case AddressKind::Null: return "null";
    case AddressKind::ErrorPointer: return "error-pointer";
    case AddressKind::Poison: return "poison";
    case AddressKind::KasanShadow: return "kasan-shadow";
    case AddressKind::Text: return "text";
    case AddressKind::User: return "user";
    case AddressKind::NonCanonical: return "non-canonical";
    case AddressKind::DirectMap: return "direct-map";
    case AddressKind::Vmalloc: return "vmalloc";
    case AddressKind::Vmemmap: return "vmemmap";
    case AddressKind::KernelImage: return "kernel-image";
    case AddressKind::Modules: return "modules";
    case AddressKind::Fixed: return "fixed";
    case AddressKind::Kernel: return "kernel";
  }
  return "kernel";
}

AddressReading read_address(uint64_t address, Arch arch) {
  AddressReading result = classify(address, arch);
  result.reading.what = fmt::format("address 0x{:x}: {}", address, result.text);
  result.reading.fields.insert(result.reading.fields.begin(), {"kind", std::string(to_string(result.kind))});
  if (result.kind == AddressKind::Null) {
    result.reading.note(
        "The first frame says which pointer; `pahole` or the structure's source tells the member at that offset.");
  } else if (result.kind == AddressKind::Poison) {
    result.reading.note(
        "The crash is where the stale memory was used, not where it went wrong: boot with slub_debug=FZPU or KASAN to "
        "get both stacks.");
  }
  return result;
}

}  // namespace inquest::crashtext
